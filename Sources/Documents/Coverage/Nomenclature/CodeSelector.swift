// SPDX-License-Identifier: Apache-2.0

/// A set of codes as the tables write it: `C17`, `C30-C40`, `@visit`, `section:P2 C1 S8`,
/// `list:YFQ11..YCM11`, and `-X` for what is taken out again.
enum CodeSelector: Hashable {
    case code(String)
    case range(CodeParts, to: Int)
    case group(String)
    case section(String)
    case list(from: String, to: String)

    init?(_ text: String) {
        if text.hasPrefix("@") {
            self = .group(String(text.dropFirst()))
        } else if text.hasPrefix("section:") {
            self = .section(String(text.dropFirst(8)))
        } else if text.hasPrefix("list:") {
            let ends = text.dropFirst(5).split(separator: ".", omittingEmptySubsequences: true)
            guard ends.count == 2 else { return nil }
            self = .list(from: String(ends[0]), to: String(ends[1]))
        } else if let dash = text.firstIndex(of: "-") {
            guard let from = CodeParts(text[..<dash]),
                let to = CodeParts(text[text.index(after: dash)...]),
                from.prefix == to.prefix, from.suffix == to.suffix, from.number <= to.number
            else { return nil }
            self = .range(from, to: to.number)
        } else if !text.isEmpty {
            self = .code(text)
        } else {
            return nil
        }
    }
}

/// A code taken apart: `1N32X` is `1N`, 32, `X`.
struct CodeParts: Hashable {
    let prefix: Substring
    let number: Int
    let suffix: Substring

    init?(_ code: some StringProtocol) {
        let text = Substring(code)
        guard let letter = text.firstIndex(where: \.isLetter) else { return nil }
        let digits = text[letter...].drop(while: \.isLetter)
        let number = digits.prefix(while: \.isNumber)
        guard let value = Int(number) else { return nil }
        prefix = text[..<number.startIndex]
        self.number = value
        suffix = digits[number.endIndex...]
    }
}

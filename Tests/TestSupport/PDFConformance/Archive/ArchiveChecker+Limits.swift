// SPDX-License-Identifier: Apache-2.0
import PDF

/// Permissions and implementation limits (6.1.12, 6.1.13; part 1: 6.1.12).
extension ArchiveChecker {
    mutating func checkPermissions() {
        let permissions = dictionary(catalog["Perms"])
        for key in permissions.keys {
            require(["UR3", "DocMDP"].contains(key), "permission \(key)")
        }
        guard permissions["DocMDP"] != nil else { return }
        for reference in array(dictionary(permissions["DocMDP"])["Reference"]) {
            for key in ["DigestLocation", "DigestMethod", "DigestValue"] {
                require(dictionary(reference)[key] == nil, "\(key) in a signature reference")
            }
        }
    }

    private var longestString: Int { part == .one ? 65_535 : 32_767 }
    private var colorants: Int { part == .one ? 8 : 32 }

    mutating func checkLimits() {
        require(view.objectNumbers.count <= 8_388_607, "too many objects")
        for (reference, object) in objects { checkLimits(object, reference.number) }
        for data in contents { checkContentLimits(data) }
        for page in pages { checkBoxes(page) }
    }

    private mutating func checkLimits(_ object: PDFObject, _ number: Int) {
        switch object {
        case .integer(let value): checkNumber(Double(value), isInteger: true, number)
        case .real(let value): checkNumber(value, isInteger: false, number)
        case .string(let value):
            require(value.count <= longestString, "a long string in \(number)")
        case .name(let value):
            require(value.unicodeScalars.count <= 127, "a long name in \(number)")
        case .array(let items):
            require(part != .one || items.count <= 8_191, "a long array in \(number)")
            if items.first == .name("DeviceN"), items.count > 1 {
                require(array(items[1]).count <= colorants, "too many colorants in \(number)")
            }
            for item in items { checkLimits(item, number) }
        case .dictionary(let entries): checkEntries(entries, number)
        case .stream(let stream): checkEntries(stream.dictionary, number)
        case .null, .boolean, .reference: break
        }
    }

    private mutating func checkEntries(_ dictionary: PDFDictionary, _ number: Int) {
        require(
            part != .one || dictionary.entries.count <= 4_095, "a large dictionary in \(number)")
        for entry in dictionary.entries {
            checkLimits(.name(entry.key), number)
            checkLimits(entry.value, number)
        }
    }

    private mutating func checkNumber(_ value: Double, isInteger: Bool, _ number: Int) {
        if isInteger {
            require(
                value >= -2_147_483_648 && value <= 2_147_483_647, "a large integer in \(number)")
        } else if part == .one {
            require(abs(value) <= 32_767, "a large real in \(number)")
        } else {
            require(abs(value) <= 3.403e38, "a large real in \(number)")
            require(value == 0 || abs(value) >= 1.175e-38, "a tiny real in \(number)")
        }
    }

    private mutating func checkContentLimits(_ data: [UInt8]) {
        var depth = 0
        for (name, operands) in ContentOperators(data) {
            for operand in operands { checkOperand(operand) }
            if name == "q" { depth += 1 }
            if name == "Q" { depth -= 1 }
            require(depth <= 28, "q more than 28 deep")
        }
    }

    private mutating func checkOperand(_ operand: COSObject) {
        switch operand {
        case .number(let value):
            let isInteger = value == value.rounded() && abs(value) < 1e15
            if !isInteger || abs(value) > 2_147_483_647 {
                checkNumber(value, isInteger: isInteger, 0)
            }
        case .string(let value): require(value.count <= longestString, "a long string drawn")
        case .name(let value): require(value.utf8.count <= 127, "a long name in content")
        case .array(let items): for item in items { checkOperand(item) }
        default: break
        }
    }

    private mutating func checkBoxes(_ page: PDFDictionary) {
        guard part != .one else { return }
        for key in ["MediaBox", "CropBox", "BleedBox", "TrimBox", "ArtBox"] {
            let sides = array(page[key]).compactMap { resolve($0).numberValue }
            guard sides.count == 4 else { continue }
            for extent in [abs(sides[2] - sides[0]), abs(sides[3] - sides[1])] {
                require(extent >= 3 && extent <= 14_400, "\(key) of \(extent)")
            }
        }
    }
}

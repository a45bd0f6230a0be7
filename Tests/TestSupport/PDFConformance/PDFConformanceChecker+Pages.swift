// SPDX-License-Identifier: Apache-2.0

/// Pages, their content, and how it is tied to the structure tree.
extension PDFConformanceChecker {
    /// A piece of marked content: page object, identifier.
    struct Mark: Hashable {
        let page: Int
        let identifier: Int
    }

    mutating func checkPagesAndStructure() {
        let pages = pages(from: catalog["Pages"], depth: 0)
        var roles: [Mark: String] = [:]
        var codes: [Int: Set<Int>] = [:]
        for page in pages {
            let scan = scanContent(ofPage: page)
            for (identifier, role) in scan.roles {
                roles[Mark(page: page, identifier: identifier)] = role
            }
            codes.merge(scan.codes) { $0.union($1) }
            codes.merge(checkAnnotations(ofPage: page)) { $0.union($1) }
        }
        for (font, used) in codes.sorted(by: { $0.key < $1.key }) { checkFont(font, codes: used) }
        checkStructure(pages: pages, contentRoles: roles)
    }

    private func pages(from object: COSObject?, depth: Int) -> [Int] {
        guard depth < 32, let number = object?.reference else { return [] }
        let node = file.dictionary(object)
        guard node["Kids"] != nil else { return [number] }
        return file.array(node["Kids"]).flatMap { pages(from: $0, depth: depth + 1) }
    }

    /// The content of a page: which identifiers have which tag, which codes of which font are
    /// shown.
    private mutating func scanContent(
        ofPage number: Int
    ) -> (roles: [Int: String], codes: [Int: Set<Int>]) {
        let page = file.dictionary(.reference(number))
        require(page["StructParents"]?.integer != nil, .structParents, "page \(number)")
        if page["Annots"] != nil {
            require(page["Tabs"] == .name("S"), .tabOrder, "page \(number) has no Tabs /S")
        }
        guard let content = file.data(of: page["Contents"]) else {
            report(.syntax, "page \(number) has no content")
            return ([:], [:])
        }
        var scan = ContentScan(
            content, resources: file.dictionary(page["Resources"]), file: file, isTagged: true)
        scan.run()
        for (rule, detail) in scan.broken { report(rule, "page \(number): \(detail)") }
        return (scan.roles, scan.codes)
    }

    /// Widgets: flags, tooltip, appearance; answers the codes their appearances show.
    private mutating func checkAnnotations(ofPage number: Int) -> [Int: Set<Int>] {
        var codes: [Int: Set<Int>] = [:]
        let page = file.dictionary(.reference(number))
        for annotation in file.array(page["Annots"]) {
            let dictionary = file.dictionary(annotation)
            let flags = dictionary["F"]?.integer ?? 0
            // Print set; Invisible, Hidden, NoView, ToggleNoView clear.
            require(
                flags & 4 != 0 && flags & (1 | 2 | 32 | 256) == 0, .annotationFlags,
                "flags \(flags)")
            let rectangle = file.array(dictionary["Rect"]).compactMap(\.number)
            let isEmpty =
                rectangle.count == 4 && rectangle[0] == rectangle[2] && rectangle[1] == rectangle[3]
            if isEmpty { continue }
            require(
                file.resolve(dictionary["TU"]).text?.isEmpty == false, .annotationTooltip,
                "a widget without TU")
            checkForm(dictionary, annotation)
            let appearance = file.dictionary(dictionary["AP"])
            guard appearance.keys.elementsEqual(["N"]), let data = file.data(of: appearance["N"])
            else {
                report(.annotationAppearance, "a widget without its normal appearance")
                continue
            }
            let form = file.dictionary(appearance["N"])
            var scan = ContentScan(
                data, resources: file.dictionary(form["Resources"]), file: file, isTagged: false)
            scan.run()
            for (rule, detail) in scan.broken { report(rule, "appearance: \(detail)") }
            codes.merge(scan.codes) { $0.union($1) }
        }
        return codes
    }

    private mutating func checkForm(_ widget: [String: COSObject], _ reference: COSObject) {
        guard let key = widget["StructParent"]?.integer, let owner = parentTree[key]?.reference
        else {
            return report(.annotationStructure, "a widget without StructParent")
        }
        let element = file.dictionary(.reference(owner))
        let kids = element["K"].map { file.array($0).isEmpty ? [$0] : file.array($0) } ?? []
        let isReferred = kids.contains {
            let kid = file.dictionary($0)
            return kid["Type"] == .name("OBJR") && kid["Obj"] == reference
        }
        require(
            element["S"] == .name("Form") && isReferred, .annotationStructure,
            "a widget outside a Form element")
    }

    /// The parent tree's entries by key.
    var parentTree: [Int: COSObject] {
        let root = file.dictionary(catalog["StructTreeRoot"])
        let numbers = file.array(file.dictionary(root["ParentTree"])["Nums"])
        var tree: [Int: COSObject] = [:]
        for index in stride(from: 0, to: numbers.count - 1, by: 2) {
            if let key = numbers[index].integer { tree[key] = numbers[index + 1] }
        }
        return tree
    }
}

/// Reads a content stream operator by operator.
struct ContentScan {
    private var scanner: COSScanner
    private let resources: [String: COSObject]
    private let file: COSFile
    private let isTagged: Bool
    /// What each open marked-content sequence is: its identifier, or none for an artifact.
    private var open: [Int?] = []
    private var font: Int?
    private(set) var roles: [Int: String] = [:]
    private(set) var codes: [Int: Set<Int>] = [:]
    private(set) var broken: [(PDFConformanceRule, String)] = []

    private static let painting: Set<String> = [
        "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "EI", "Tj", "TJ", "'", "\"",
    ]
    private static let other: Set<String> = [
        "q", "Q", "cm", "w", "J", "j", "M", "d", "m", "l", "c", "v", "y", "h", "re", "n", "W", "W*",
        "BT", "ET", "Tc", "Tw", "Tz", "TL", "Tf", "Tr", "Ts", "Td", "TD", "Tm", "T*", "rg", "RG",
        "g",
        "G", "BMC", "BDC", "EMC",
    ]
    private static let colour: Set<String> = ["k", "K", "cs", "CS", "sc", "SC", "scn", "SCN"]

    init(_ content: [UInt8], resources: [String: COSObject], file: COSFile, isTagged: Bool) {
        scanner = COSScanner(content)
        (self.resources, self.file, self.isTagged) = (resources, file, isTagged)
    }

    mutating func run() {
        var operands: [COSObject] = []
        while true {
            scanner.skipBlanks()
            if scanner.isAtEnd { break }
            guard let object = try? scanner.object(withReferences: false) else {
                return broken.append((.operatorsUnknown, "syntax at \(scanner.offset)"))
            }
            if case .word(let name) = object {
                apply(name, operands)
                operands = []
            } else {
                operands.append(object)
            }
        }
        if !open.isEmpty { broken.append((.unmarkedContent, "a marked sequence is not closed")) }
    }

    private mutating func apply(_ name: String, _ operands: [COSObject]) {
        if Self.painting.contains(name), open.isEmpty, isTagged {
            broken.append((.unmarkedContent, "\(name) outside marked content"))
        }
        switch name {
        case "BDC": begin(operands)
        case "BMC": begin(operands + [.dictionary([:])])
        case "EMC":
            if open.popLast() == nil { broken.append((.unmarkedContent, "EMC without BDC")) }
        case "Tf":
            let fonts = file.dictionary(resources["Font"])
            font = operands.first?.name.flatMap { fonts[$0]?.reference }
        case "Tj", "'", "\"": operands.forEach { show($0) }
        case "TJ": operands.first?.array?.forEach { show($0) }
        default:
            if Self.colour.contains(name) {
                broken.append((.deviceColor, "\(name) is not RGB or grey"))
            } else if !Self.other.contains(name), !Self.painting.contains(name) {
                broken.append((.operatorsUnknown, name))
            }
        }
    }

    private mutating func begin(_ operands: [COSObject]) {
        let tag = operands.first?.name ?? ""
        let identifier = operands.last?.dictionary?["MCID"]?.integer
        if tag == "Artifact" {
            if !open.isEmpty {
                broken.append((.unmarkedContent, "an artifact inside other content"))
            }
            return open.append(nil)
        }
        guard let identifier else {
            broken.append((.unmarkedContent, "\(tag) without MCID"))
            return open.append(nil)
        }
        if !open.isEmpty { broken.append((.unmarkedContent, "\(tag) inside other content")) }
        if roles.updateValue(tag, forKey: identifier) != nil {
            broken.append((.duplicateIdentifier, "MCID \(identifier) twice"))
        }
        open.append(identifier)
    }

    private mutating func show(_ operand: COSObject) {
        guard let string = operand.string else { return }
        guard let font else { return broken.append((.fontEmbedded, "text without a font")) }
        for index in stride(from: 0, to: string.count - 1, by: 2) {
            codes[font, default: []].insert(Int(string[index]) << 8 | Int(string[index + 1]))
        }
    }
}

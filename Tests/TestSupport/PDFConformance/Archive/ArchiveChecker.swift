// SPDX-License-Identifier: Apache-2.0
import PDF

/// Judges any PDF against single clauses of PDF/A-1b, -2b and -3b (ISO 19005-1 to -3).
///
/// Where ``PDFConformanceChecker`` knows what we write, this one knows clauses: ask for one, and it
/// answers for that one alone. Clauses that are not listed are not judged.
package struct ArchiveChecker {
    /// The part of ISO 19005.
    package enum Part: Int, Sendable { case one = 1, two, three }

    let part: Part
    let file: PDFFile
    let view: DocumentView
    /// All objects in use, in order.
    let objects: [(reference: ObjectReference, object: PDFObject)]
    private(set) var findings: [String] = []

    private typealias Check = @Sendable (inout ArchiveChecker) -> Void

    /// The clauses of parts 2 and 3, which are the same but for 6.8.
    private static let later: [String: Check] = [
        "6.1.2": { $0.checkHeader() }, "6.1.3": { $0.checkTrailer() },
        "6.1.4": { $0.checkCrossReferences() }, "6.1.6": { $0.checkHexadecimalStrings() },
        "6.1.7.1": { $0.checkStreams() }, "6.1.7.2": { $0.checkFilters() },
        "6.1.9": { $0.checkObjects() }, "6.1.10": { $0.checkInlineImages() },
        "6.1.12": { $0.checkPermissions() }, "6.1.13": { $0.checkLimits() },
        "6.2.3": { $0.checkOutputIntents() }, "6.2.5": { $0.checkGraphicsStates() },
        "6.2.6": { $0.checkRenderingIntents() }, "6.2.8.1": { $0.checkImages() },
        "6.2.9.1": { $0.checkForms() }, "6.2.9.2": { $0.checkReferenceObjects() },
        "6.2.9.3": { $0.checkPostScript() }, "6.2.11.2": { $0.checkFonts() },
        "6.2.11.3.2": { $0.checkGlyphMaps() }, "6.3.1": { $0.checkAnnotationTypes() },
        "6.3.2": { $0.checkAnnotationFlags() }, "6.3.3": { $0.checkAppearances() },
        "6.4.1": { $0.checkFields() }, "6.4.2": { $0.checkXFA() },
        "6.5.1": { $0.checkActions() }, "6.5.2": { $0.checkTriggers() },
        "6.9": { $0.checkOptionalContent() }, "6.10": { $0.checkPresentations() },
        "6.11": { $0.checkRequirements() },
    ]

    private static let first: [String: Check] = [
        "6.1.2": { $0.checkHeader() }, "6.1.3": { $0.checkTrailer() },
        "6.1.4": { $0.checkCrossReferences() }, "6.1.6": { $0.checkHexadecimalStrings() },
        "6.1.7": { $0.checkStreams() }, "6.1.8": { $0.checkObjects() },
        "6.1.10": { $0.checkFilters() }, "6.1.11": { $0.checkNoFiles() },
        "6.1.12": { $0.checkLimits() }, "6.1.13": { $0.checkNoLayers() },
    ]

    private static func check(_ clause: String, _ part: Part) -> Check? {
        switch part {
        case .one: first[clause]
        case .three where clause == "6.8": { $0.checkEmbeddedFiles() }
        case .two, .three: later[clause]
        }
    }

    /// Whether the clause is judged at all.
    package static func knows(_ clause: String, _ part: Part) -> Bool {
        check(clause, part) != nil
    }

    /// What in the file breaks the clause; empty when nothing does, `nil` when the clause is not
    /// judged.
    package static func findings(in bytes: [UInt8], clause: String, _ part: Part) -> [String]? {
        guard let check = check(clause, part) else { return nil }
        do throws(PDFError) {
            var checker = try ArchiveChecker(bytes, part)
            check(&checker)
            return checker.findings
        } catch {
            return ["unreadable: \(error)"]
        }
    }

    private init(_ bytes: [UInt8], _ part: Part) throws(PDFError) {
        self.part = part
        file = try PDFFile(tolerating: bytes)
        let view = file.current
        self.view = view
        objects = view.objectNumbers.compactMap { number in
            (try? view.object(number: number)).map { ($0.0, $0.1) }
        }
    }

    mutating func require(_ isTrue: Bool, _ finding: @autoclosure () -> String) {
        if !isTrue { findings.append(finding()) }
    }

    // MARK: - Reading

    func resolve(_ object: PDFObject?) -> PDFObject { (try? view.resolve(object)) ?? .null }

    func dictionary(_ object: PDFObject?) -> PDFDictionary {
        resolve(object).dictionaryValue ?? [:]
    }

    func array(_ object: PDFObject?) -> [PDFObject] { resolve(object).arrayValue ?? [] }

    var catalog: PDFDictionary { (try? view.catalog()) ?? [:] }

    var pages: [PDFDictionary] { ((try? view.pages()) ?? []).map(\.dictionary) }

    /// The annotations of all pages.
    var annotations: [PDFDictionary] {
        pages.flatMap { array($0["Annots"]) }.map { dictionary($0) }.filter { !$0.entries.isEmpty }
    }

    /// Every dictionary anywhere, those inside others included.
    var dictionaries: [PDFDictionary] {
        var found: [PDFDictionary] = []
        for (_, object) in objects { Self.collect(object, into: &found) }
        return found
    }

    private static func collect(_ object: PDFObject, into found: inout [PDFDictionary]) {
        switch object {
        case .array(let items): for item in items { collect(item, into: &found) }
        case .dictionary(let dictionary):
            found.append(dictionary)
            for entry in dictionary.entries { collect(entry.value, into: &found) }
        case .stream(let stream): collect(.dictionary(stream.dictionary), into: &found)
        default: break
        }
    }

    /// Streams of a /Subtype, by their objects.
    func streams(_ subtype: String) -> [PDFDictionary] {
        objects.compactMap { $0.object.streamValue?.dictionary }
            .filter { $0["Subtype"] == .name(subtype) && $0["Type"] != .name("Metadata") }
    }

    /// The decoded data of everything that is drawn: pages, forms, patterns, Type 3 glyphs.
    var contents: [[UInt8]] {
        var streams: [PDFObject] = pages.flatMap { page -> [PDFObject] in
            let contents = resolve(page["Contents"])
            return contents.arrayValue ?? [contents]
        }
        for dictionary in dictionaries where dictionary["CharProcs"] != nil {
            streams += self.dictionary(dictionary["CharProcs"]).entries.map(\.value)
        }
        for (_, object) in objects {
            guard let stream = object.streamValue else { continue }
            let isForm = stream.dictionary["Subtype"] == .name("Form")
            if isForm || stream.dictionary["PatternType"] == .integer(1) { streams.append(object) }
        }
        return streams.compactMap { resolve($0).streamValue }.compactMap { try? view.data(of: $0) }
    }
}

// SPDX-License-Identifier: Apache-2.0
import PDF

/// Clauses on what is drawn and how (6.1.10, 6.2).
extension ArchiveChecker {
    private static let intents: Set<String> = [
        "RelativeColorimetric", "AbsoluteColorimetric", "Perceptual", "Saturation",
    ]

    private var inlineImages: [[String: COSObject]] {
        contents.flatMap { data in
            ContentOperators(data).compactMap { $0.name == "BI" ? $0.operands[0].dictionary : nil }
        }
    }

    mutating func checkInlineImages() {
        let known: Set<String> = [
            "ASCIIHexDecode", "AHx", "ASCII85Decode", "A85", "FlateDecode", "Fl",
            "RunLengthDecode", "RL", "CCITTFaxDecode", "CCF", "DCTDecode", "DCT",
        ]
        for image in inlineImages {
            let filter = image["F"] ?? image["Filter"] ?? .array([])
            for name in filter.array ?? [filter] {
                require(known.contains(name.name ?? ""), "filter of an inline image")
            }
        }
    }

    mutating func checkOutputIntents() {
        let intents = array(catalog["OutputIntents"]).map { dictionary($0) }
        var profiles = Set<ObjectReference>()
        for intent in intents {
            if let profile = intent["DestOutputProfile"]?.referenceValue {
                profiles.insert(profile)
            }
            guard intent["S"] == .name("GTS_PDFA1") else { continue }
            require(intent["DestOutputProfileRef"] == nil, "a profile elsewhere")
            checkProfile(intent["DestOutputProfile"])
        }
        require(profiles.count <= 1, "output intents with several profiles")
    }

    private mutating func checkProfile(_ object: PDFObject?) {
        guard let stream = resolve(object).streamValue, let data = try? view.data(of: stream) else {
            return require(false, "no output profile")
        }
        func text(_ range: Range<Int>) -> String {
            data.count >= range.upperBound ? String(decoding: data[range], as: UTF8.self) : ""
        }
        let colors = ["RGB ": 3, "CMYK": 4, "GRAY": 1]
        require(data.count >= 128 && text(36..<40) == "acsp", "no ICC profile")
        require(["prtr", "mntr"].contains(text(12..<16)), "profile class \(text(12..<16))")
        require(data.count > 8 && data[8] <= 4, "version of the profile")
        let number = resolve(stream.dictionary["N"]).integerValue
        require(
            colors[text(16..<20)] != nil && (number == nil || colors[text(16..<20)] == number),
            "colours of the profile")
    }

    /// The dictionaries of graphics state parameters.
    private var graphicsStates: [PDFDictionary] {
        let named = dictionaries.compactMap { $0["ExtGState"] }.flatMap { states in
            dictionary(states).entries.map { dictionary($0.value) }
        }
        return named + dictionaries.filter { $0["Type"] == .name("ExtGState") }
    }

    mutating func checkGraphicsStates() {
        for state in graphicsStates {
            require(state["TR"] == nil, "TR")
            require(state["TR2"] == nil || resolve(state["TR2"]) == .name("Default"), "TR2")
            require(state["HTP"] == nil, "HTP")
            let halftone = resolve(state["HT"])
            if let own = halftone.dictionaryValue { checkHalftone(own, isPart: nil) }
        }
    }

    private mutating func checkHalftone(_ halftone: PDFDictionary, isPart colorant: String?) {
        let type = resolve(halftone["HalftoneType"]).integerValue
        require(type == 1 || type == 5 && colorant == nil, "halftone type")
        require(halftone["HalftoneName"] == nil, "HalftoneName")
        let primaries: Set<String> = [
            "Cyan", "Magenta", "Yellow", "Black", "Red", "Green", "Blue", "Gray",
        ]
        if let colorant, colorant != "Default" {
            let isNeeded = !primaries.contains(colorant)
            require((halftone["TransferFunction"] != nil) == isNeeded, "transfer of \(colorant)")
        } else if colorant == nil {
            require(halftone["TransferFunction"] == nil, "TransferFunction")
        }
        guard type == 5 else { return }
        for entry in halftone.entries {
            guard let own = resolve(entry.value).dictionaryValue else { continue }
            checkHalftone(own, isPart: entry.key)
        }
    }

    mutating func checkRenderingIntents() {
        func isKnown(_ object: PDFObject?) -> Bool {
            object == nil || Self.intents.contains(resolve(object).nameValue ?? "")
        }
        for state in graphicsStates { require(isKnown(state["RI"]), "RI") }
        for image in streams("Image") { require(isKnown(image["Intent"]), "Intent") }
        for data in contents {
            for (name, operands) in ContentOperators(data) {
                if name == "ri" {
                    require(Self.intents.contains(operands.last?.name ?? ""), "ri")
                } else if name == "BI", let intent = operands[0].dictionary?["Intent"] {
                    require(Self.intents.contains(intent.name ?? ""), "inline Intent")
                }
            }
        }
    }

    mutating func checkImages() {
        for image in streams("Image") {
            require(image["Alternates"] == nil, "Alternates")
            require(image["OPI"] == nil, "OPI")
            require(resolve(image["Interpolate"]) != .boolean(true), "Interpolate")
            let isPacked = resolve(image["Filter"]) == .name("JPXDecode")
            if let bits = resolve(image["BitsPerComponent"]).integerValue, !isPacked {
                let isMask = resolve(image["ImageMask"]) == .boolean(true)
                require(isMask ? bits == 1 : [1, 2, 4, 8, 16].contains(bits), "bits of an image")
            }
        }
        for image in inlineImages {
            require((image["I"] ?? image["Interpolate"])?.isTrue != true, "inline Interpolate")
            if let bits = (image["BPC"] ?? image["BitsPerComponent"])?.integer {
                let isMask = (image["IM"] ?? image["ImageMask"])?.isTrue == true
                require(isMask ? bits == 1 : [1, 2, 4, 8, 16].contains(bits), "inline bits")
            }
        }
    }

    mutating func checkForms() {
        for form in streams("Form") {
            require(form["OPI"] == nil, "OPI in a form")
            require(form["Subtype2"] != .name("PS"), "Subtype2 PS")
            require(form["PS"] == nil, "PS in a form")
        }
    }

    mutating func checkReferenceObjects() {
        for form in streams("Form") { require(form["Ref"] == nil, "Ref") }
    }

    mutating func checkPostScript() {
        require(streams("PS").isEmpty, "a PostScript object")
    }
}

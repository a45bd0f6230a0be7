// SPDX-License-Identifier: Apache-2.0

/// XMP, information dictionary, output intent and attachments.
extension PDFConformanceChecker {
    /// The text between two tags; our packets are written by us, so no XML reader is needed.
    private func value(_ name: String, in packet: String) -> String? {
        guard let start = packet.range(of: "<\(name)>"), let end = packet.range(of: "</\(name)>"),
            start.upperBound <= end.lowerBound
        else { return nil }
        var text = packet[start.upperBound..<end.lowerBound]
        while let open = text.firstIndex(of: "<"), let close = text.firstIndex(of: ">") {
            text = text[..<open] + text[text.index(after: close)...]
        }
        return String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">")
            .replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
    }

    var level: Int {
        let packet = file.data(of: catalog["Metadata"]).map { String(decoding: $0, as: UTF8.self) }
        return packet.flatMap { value("pdfaid:part", in: $0) }.flatMap { Int($0) } ?? 0
    }

    mutating func checkMetadata() {
        guard let data = file.data(of: catalog["Metadata"]),
            file.dictionary(catalog["Metadata"])["Subtype"] == .name("XML")
        else { return report(.metadataStream, "no metadata stream") }
        let packet = String(decoding: data, as: UTF8.self)
        require(
            packet.hasPrefix("<?xpacket begin=") && packet.hasSuffix("<?xpacket end=\"r\"?>"),
            .metadataStream, "no XMP packet")
        require(
            [2, 3].contains(level) && value("pdfaid:conformance", in: packet) == "A",
            .pdfaIdentification, "no pdfaid part and conformance")
        require(
            value("pdfuaid:part", in: packet) == "1", .pdfuaIdentification, "no pdfuaid part")
        let schema = ["pdfaExtension:schemas", "pdfaSchema:namespaceURI", "pdfaProperty:valueType"]
        require(
            schema.allSatisfy { value($0, in: packet) != nil }
                && value("pdfaSchema:namespaceURI", in: packet)
                    == "http://www.aiim.org/pdfua/ns/id/"
                && value("pdfaProperty:name", in: packet) == "part",
            .extensionSchema, "pdfuaid has no extension schema")
        checkInformation(packet)
    }

    private mutating func checkInformation(_ packet: String) {
        let information = file.dictionary(file.trailer["Info"])
        let title = value("dc:title", in: packet)
        require(title?.isEmpty == false, .metadataTitle, "no dc:title")
        let pairs = [
            ("Title", "dc:title"), ("Author", "dc:creator"), ("Subject", "dc:description"),
            ("Creator", "xmp:CreatorTool"), ("Producer", "pdf:Producer"),
        ]
        for (key, property) in pairs {
            let own = file.resolve(information[key]).text
            require(
                own == value(property, in: packet), .information, "\(key) differs from \(property)")
        }
        for (key, property) in [("CreationDate", "xmp:CreateDate"), ("ModDate", "xmp:ModifyDate")] {
            guard let date = file.resolve(information[key]).text,
                let other = value(property, in: packet)
            else {
                report(.informationDates, "no \(key)")
                continue
            }
            require(
                date.filter(\.isNumber) == other.filter(\.isNumber), .informationDates,
                "\(key) differs from \(property)")
        }
    }

    mutating func checkOutputIntent() {
        let intents = file.array(catalog["OutputIntents"]).map { file.dictionary($0) }
        guard let intent = intents.first(where: { $0["S"] == .name("GTS_PDFA1") }) else {
            return report(.outputIntent, "no GTS_PDFA1 output intent")
        }
        require(
            file.resolve(intent["OutputConditionIdentifier"]).text?.isEmpty == false, .outputIntent,
            "no OutputConditionIdentifier")
        let profile = file.data(of: intent["DestOutputProfile"]) ?? []
        let size = profile.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        require(
            profile.count > 128 && size == profile.count
                && Array(profile[12..<20]) == Array("mntrRGB ".utf8)
                && Array(profile[36..<40]) == Array("acsp".utf8)
                && file.dictionary(intent["DestOutputProfile"])["N"]?.integer == 3,
            .outputProfile, "no RGB profile")
    }

    mutating func checkAttachments() {
        let names = file.dictionary(file.dictionary(catalog["Names"])["EmbeddedFiles"])
        let named = file.array(names["Names"])
        let associated = file.array(catalog["AF"]).compactMap(\.reference)
        for number in file.numbers {
            let dictionary = file.dictionary(.reference(number))
            guard dictionary["Type"] == .name("Filespec") || dictionary["EF"] != nil else {
                continue
            }
            require(level == 3, .attachmentLevel, "an attachment in PDF/A-\(level)")
            let hasNames = ["F", "UF"].allSatisfy {
                file.resolve(dictionary[$0]).text?.isEmpty == false
            }
            require(
                hasNames && named.contains(.reference(number)), .attachmentNames,
                "attachment \(number) is not named")
            require(
                dictionary["AFRelationship"]?.name != nil, .attachmentRelationship,
                "attachment \(number) has no AFRelationship")
            require(
                associated.contains(number), .attachmentAssociated,
                "attachment \(number) is not in AF")
            let stream = file.dictionary(file.dictionary(dictionary["EF"])["F"])
            require(
                stream["Subtype"]?.name?.contains("/") == true
                    && file.dictionary(stream["Params"])["ModDate"] != nil,
                .attachmentSubtype, "attachment \(number) has no Subtype or ModDate")
        }
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}

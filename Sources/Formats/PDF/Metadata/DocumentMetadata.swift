// SPDX-License-Identifier: Apache-2.0

/// What a file says about itself, once as XMP and once as the information dictionary, from one
/// source.
struct DocumentMetadata {
    static let producer = "Open eConnector"

    let title, author, subject, language: String
    let created: PageDescription.Moment
    let part: Int

    init(_ page: PageDescription) {
        title = Self.plain(page.title)
        author = Self.plain(page.author)
        subject = Self.plain(page.subject)
        language = Self.plain(page.language)
        created = page.created
        part = page.conformance == .pdfA3a ? 3 : 2
    }

    /// One line without control characters: XML could not carry them, and no title needs them.
    private static func plain(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isNoncharacter = scalar.value & 0xFFFE == 0xFFFE
            guard scalar.properties.generalCategory != .control else {
                plain.append(" ")
                continue
            }
            if !isNoncharacter { plain.append(scalar) }
        }
        return String(plain)
    }

    var information: PDFDictionary {
        var information: PDFDictionary = ["Title": .text(title)]
        if !author.isEmpty { information["Author"] = .text(author) }
        if !subject.isEmpty { information["Subject"] = .text(subject) }
        information["Creator"] = .text(Self.producer)
        information["Producer"] = .text(Self.producer)
        information["CreationDate"] = .text(created.pdfDate)
        information["ModDate"] = .text(created.pdfDate)
        return information
    }

    /// The XMP packet (ISO 16684-1) with the PDF/A and PDF/UA identification and the extension
    /// schema the latter needs.
    var packet: [UInt8] {
        let date = created.xmpDate
        var optional = ""
        if !author.isEmpty {
            optional +=
                "   <dc:creator><rdf:Seq><rdf:li>\(xml(author))</rdf:li></rdf:Seq></dc:creator>\n"
        }
        if !subject.isEmpty { optional += alternative("dc:description", subject) }
        let packet = """
            <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/">
             <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
              <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
            \(alternative("dc:title", title))\(optional)   <dc:language>
                <rdf:Bag><rdf:li>\(xml(language))</rdf:li></rdf:Bag>
               </dc:language>
              </rdf:Description>
              <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
               <xmp:CreateDate>\(date)</xmp:CreateDate>
               <xmp:ModifyDate>\(date)</xmp:ModifyDate>
               <xmp:MetadataDate>\(date)</xmp:MetadataDate>
               <xmp:CreatorTool>\(Self.producer)</xmp:CreatorTool>
              </rdf:Description>
              <rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
               <pdf:Producer>\(Self.producer)</pdf:Producer>
              </rdf:Description>
              <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
               <pdfaid:part>\(part)</pdfaid:part>
               <pdfaid:conformance>A</pdfaid:conformance>
              </rdf:Description>
              <rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
               <pdfuaid:part>1</pdfuaid:part>
              </rdf:Description>
            \(Self.extensionSchema)
             </rdf:RDF>
            </x:xmpmeta>
            <?xpacket end="r"?>
            """
        return Array(packet.utf8)
    }

    private func alternative(_ property: String, _ text: String) -> String {
        let item = "<rdf:li xml:lang=\"x-default\">\(xml(text))</rdf:li>"
        return "   <\(property)><rdf:Alt>\(item)</rdf:Alt></\(property)>\n"
    }

    private func xml(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    /// PDF/A knows no pdfuaid, so its schema is described in the packet (ISO 19005-2, 6.6.2.3).
    private static let extensionSchema = """
          <rdf:Description rdf:about=""
            xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
            xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
            xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
           <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
            <pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
            <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
            <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
            <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
             <pdfaProperty:name>part</pdfaProperty:name>
             <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
             <pdfaProperty:category>internal</pdfaProperty:category>
             <pdfaProperty:description>Part of ISO 14289 the file follows</pdfaProperty:description>
            </rdf:li></rdf:Seq></pdfaSchema:property>
           </rdf:li></rdf:Bag></pdfaExtension:schemas>
          </rdf:Description>
        """
}

extension PageDescription.Moment {
    /// ISO 32000-1, 7.9.4.
    package var pdfDate: String {
        "D:" + padded(year, 4) + padded(month, 2) + padded(day, 2) + padded(hour, 2)
            + padded(minute, 2)
            + padded(second, 2) + "Z"
    }

    var xmpDate: String {
        padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T" + padded(hour, 2)
            + ":"
            + padded(minute, 2) + ":" + padded(second, 2) + "Z"
    }

    private func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

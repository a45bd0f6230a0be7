// SPDX-License-Identifier: Apache-2.0
import PDF
package import Trust

/// Adds a revision whose security store holds the material beside what is there; nothing is stored
/// twice.
///
/// The bytes given stay a prefix of the result.
///
/// - Parameter signatures: The /Contents of signatures and document time-stamps that get an entry
///   in /VRI naming all of the material; it may be left out (EN 319 142-1, 5.4.2.3).
/// - Throws: The file cannot be read as it should be, or is encrypted.
package func addingValidationMaterial(
    _ material: ValidationMaterial, to pdf: [UInt8], relatedTo signatures: [[UInt8]] = []
) throws(SigningError) -> [UInt8] {
    let file = try reading { () throws(PDFError) in try PDFFile(pdf) }
    let view = file.current
    var catalog = try reading { () throws(PDFError) in try view.catalog() }
    guard let root = view.catalogReference else { throw .unreadable(.missing("Root")) }
    let old = try reading { () throws(PDFError) in try view.resolve(catalog["DSS"]) }
    var writing = StoreWriting(old.dictionaryValue ?? ["Type": .name("DSS")], in: file)
    let places = writing.add(material)
    writing.relate(places, to: signatures)
    if case .reference(let place)? = catalog["DSS"] {
        writing.update.set(place, .dictionary(writing.store))
    } else {
        catalog["DSS"] = .reference(writing.update.add(.dictionary(writing.store)))
    }
    if !file.isVersion2 { catalog.announceETSIExtension(in: view) }
    writing.update.set(root, .dictionary(catalog))
    return writing.update.finish().bytes
}

/// A security store that grows.
private struct StoreWriting {
    var store: PDFDictionary
    var update: IncrementalUpdate
    private let view: DocumentView

    init(_ store: PDFDictionary, in file: PDFFile) {
        (self.store, view) = (store, file.current)
        update = IncrementalUpdate(of: file)
    }

    /// Stores what is not there yet; answers where each kind stands, by the key it has in /VRI.
    mutating func add(_ material: ValidationMaterial) -> [(key: String, places: [PDFObject])] {
        [
            ("Cert", add(material.certificates.map(\.der), as: "Certs")),
            ("OCSP", add(material.ocspResponses.map(\.der), as: "OCSPs")),
            ("CRL", add(material.revocationLists.map(\.der), as: "CRLs")),
        ]
    }

    private mutating func add(_ objects: [[UInt8]], as key: String) -> [PDFObject] {
        var items = (try? view.resolve(store[key]))?.arrayValue ?? []
        var known: [[UInt8]: PDFObject] = [:]
        for item in items.prefix(Limits.storedObjects) {
            guard let stream = (try? view.resolve(item))?.streamValue,
                let data = try? view.data(of: stream)
            else { continue }
            known[data] = item
        }
        var places: [PDFObject] = []
        for object in objects {
            if let place = known[object] {
                places.append(place)
                continue
            }
            let stream = PDFStream(
                ["Filter": .name("FlateDecode")], data: Deflate.compress(object))
            let place = PDFObject.reference(update.add(.stream(stream)))
            known[object] = place
            items.append(place)
            places.append(place)
        }
        if !items.isEmpty { store[key] = .array(items) }
        return places
    }

    mutating func relate(
        _ places: [(key: String, places: [PDFObject])], to signatures: [[UInt8]]
    ) {
        guard !signatures.isEmpty else { return }
        let old = store["VRI"]
        var related = (try? view.resolve(old))?.dictionaryValue ?? [:]
        for contents in signatures {
            var entry = PDFDictionary()
            for (key, places) in places where !places.isEmpty { entry[key] = .array(places) }
            let key = PDFSignature.validationInformationKey(of: contents)
            related[key] = .reference(update.add(.dictionary(entry)))
        }
        if case .reference(let place)? = old {
            update.set(place, .dictionary(related))
        } else {
            store["VRI"] = .dictionary(related)
        }
    }
}

extension PDFFile {
    /// PDF 2.0 knows the security store without an extension (ISO 32000-2, 12.8.4.3).
    fileprivate var isVersion2: Bool {
        let announced = (try? current.catalog())?["Version"]?.nameValue
        return bytes.starts(with: Array("%PDF-2.".utf8)) || announced?.hasPrefix("2.") == true
    }
}

extension PDFDictionary {
    /// /Extensions /ESIC, level 1 (EN 319 142-1, 5.6), unless the catalog has it.
    fileprivate mutating func announceETSIExtension(in view: DocumentView) {
        var extensions = (try? view.resolve(self["Extensions"]))?.dictionaryValue ?? [:]
        guard extensions["ESIC"] == nil else { return }
        extensions["ESIC"] = .dictionary([
            "BaseVersion": .name("1.7"), "ExtensionLevel": .integer(1),
        ])
        self["Extensions"] = .dictionary(extensions)
    }
}

// SPDX-License-Identifier: Apache-2.0
package import PDF
package import Trust

/// The document security store (EN 319 142-1, 5.4.2): certificates and revocation data inside the
/// file.
package struct DocumentSecurityStore: Sendable {
    /// Everything readable in the store and its /VRI, each once.
    package private(set) var material = ValidationMaterial()
    /// Entries that are no certificate, OCSP answer or revocation list.
    package private(set) var unreadable = 0

    /// Gathers the store of every revision: a later one may leave out what an earlier one held.
    package init(of file: PDFFile) {
        for index in file.revisions.indices {
            let view = file.document(atRevision: index)
            guard let catalog = try? view.catalog(),
                let store = (try? view.resolve(catalog["DSS"]))?.dictionaryValue
            else { continue }
            add(store, keys: ["Certs", "OCSPs", "CRLs"], view)
            let related = (try? view.resolve(store["VRI"]))?.dictionaryValue?.entries ?? []
            for entry in related.prefix(Limits.signatures) {
                guard let part = (try? view.resolve(entry.value))?.dictionaryValue else { continue }
                add(part, keys: ["Cert", "OCSP", "CRL"], view)
            }
        }
    }

    private mutating func add(_ dictionary: PDFDictionary, keys: [String], _ view: DocumentView) {
        var found = ValidationMaterial()
        for object in Self.streams(dictionary[keys[0]], view) {
            if let certificate = try? Certificate(der: object) {
                found.certificates.append(certificate)
            } else {
                unreadable += 1
            }
        }
        for object in Self.streams(dictionary[keys[1]], view) {
            if let response = try? OCSPResponse(der: object) {
                found.ocspResponses.append(response)
            } else {
                unreadable += 1
            }
        }
        for object in Self.streams(dictionary[keys[2]], view) {
            if let list = try? RevocationList(der: object) {
                found.revocationLists.append(list)
            } else {
                unreadable += 1
            }
        }
        material.formUnion(found)
    }

    /// The data of the streams of an array.
    static func streams(_ object: PDFObject?, _ view: DocumentView) -> [[UInt8]] {
        let items = (try? view.resolve(object))?.arrayValue ?? []
        return items.prefix(Limits.storedObjects).compactMap {
            guard let stream = (try? view.resolve($0))?.streamValue else { return nil }
            return try? view.data(of: stream)
        }
    }
}

/// Adds a revision whose security store holds the material beside what is there; nothing is stored
/// twice.
///
/// No /VRI is written. The bytes given stay a prefix of the result.
package func addingValidationMaterial(
    _ material: ValidationMaterial, to pdf: [UInt8]
) throws(SigningError) -> [UInt8] {
    let file = try reading { () throws(PDFError) in try PDFFile(pdf) }
    let view = file.current
    var catalog = try reading { () throws(PDFError) in try view.catalog() }
    let old = try reading { () throws(PDFError) in try view.resolve(catalog["DSS"]) }
    guard let root = view.catalogReference else { throw .unreadable(.missing("Root")) }

    var update = IncrementalUpdate(of: file)
    var store = old.dictionaryValue ?? ["Type": .name("DSS")]
    let parts: [(key: String, objects: [[UInt8]])] = [
        ("Certs", material.certificates.map(\.der)),
        ("OCSPs", material.ocspResponses.map(\.der)),
        ("CRLs", material.revocationLists.map(\.der)),
    ]
    for part in parts {
        var items = (try? view.resolve(store[part.key]))?.arrayValue ?? []
        var known = Set(DocumentSecurityStore.streams(store[part.key], view))
        for object in part.objects where known.insert(object).inserted {
            let stream = PDFStream(
                ["Filter": .name("FlateDecode")], data: Deflate.compress(object))
            items.append(.reference(update.add(.stream(stream))))
        }
        if !items.isEmpty { store[part.key] = .array(items) }
    }
    if case .reference(let place)? = catalog["DSS"] {
        update.set(place, .dictionary(store))
    } else {
        catalog["DSS"] = .reference(update.add(.dictionary(store)))
    }
    catalog.announceETSIExtension(in: view)
    update.set(root, .dictionary(catalog))
    return update.finish().bytes
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

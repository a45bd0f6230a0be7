// SPDX-License-Identifier: Apache-2.0
package import PDF
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What the security store holds for one signature (EN 319 142-1, 5.4.2.3).
package struct ValidationInformation: Sendable {
    /// See ``PDFSignature/validationInformationKey``.
    package let key: String
    package let material: ValidationMaterial
    /// /TU, a claim.
    package let created: Date?
    /// The octets of /TS, a time-stamp token over the entry.
    package let timestamp: [UInt8]?
}

/// The document security store (EN 319 142-1, 5.4.2): certificates and revocation data inside the
/// file.
package struct DocumentSecurityStore: Sendable {
    /// Everything readable in the store and its /VRI, each once.
    package private(set) var material = ValidationMaterial()
    /// The entries of the /VRI of the last revision that has one.
    package private(set) var validationInformation: [ValidationInformation] = []
    /// Entries that are no certificate, OCSP answer or revocation list.
    package private(set) var unreadable = 0
    /// Whether any revision has a /DSS.
    package private(set) var isPresent = false
    /// What ``material`` held after each revision that has a store.
    private var growth: [(revision: Int, material: ValidationMaterial)] = []
    private var streams = StoredStreams()

    /// What the file held in its store when a revision was the last one.
    package func material(throughRevision revision: Int) -> ValidationMaterial {
        growth.last { $0.revision <= revision }?.material ?? ValidationMaterial()
    }

    /// Gathers the store of every revision: a later one may leave out what an earlier one held.
    package init(of file: PDFFile) {
        file.forEachRevision { revision, view in
            take(view)
            if isPresent { growth.append((revision, material)) }
        }
        streams = StoredStreams()
    }

    private mutating func take(_ view: DocumentView) {
        guard let catalog = try? view.catalog(),
            let store = (try? view.resolve(catalog["DSS"]))?.dictionaryValue
        else { return }
        isPresent = true
        _ = take(store, keys: ["Certs", "OCSPs", "CRLs"], view)
        let related = (try? view.resolve(store["VRI"]))?.dictionaryValue?.entries ?? []
        let found = related.prefix(Limits.signatures).compactMap { information($0, view) }
        if !found.isEmpty { validationInformation = found }
    }

    private mutating func information(
        _ entry: PDFDictionary.Entry, _ view: DocumentView
    ) -> ValidationInformation? {
        guard let part = (try? view.resolve(entry.value))?.dictionaryValue else { return nil }
        let material = take(part, keys: ["Cert", "OCSP", "CRL"], view)
        let created = (try? view.resolve(part["TU"]))?.textValue.flatMap(PDFDate.date)
        let timestamp = part["TS"].flatMap { streams.data(of: $0, view) }
        return ValidationInformation(
            key: entry.key, material: material, created: created, timestamp: timestamp)
    }

    private mutating func take(
        _ dictionary: PDFDictionary, keys: [String], _ view: DocumentView
    ) -> ValidationMaterial {
        var found = ValidationMaterial()
        for (kind, key) in zip(StoredStreams.Kind.allCases, keys) {
            let items = (try? view.resolve(dictionary[key]))?.arrayValue ?? []
            for item in items.prefix(Limits.storedObjects) {
                guard let (value, isNew) = streams.value(of: item, as: kind, view) else { continue }
                switch value {
                case .certificate(let certificate):
                    found.certificates.append(certificate)
                    if isNew { material.certificates.append(certificate) }
                case .response(let response):
                    found.ocspResponses.append(response)
                    if isNew { material.ocspResponses.append(response) }
                case .list(let list):
                    found.revocationLists.append(list)
                    if isNew { material.revocationLists.append(list) }
                case .unreadable: if isNew { unreadable += 1 }
                }
            }
        }
        return found
    }
}

/// Decodes and reads each stream of the store once, however many revisions and entries name it.
private struct StoredStreams {
    enum Kind: CaseIterable { case certificate, response, list }

    enum Value: Sendable {
        case certificate(Certificate)
        case response(OCSPResponse)
        case list(RevocationList)
        case unreadable
    }

    private struct Place: Hashable {
        let number: Int
        let offset: Int
    }

    private var data: [Place: [UInt8]] = [:]
    private var values: [[UInt8]: Value] = [:]
    private var budget = Limits.storeSize

    /// - Returns: The value, and whether it is met for the first time.
    mutating func value(
        of object: PDFObject, as kind: Kind, _ view: DocumentView
    ) -> (Value, isNew: Bool)? {
        guard let bytes = data(of: object, view) else { return nil }
        if let known = values[bytes] { return (known, false) }
        let value: Value? =
            switch kind {
            case .certificate: (try? Certificate(der: bytes)).map { .certificate($0) }
            case .response: (try? OCSPResponse(der: bytes)).map { .response($0) }
            case .list: (try? RevocationList(der: bytes)).map { .list($0) }
            }
        values[bytes] = value ?? .unreadable
        return (value ?? .unreadable, true)
    }

    mutating func data(of object: PDFObject, _ view: DocumentView) -> [UInt8]? {
        guard let reference = object.referenceValue else { return nil }
        let place = Place(number: reference.number, offset: view.offset(of: reference) ?? -1)
        if let known = data[place] { return known }
        guard budget > 0, let stream = (try? view.resolve(object))?.streamValue,
            let bytes = try? view.data(of: stream)
        else { return nil }
        budget -= bytes.count
        data[place] = bytes
        return bytes
    }
}

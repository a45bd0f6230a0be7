// SPDX-License-Identifier: Apache-2.0
package import XML

/// Takes a deposited form back, for good or because another one takes its place
/// (`annulationMemoireHonoraire`, mysecu-wire, section 3; `annulation` for every other form).
package struct CancellationRequest: Sendable, Hashable {
    /// `TypeAnnulation`.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case simple = "1"
        /// A new deposit replaces the form.
        case replacing = "2"
    }

    /// Of the cancellation itself, fresh; version 4, lower case.
    package let uuid: String
    /// The platform's own UUID of the deposit.
    package let documentNationalUUID: String
    package let kind: Kind
    /// Our UUID of the form that is deposited instead. A message that was read may lack it.
    package let replacement: String?
    /// Why, in the provider's words.
    package let reason: String

    /// How many characters a reason may have.
    package static let reasonLength = 1...200

    /// - Throws: A UUID is none, or the reason is empty or too long.
    package init(
        uuid: String, documentNationalUUID: String, replacement: String? = nil, reason: String
    ) throws(MessageError) {
        try self.init(
            uuid, documentNationalUUID, replacement == nil ? .simple : .replacing, replacement,
            reason)
    }

    private init(
        _ uuid: String, _ documentNationalUUID: String, _ kind: Kind, _ replacement: String?,
        _ reason: String
    ) throws(MessageError) {
        for identifier in [uuid, documentNationalUUID] + [replacement].compactMap({ $0 }) {
            guard identifier.utf8.count == Limits.uuidLength else {
                throw .structure(what: "UUID of 36 characters")
            }
        }
        guard Self.isReason(reason) else {
            throw .structure(what: "reason of 1 to 200 characters")
        }
        self.uuid = uuid.lowercased()
        self.documentNationalUUID = documentNationalUUID.lowercased()
        (self.kind, self.reason) = (kind, reason)
        self.replacement = replacement?.lowercased()
    }

    /// Whether the wire can carry it: long and short enough, of characters that XML allows.
    package static func isReason(_ text: String) -> Bool {
        reasonLength.contains(text.unicodeScalars.count)
            && text.unicodeScalars.allSatisfy { scalar in
                scalar == "\n" || scalar == "\t"
                    || scalar.value >= 0x20 && ![0xFFFE, 0xFFFF].contains(scalar.value)
            }
    }

    package func element(_ names: NationalProfile.Cancellation) -> Element {
        let vocabulary = names.vocabulary
        return vocabulary.element(
            names.operation.request,
            [
                vocabulary.element("UUIDPrestataire", text: uuid),
                vocabulary.element("UUIDDocumentRemplacant", optional: replacement),
                vocabulary.element("UUIDDocumentAnnule", text: documentNationalUUID),
                vocabulary.element("TypeAnnulation", text: kind.rawValue),
                vocabulary.element("Motif", text: reason),
            ])
    }

    /// The business bytes of the request.
    package func bytes(_ names: NationalProfile.Cancellation) -> [UInt8] {
        Writer.bytes(of: element(names))
    }

    /// Reads a request; whether a replacing one names its replacement is the platform's question.
    package init(
        parsing bytes: [UInt8], _ names: NationalProfile.Cancellation
    ) throws(MessageError) {
        let message = try MessageReader(
            parsing: bytes, root: names.operation.request, names.vocabulary)
        let kind = try message.choice("TypeAnnulation", Kind.self)
        let replacement = try message.optionalText("UUIDDocumentRemplacant")
        guard kind == .replacing || replacement == nil else {
            throw .structure(what: "TypeAnnulation that its replacement allows")
        }
        try self.init(
            message.text("UUIDPrestataire"), message.text("UUIDDocumentAnnule"), kind, replacement,
            message.text("Motif"))
    }
}

extension CancellationRequest: CustomStringConvertible {
    /// Without the provider's words, which may tell of the patient.
    package var description: String { "CancellationRequest(\(uuid), \(kind))" }
}

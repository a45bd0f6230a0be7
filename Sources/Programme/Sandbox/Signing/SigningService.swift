// SPDX-License-Identifier: Apache-2.0
import JSON
import Keys
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Signs and stamps for software that deposits by its own means (DSR 3.5); the interface is ours.
///
/// It holds one key for each provider, made when first asked for: no form leaves the software,
/// only what is to be signed (SignedInfo of an XML signature, SignedAttributes of a CMS) and the
/// digests that are to be stamped.
actor SigningService {
    private let pki: PKIService
    private var keys: [String: PKIParty] = [:]
    /// By UUID of the request: the same request again gets the first answer.
    private var answers: [String: (digest: [UInt8], answer: JSONValue)] = [:]

    init(_ pki: PKIService) { self.pki = pki }

    struct Request: Sendable {
        var uuid: String
        var provider: String
        /// Bytes to be signed.
        var values: [[UInt8]]
        /// SHA-256 digests to be stamped.
        var digests: [[UInt8]]

        init(_ item: JSONReader) throws(JSONReadingError) {
            try item.allowOnly(["uuid", "provider", "values", "digests"])
            let identifier = try item.member("uuid")
            uuid = try identifier.string().lowercased()
            guard FormUUID.isVersion4(uuid) else {
                throw identifier.unexpected("a UUID of version 4")
            }
            provider = try item.member("provider").string()
            values = try item.base64("values", sizes: 1...Limits.signedValueInBytes)
            digests = try item.base64("digests", sizes: 32...32)
            guard !values.isEmpty || !digests.isEmpty else {
                throw item.unexpected("values or digests")
            }
        }
    }

    enum Refusal: Error {
        /// The UUID belongs to another request.
        case reused
        /// A digest was not stamped.
        case stamping
    }

    /// - Parameters:
    ///   - subject: Whose key signs.
    ///   - body: The bytes of the request.
    ///   - isSignedWrongly: Signs something else, as a fault.
    func answer(
        _ request: Request, for subject: CertificateSubject, body: [UInt8],
        isSignedWrongly: Bool
    ) async throws -> JSONValue {
        let digest = DigestAlgorithm.sha256.digest(body).bytes
        if let known = answers[request.uuid] {
            guard known.digest == digest else { throw Refusal.reused }
            return known.answer
        }
        let party = try await party(of: subject)
        let signatures = try request.values.map { value in
            try party.key.signature(over: isSignedWrongly ? [0] : value)
        }
        var tokens: [[UInt8]] = []
        for digest in request.digests { tokens.append(try await stamp(digest)) }
        let answer: JSONValue = [
            "uuid": .string(request.uuid),
            "algorithm": "ecdsa-sha256",
            "certificates": .base64(party.chain.map(\.der)), "signatures": .base64(signatures),
            "timestamps": .base64(tokens),
        ]
        if answers.count >= Self.answersKept { answers.removeAll() }
        answers[request.uuid] = (digest, answer)
        return answer
    }

    private static let answersKept = 1_000

    private func party(of subject: CertificateSubject) async throws -> PKIParty {
        if let party = keys[subject.serialNumber] { return party }
        let party = try await pki.makeSigner(subject)
        // Somebody else may have made one meanwhile: the first one stays.
        keys[subject.serialNumber] = keys[subject.serialNumber] ?? party
        return keys[subject.serialNumber] ?? party
    }

    private func stamp(_ digest: [UInt8]) async throws -> [UInt8] {
        let request = TimestampRequest(
            imprint: Digest(.sha256, digest), nonce: nil)
        let response = try TimestampResponse(der: await pki.timestamp(request.der))
        guard let token = try? response.token() else { throw Refusal.stamping }
        return token.der
    }
}

extension JSONReader {
    /// Byte strings in base64; none where the member is absent.
    fileprivate func base64(
        _ name: String, sizes: ClosedRange<Int>
    ) throws(JSONReadingError) -> [[UInt8]] {
        guard let list = try optional(name) else { return [] }
        let items = try list.elements()
        guard items.count <= Limits.signedValues else {
            throw list.unexpected("at most \(Limits.signedValues) values")
        }
        var values: [[UInt8]] = []
        for item in items {
            guard let data = Data(base64Encoded: try item.string()), sizes.contains(data.count)
            else { throw item.unexpected("\(sizes.lowerBound) to \(sizes.upperBound) bytes") }
            values.append(Array(data))
        }
        return values
    }
}

extension JSONValue {
    fileprivate static func base64(_ values: [[UInt8]]) -> JSONValue {
        .array(values.map { .string(Data($0).base64EncodedString()) })
    }
}

// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// TimeStampResp (RFC 3161, 2.4.2): a token, or the reason why there is none.
package struct TimestampResponse: Sendable, Hashable {
    /// PKIStatus: 0 granted, 1 granted with modifications, 2 rejection, 3 waiting, 4 and 5
    /// revocation.
    package let status: Int
    /// The authority's own words.
    package let text: String?
    package let failure: PKIFailureInfo
    /// The token's DER.
    package let tokenDER: [UInt8]?

    /// Reads an answer.
    package init(der: [UInt8]) throws(DERError) {
        let name = "TimeStampResp"
        var fields = try DERElement(parsing: der).elements(in: name)
        var info = try fields.next().elements(in: "PKIStatusInfo")
        status = try info.next().integer(in: "PKIStatusInfo.status")
        if let free = info.next(if: .sequence) {
            var lines = try free.elements(in: "PKIFreeText")
            let texts = try lines.rest(limit: Limits.attributesPerSigner).compactMap(\.text)
            text = texts.joined(separator: " ")
        } else {
            text = nil
        }
        let bits = try info.next(if: .bitString)?.namedBits(in: "PKIFailureInfo") ?? 0
        failure = PKIFailureInfo(rawValue: bits)
        try info.finish()
        tokenDER = fields.isAtEnd ? nil : try fields.next().encoded
        try fields.finish()
    }

    private init(status: Int, text: String?, failure: PKIFailureInfo, tokenDER: [UInt8]?) {
        self.status = status
        self.text = text
        self.failure = failure
        self.tokenDER = tokenDER
    }

    package static func granted(_ token: TimestampToken) -> TimestampResponse {
        TimestampResponse(status: 0, text: nil, failure: [], tokenDER: token.der)
    }

    package static func rejected(
        _ failure: PKIFailureInfo, text: String
    ) -> TimestampResponse {
        TimestampResponse(status: 2, text: text, failure: failure, tokenDER: nil)
    }

    package var der: [UInt8] {
        DERValue.sequence(
            .sequence(
                .integer(status), text.map { .sequence(.utf8String($0)) },
                failure.isEmpty ? nil : .namedBits(failure.rawValue)),
            tokenDER.map(DERValue.encoded)
        ).encoded
    }

    /// The token, if the authority granted one.
    ///
    /// - Throws: The authority refused, or what it sent is no token.
    package func token() throws(TimestampError) -> TimestampToken {
        guard status == 0 || status == 1 else {
            throw .refused(status: status, text: text, failure: failure)
        }
        guard let tokenDER else { throw .missingToken }
        do throws(DERError) { return try TimestampToken(der: tokenDER) } catch {
            throw .malformed(error)
        }
    }
}

/// PKIFailureInfo (RFC 3161, 2.4.2), the bits a time-stamp authority may set.
package struct PKIFailureInfo: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let badAlg = PKIFailureInfo(rawValue: 1 << 0)
    package static let badRequest = PKIFailureInfo(rawValue: 1 << 2)
    package static let badDataFormat = PKIFailureInfo(rawValue: 1 << 5)
    package static let timeNotAvailable = PKIFailureInfo(rawValue: 1 << 14)
    package static let unacceptedPolicy = PKIFailureInfo(rawValue: 1 << 15)
    package static let unacceptedExtension = PKIFailureInfo(rawValue: 1 << 16)
    package static let addInfoNotAvailable = PKIFailureInfo(rawValue: 1 << 17)
    package static let systemFailure = PKIFailureInfo(rawValue: 1 << 25)
}

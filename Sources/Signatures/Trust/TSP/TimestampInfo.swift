// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// TSTInfo (RFC 3161, 2.4.2): what an authority states.
package struct TimestampInfo: Sendable, Hashable {
    package let policy: OID
    package let imprint: MessageImprint
    package let serialNumber: SerialNumber
    package let genTime: Date
    /// How far genTime may be off, in seconds; nil when not stated.
    package let accuracy: Double?
    package let isOrdered: Bool
    package let nonce: Nonce?
    package let authority: GeneralName?
    package let extensions: [CertificateExtension]

    package init(
        policy: OID, imprint: MessageImprint, serialNumber: SerialNumber, genTime: Date,
        accuracy: Double?, nonce: Nonce?, authority: GeneralName? = nil,
        extensions: [CertificateExtension] = []
    ) {
        self.policy = policy
        self.imprint = imprint
        self.serialNumber = serialNumber
        self.genTime = genTime
        self.accuracy = accuracy
        self.nonce = nonce
        self.authority = authority
        isOrdered = false
        self.extensions = extensions
    }

    /// Reads the content of a token.
    package init(der: [UInt8]) throws(DERError) {
        var fields = try DERElement(parsing: der).elements(in: "TSTInfo")
        guard try fields.next().integer(in: "TSTInfo.version") == 1 else {
            throw .unsupported("TSTInfo version")
        }
        policy = try fields.next().objectIdentifier(in: "TSTInfo.policy")
        imprint = try MessageImprint(fields.next())
        serialNumber = try SerialNumber(fields.next(), in: "TSTInfo.serialNumber")
        genTime = try fields.next().generalizedTime(in: "TSTInfo.genTime")
        accuracy = try fields.next(if: .sequence).map { element throws(DERError) in
            try Self.accuracy(element)
        }
        isOrdered = try fields.next(if: .boolean)?.boolean(in: "TSTInfo.ordering") ?? false
        nonce = try fields.next(if: .integer).map { element throws(DERError) in
            Nonce(octets: try element.integerOctets(in: "TSTInfo.nonce"))
        }
        authority = try fields.next(if: .context(0)).map { element throws(DERError) in
            try GeneralName(element.unwrapped(.context(0), in: "TSTInfo.tsa"))
        }
        if let element = fields.next(if: .context(1)) {
            let list = [0x30] + element.encoded.dropFirst()
            extensions = try CertificateExtension.list(DERElement(parsing: list))
        } else {
            extensions = []
        }
        try fields.finish()
    }

    private static func accuracy(_ element: DERElement) throws(DERError) -> Double {
        let name = "TSTInfo.accuracy"
        var fields = try element.elements(in: name)
        let seconds = try fields.next(if: .integer)?.integer(in: name) ?? 0
        let millis = try fields.next(if: .context(0))?.integer(as: .context(0), in: name) ?? 0
        let micros = try fields.next(if: .context(1))?.integer(as: .context(1), in: name) ?? 0
        try fields.finish()
        guard seconds >= 0, (0...999).contains(millis), (0...999).contains(micros) else {
            throw .invalidValue(in: name)
        }
        return Double(seconds) + Double(millis) / 1e3 + Double(micros) / 1e6
    }

    package var der: [UInt8] {
        DERValue.sequence(
            .integer(1), .oid(policy), imprint.der, serialNumber.der,
            .generalizedTime(genTime, milliseconds: true),
            accuracy.map(Self.accuracyDER),
            isOrdered ? .boolean(true) : nil,
            nonce.map { .integer(octets: $0.octets) },
            authority.map { .explicit(0, $0.der) },
            extensions.isEmpty ? nil : .implicit(1, .sequence(extensions.map(\.der)))
        ).encoded
    }

    private static func accuracyDER(_ accuracy: Double) -> DERValue {
        let total = Int((accuracy * 1000).rounded())
        let (seconds, millis) = total.quotientAndRemainder(dividingBy: 1000)
        return .sequence(
            seconds == 0 ? nil : .integer(seconds),
            millis == 0 ? nil : .implicit(0, .integer(millis)))
    }
}

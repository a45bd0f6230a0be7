// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

extension ResponderID {
    init(_ element: DERElement) throws(DERError) {
        let name = "ResponderID"
        if element.has(.context(1)) {
            self = .byName(try DistinguishedName(element.unwrapped(.context(1), in: name)))
        } else {
            self = .byKey(try element.unwrapped(.context(2), in: name).octetString(in: name))
        }
    }
}

extension OCSPAnswer {
    init(_ element: DERElement) throws(DERError) {
        let name = "SingleResponse"
        var fields = try element.elements(in: name)
        certificateID = try CertificateID(fields.next())
        status = try CertificateStatus(fields.next())
        thisUpdate = try fields.next().generalizedTime(in: "SingleResponse.thisUpdate")
        nextUpdate = try fields.next(if: .context(0)).map { element throws(DERError) in
            try element.unwrapped(.context(0), in: name)
                .generalizedTime(in: "SingleResponse.nextUpdate")
        }
        var extensions: [CertificateExtension] = []
        if let wrapped = fields.next(if: .context(1)) {
            extensions = try CertificateExtension.list(wrapped.unwrapped(.context(1), in: name))
        }
        try fields.finish()
        archiveCutoff = extensions.first { $0.id == .ocspArchiveCutoff }.flatMap {
            try? DERElement(parsing: $0.value).generalizedTime(in: "ArchiveCutoff")
        }
        certificateDigest = extensions.first { $0.id == .ocspCertHash }
            .flatMap { try? Self.certificateDigest($0.value) }
        hasUnprocessedCriticalExtension = extensions.contains {
            $0.isCritical && $0.id != .ocspArchiveCutoff && $0.id != .ocspCertHash
        }
    }
}

extension OCSPAnswer {
    /// CertHash ::= SEQUENCE { hashAlgorithm, certificateHash }.
    private static func certificateDigest(_ value: [UInt8]) throws(DERError) -> Digest {
        var fields = try DERElement(parsing: value).elements(in: "CertHash")
        let identifier = try AlgorithmIdentifier(fields.next())
        guard let algorithm = DigestAlgorithm(oid: identifier.oid) else {
            throw .unsupported("digest algorithm \(identifier.oid.dotted)")
        }
        let digest = Digest(algorithm, try fields.next().octetString(in: "CertHash"))
        try fields.finish()
        return digest
    }
}

extension CertificateStatus {
    init(_ element: DERElement) throws(DERError) {
        let name = "CertStatus"
        if element.has(.context(0)) {
            self = .good
        } else if element.has(.context(2)) {
            self = .unknown
        } else {
            var fields = try element.elements(as: .context(1), in: name)
            let moment = try fields.next().generalizedTime(in: "RevokedInfo.revocationTime")
            let reason = try fields.next(if: .context(0)).map { element throws(DERError) in
                try element.unwrapped(.context(0), in: name).integer(as: .enumerated, in: name)
            }
            try fields.finish()
            self = .revoked(at: moment, reason: reason.flatMap(RevocationReason.init(rawValue:)))
        }
    }

    var der: DERValue {
        switch self {
        case .good: .implicit(0, .null)
        case .unknown: .implicit(2, .null)
        case .revoked(let moment, let reason):
            .implicit(
                1,
                .sequence(
                    .generalizedTime(moment),
                    reason.map { .explicit(0, .enumerated(UInt8($0.rawValue))) }))
        }
    }
}

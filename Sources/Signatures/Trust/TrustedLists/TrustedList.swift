// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A trusted list or list of lists (ETSI TS 119 612 v2.4.1), as it was read; whether its signature
/// holds is for whoever reads it to say.
package struct TrustedList: Sendable {
    package enum Kind: Sendable, Hashable {
        case national
        case listOfLists
    }

    /// Where another list is and who may sign it (5.3.13).
    package struct Pointer: Sendable {
        package let location: String
        package let territory: String
        package let kind: Kind
        package let signers: [Certificate]
    }

    /// 5 or 6 (5.3.1).
    package let version: Int
    package let sequenceNumber: Int
    package let kind: Kind
    package let territory: String
    package let issued: Date
    /// Nil for a closed list (5.3.15).
    package private(set) var nextUpdate: Date?
    package let pointers: [Pointer]
    package let services: [TrustService]

    init(
        version: Int, sequenceNumber: Int, kind: Kind, territory: String, issued: Date,
        nextUpdate: Date?, pointers: [Pointer], services: [TrustService]
    ) {
        (self.version, self.sequenceNumber, self.kind) = (version, sequenceNumber, kind)
        (self.territory, self.issued, self.nextUpdate) = (territory, issued, nextUpdate)
        (self.pointers, self.services) = (pointers, services)
    }

    package func isCurrent(at moment: Date) -> Bool { nextUpdate.map { moment <= $0 } ?? false }

    /// A list counts no longer than the list that named its signers.
    package func limited(by other: TrustedList) -> TrustedList {
        var limited = self
        limited.nextUpdate = nextUpdate.flatMap { own in other.nextUpdate.map { min(own, $0) } }
        return limited
    }
}

/// A service of a provider, with what it was at any time (TS 119 612, 5.5 and 5.6).
package struct TrustService: Sendable {
    /// What the service was from a moment on.
    package struct Period: Sendable {
        package let status: String
        package let from: Date
        package let type: String
        package let identities: [ServiceIdentity]
        /// Additional service information (5.5.9.4).
        package let additions: [String]
        package let qualifications: [QualificationElement]
        /// Revocation data keeps certificates that expired after this moment (5.5.9.1).
        package let expiredCertificatesSince: Date?
        /// False when a critical extension is not known here: nothing may be concluded from it.
        package let isUnderstood: Bool
    }

    package let provider: String
    package let name: String
    package let territory: String
    /// Newest first; never empty.
    package let periods: [Period]

    /// What the service was at a moment; nil before it began.
    package func period(at moment: Date) -> Period? { periods.first { $0.from <= moment } }
}

/// One digital identity of a service (TS 119 612, 5.5.3).
package enum ServiceIdentity: Sendable, Hashable {
    case certificate(Certificate)
    case subjectKeyIdentifier([UInt8])

    /// Whether a certificate is this one or has its key and name.
    ///
    /// A key identifier is recomputed: what a certificate says of its own key proves nothing.
    package func identifies(_ certificate: Certificate) -> Bool {
        switch self {
        case .certificate(let own):
            own == certificate
                || own.publicKey == certificate.publicKey
                    && own.subject.matches(certificate.subject)
        case .subjectKeyIdentifier(let identifier):
            certificate.publicKey.keyIdentifier == identifier
        }
    }
}

/// Names of TS 119 612 that decide something here.
package enum TrustedListName {
    package static let qualifiedCertificates = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
    package static let qualifiedTimestamps = "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST"
    package static let qualifiedTypes = [qualifiedCertificates, qualifiedTimestamps]
    package static let granted = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"
    package static let withdrawn = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/withdrawn"
    package static let forSignatures =
        "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/ForeSignatures"
    package static let forSeals = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/ForeSeals"

    /// When Regulation (EU) No 910/2014 began to apply: 1 July 2016 in Brussels.
    package static let regulationApplies = Date(timeIntervalSince1970: 1_467_324_000)

    private static let before: Set<String> = {
        let bases = [
            "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/",
            "http://uri.etsi.org/TrstSvc/Svcstatus/eSigDir-1999-93-EC-TrustedList/Svcstatus/",
        ]
        let words = ["undersupervision", "supervisionincessation", "accredited"]
        return Set(bases.flatMap { base in words.map { base + $0 } })
    }()

    /// The statuses under which a service counted as qualified at a moment: before the Regulation
    /// those of Directive 1999/93/EC (TS 119 615, 4.4.4).
    package static func qualifiedStatuses(at moment: Date) -> Set<String> {
        moment < regulationApplies ? before : [granted]
    }
}

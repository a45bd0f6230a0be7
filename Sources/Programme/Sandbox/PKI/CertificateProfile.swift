// SPDX-License-Identifier: Apache-2.0

package import Trust

/// What the sandbox's authority issues, and with which contents.
package enum CertificateProfile: Sendable, Hashable {
    /// A natural person's advanced signature: NCP+, contentCommitment alone (EN 319 412-2).
    case signature
    /// The same as a qualified certificate: QCP-n with its statements (EN 319 412-5).
    case qualifiedSignature
    /// Logging in and signing messages: a TLS client that proves who it is.
    case authentication
    /// The exchange platform's own messages (EN 319 412-3).
    case platform
    /// A TLS server under these names and addresses.
    case tlsServer([GeneralName])
    case ocspResponder
    /// A time-stamping unit (EN 319 422, 6).
    case timeStampingUnit

    /// The name under which it is asked for and kept.
    package var name: String {
        switch self {
        case .signature: "signature"
        case .qualifiedSignature: "qualified-signature"
        case .authentication: "authentication"
        case .platform: "platform"
        case .tlsServer: "tls-server"
        case .ocspResponder: "ocsp-responder"
        case .timeStampingUnit: "time-stamping-unit"
        }
    }

    /// Names and addresses of this machine, for TLS.
    package static let localServer = CertificateProfile.tlsServer([
        .dns("localhost"), .ip([127, 0, 0, 1]), .ip([UInt8](repeating: 0, count: 15) + [1]),
    ])

    /// Whether it ends after three years; others serve clocks of any year and last for decades.
    var isShortLived: Bool { self == .signature || self == .qualifiedSignature }

    /// The extensions beside key identifiers and addresses.
    func extensions(_ addresses: PKIAddresses) -> [CertificateExtension] {
        switch self {
        case .signature:
            [.keyUsage(.contentCommitment), .certificatePolicies([.policyNCPPlus])]
        case .qualifiedSignature:
            [
                .keyUsage(.contentCommitment), .certificatePolicies([.policyQCPn]),
                .qcStatements(
                    type: .qcTypeSignature, isOnQSCD: false,
                    disclosure: [(addresses.disclosure, "en")]),
            ]
        case .authentication:
            [
                .keyUsage(.digitalSignature), .extendedKeyUsage([.clientAuth]),
                .certificatePolicies([.policyNCP]),
            ]
        case .platform:
            [.keyUsage(.digitalSignature), .certificatePolicies([.policyNCP])]
        case .tlsServer(let names):
            [
                .keyUsage(.digitalSignature), .extendedKeyUsage([.serverAuth]),
                .subjectAlternativeName(names),
            ]
        case .ocspResponder:
            [.keyUsage(.digitalSignature), .extendedKeyUsage([.ocspSigning]), .ocspNoCheck]
        case .timeStampingUnit:
            [
                .keyUsage(.digitalSignature),
                .extendedKeyUsage([.timeStamping], isCritical: true),
                .certificatePolicies([.policyNCPPlus]),
            ]
        }
    }
}

/// The person a certificate is issued to, from the register and never from the request.
package struct CertificateSubject: Sendable, Hashable {
    package let givenName: String
    package let surname: String
    /// The eHealth identifier; never a national number.
    package let serialNumber: String

    package init(givenName: String, surname: String, serialNumber: String) {
        self.givenName = givenName
        self.surname = surname
        self.serialNumber = serialNumber
    }

    /// C, givenName, surname, serialNumber and commonName (EN 319 412-2, 4.2.4).
    package var name: DistinguishedName {
        DistinguishedName([
            (.countryName, "LU"), (.givenName, givenName), (.surname, surname),
            (.serialNumber, serialNumber), (.commonName, "\(givenName) \(surname)"),
        ])
    }
}

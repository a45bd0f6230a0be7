// SPDX-License-Identifier: Apache-2.0

/// Where the sandbox's PKI answers: every certificate carries these addresses.
package struct PKIAddresses: Sendable, Hashable {
    /// `http://127.0.0.1:48311`, without a slash at the end.
    package let base: String

    package init(base: String) { self.base = base }

    package static let ocspPath = "/ocsp"
    package static let timestampPath = "/tsa"
    package static let secondOCSPPath = "/ocsp2"
    package static let secondTimestampPath = "/tsa2"
    package static let rootListPath = "/root.crl"
    package static let issuingListPath = "/issuing.crl"
    package static let rootCertificatePath = "/root.cer"
    package static let issuingCertificatePath = "/issuing.cer"
    package static let disclosurePath = "/pds.pdf"
    package static let trustedListPath = "/trusted-list.xml"
    package static let listSignerPath = "/list-signer.cer"

    package var ocsp: String { base + Self.ocspPath }
    package var timestamp: String { base + Self.timestampPath }
    package var secondOCSP: String { base + Self.secondOCSPPath }
    package var secondTimestamp: String { base + Self.secondTimestampPath }
    /// Every responder, the first one first.
    var responders: [String] { [ocsp, secondOCSP] }
    package var rootList: String { base + Self.rootListPath }
    package var issuingList: String { base + Self.issuingListPath }
    package var rootCertificate: String { base + Self.rootCertificatePath }
    package var issuingCertificate: String { base + Self.issuingCertificatePath }
    package var disclosure: String { base + Self.disclosurePath }
    package var trustedList: String { base + Self.trustedListPath }
}

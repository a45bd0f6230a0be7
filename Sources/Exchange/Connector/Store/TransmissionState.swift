// SPDX-License-Identifier: Apache-2.0

/// Where a form stands on its road (security-requirements, RE-03).
///
/// Raw values are stored and shown; they are never renamed.
package enum TransmissionState: String, Sendable, Hashable, CaseIterable {
    case accepted
    case rendered
    case signedPDF = "signed_pdf"
    case signedXML = "signed_xml"
    case timestamped
    case completeLT = "complete_lt"
    case sending
    case sent
    case final
    /// A service or the key is not to be had; the form goes on by itself.
    case waiting
    /// A deposit left and its answer did not come back (RE-05).
    case unknown
    /// A person must look: refused by the platform, or never good enough to be sent.
    case attention
    case cancelled

    /// No further work is done by itself.
    package var isSettled: Bool {
        switch self {
        case .final, .attention, .cancelled: true
        default: false
        }
    }
}

/// What a stage leaves behind, immutable once written.
package enum OutputKind: String, Sendable, Hashable, CaseIterable {
    /// The national XML with empty seats.
    case composed
    case renderedPDF = "rendered_pdf"
    case signedPDF = "signed_pdf"
    /// The PDF that stands in the XML, at the level the profile names.
    case embeddedPDF = "embedded_pdf"
    case signedXML = "signed_xml"
    /// The PDF with its time-stamp, when the embedded one has none.
    case stampedPDF = "stamped_pdf"
    case timestampedXML = "timestamped_xml"
    /// What is deposited.
    case completeXML = "complete_xml"
    /// What the patient and the practice keep.
    case standalonePDF = "standalone_pdf"
    /// Our own judge's report on what is sent.
    case report
    case answer
    case receipt
    /// Why a form is cancelled, in the provider's words.
    case reason
    /// The business message of a cancellation.
    case message
    /// The key that the others are sealed with, itself wrapped (DP-01).
    case recordKey = "record_key"
}

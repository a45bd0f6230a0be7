// SPDX-License-Identifier: Apache-2.0
package import Coverage

/// What `pack.json` says: everything about a form that is neither structure nor rule nor page.
///
/// Paths lead from the root element; they are all checked against the schema when the pack loads.
package struct PackManifest: Sendable, Hashable {
    package struct Root: Sendable, Hashable {
        package var element: String
        package var namespace: String
        /// The prefix that the composed XML and the pack's XPath expressions use.
        package var prefix: String
    }

    /// Where the form says what every form says.
    package struct Paths: Sendable, Hashable {
        package var uuid: FormPath
        /// The date that chooses the version of the pack, and the page's date.
        package var date: FormPath
        package var providerCode: FormPath?
        package var number: FormPath?
        package var total: FormPath?
    }

    /// The elements that the signed form fills.
    package struct Seats: Sendable, Hashable {
        /// Holds the XML signature.
        package var signature: FormPath
        /// Holds the base64 of the PDF.
        package var document: FormPath
    }

    /// What becomes of the form that a pack describes.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Signed, deposited, and given to the patient.
        case form
        /// Sent over the exchange as it is: no page, no signature of its own.
        case message
        /// Printed for the patient: neither signed nor sent.
        case paper
    }

    /// How a form is deposited; its alone.
    package struct Deposit: Sendable, Hashable {
        /// Model identifiers of the exchange.
        package var model: String
        package var cancellationModel: String
        package var seats: Seats
        package var signature: Signature
    }

    package struct Signature: Sendable, Hashable {
        /// Permission of a certification signature (ISO 32000-1, 12.8.2.2), or none.
        package enum Certification: String, Sendable, Hashable, CaseIterable { case none, p1, p2 }

        /// Baseline level of the XML signature, for example `B-LT`.
        package var level: String
        package var certification: Certification
        package var mimeType: String
        package var commitmentType: String?
        package var claimedRole: String?
        /// Whether a délégué autorisé may sign for the provider; never unless the pack says so.
        package var allowsDelegate: Bool
        package var policy: String?
    }

    package struct PDF: Sendable, Hashable {
        package enum Conformance: String, Sendable, Hashable, CaseIterable {
            case pdfA2a = "2a"
            case pdfA3a = "3a"
        }

        package struct Copy: Sendable, Hashable {
            package var name: String
            package var level: String
        }

        package enum FontRole: String, Sendable, Hashable, CaseIterable {
            case regular, bold, fallbackRegular, fallbackBold
        }

        package struct Font: Sendable, Hashable {
            package var role: FontRole
            package var file: String
            /// Lower-case hexadecimal.
            package var sha256: String
        }

        package var conformance: Conformance
        package var copies: [Copy]
        package var fonts: [Font]
    }

    package struct Source: Sendable, Hashable {
        package var what: String
        /// `[V]`, `[2H]` or `[OA]`.
        package var mark: String
        package var source: String
    }

    package var kind: Kind
    package var id: String
    package var version: String
    /// The form's code in anomalies, for example `MHM`.
    package var code: String
    package var names: LocalizedText
    package var validFrom: CalendarDate
    package var validTo: CalendarDate?
    package var root: Root
    /// XPath over the form, where several packs share a root.
    package var appliesWhen: String?
    package var paths: Paths
    package var lowerCase: [FormPath]
    package var leftOut: [FormPath]
    /// Of a form only.
    package var deposit: Deposit?
    /// Absent of a message.
    package var pdf: PDF?
    /// Where the billed acts stand, by role; paths of a line's parts start at the line.
    package var coverage: [String: FormPath]
    /// The day on which the pack's examples are looked at.
    package var examplesToday: CalendarDate
    package var sources: [Source]

    package func isValid(on date: CalendarDate) -> Bool {
        validFrom <= date && validTo.map { date <= $0 } ?? true
    }
}

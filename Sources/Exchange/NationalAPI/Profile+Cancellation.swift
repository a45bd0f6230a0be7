// SPDX-License-Identifier: Apache-2.0
import JSON

extension NationalProfile {
    /// An operation with a vocabulary of its own, all of whose elements are qualified.
    package struct QualifiedOperation: Sendable, Hashable {
        package var vocabulary: Vocabulary
        package var operation: Operation

        init(_ file: JSONReader) throws(JSONReadingError) {
            vocabulary = try Vocabulary(file)
            operation = try Operation(file)
        }
    }

    /// How a form is cancelled; a pack names the model of its form.
    package typealias Cancellation = QualifiedOperation
    /// The insured person's consent to reimbursement.
    package typealias Consent = QualifiedOperation

    /// How a form is cancelled whose pack names `model`; `nil` when the profile cannot.
    package func cancellation(model: String) -> Cancellation? {
        cancellations.first { $0.operation.model == model }
    }
}

extension NationalProfile.DepositAnswer {
    /// The same shape as the answer to another operation.
    func renamed(
        _ operation: NationalProfile.Operation, _ vocabulary: Vocabulary
    ) -> NationalProfile.DepositAnswer {
        var names = self
        (names.element, names.namespace) = (operation.response, vocabulary.namespace)
        names.prefix = vocabulary.prefix
        return names
    }
}

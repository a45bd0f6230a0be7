// SPDX-License-Identifier: Apache-2.0
package import Trust

/// Everything read from a file that a verdict rests on: read once, judged as often as needed.
package struct FileFacts: Sendable {
    var signatures: [SignatureFacts]
    /// Time-stamps over the whole file so far, oldest first.
    var documentStamps: [StampFacts] = []
    /// Why nothing can be read.
    var fault: String?

    init(_ signatures: [SignatureFacts], documentStamps: [StampFacts] = []) {
        self.signatures = signatures
        self.documentStamps = documentStamps
    }

    init(unreadable reason: String) {
        signatures = []
        fault = reason
    }

    /// All that certificates and revocation data of the file say, whichever signature has them.
    package var material: ValidationMaterial {
        signatures.reduce(into: ValidationMaterial()) { $0.formUnion($1.material) }
    }

    /// Data lies beside the signatures that none of them covers.
    mutating func leaveDataUncovered() {
        for index in signatures.indices { signatures[index].leaveDataUncovered() }
    }
}

extension SignatureFacts {
    mutating func leaveDataUncovered() {
        coverage = .partial
        remarks.append("Data that was given beside the signature is not covered by it.")
    }
}

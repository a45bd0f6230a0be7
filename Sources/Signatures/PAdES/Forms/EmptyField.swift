// SPDX-License-Identifier: Apache-2.0
package import PDF

/// The name of the first signature field of a file that waits for its signature, if there is one.
package func emptySignatureField(in pdf: [UInt8]) throws(PDFError) -> String? {
    let view = try PDFFile(pdf).current
    for field in try FormField.all(in: view) where field.type == "Sig" {
        if field.dictionary["V"] == nil { return field.name }
    }
    return nil
}

// SPDX-License-Identifier: Apache-2.0
import PDF
import Trust

/// A signature dictionary with its byte range and CMS object, each read once.
struct SignatureDraft {
    let found: ObjectHistory.SignatureDictionary
    let kind: PDFSignature.Kind
    let byteRange: ByteRange
    let contents: [UInt8]
    let signedData: SignedData?
    let formatError: DERError?
    /// The token of a document time-stamp.
    let token: TimestampToken?

    init(_ found: ObjectHistory.SignatureDictionary, in file: PDFFile) {
        let dictionary = found.dictionary
        self.found = found
        let subFilter = dictionary["SubFilter"]?.nameValue
        kind =
            dictionary["Type"] == .name("DocTimeStamp") || subFilter == "ETSI.RFC3161"
            ? .documentTimestamp : .signature
        byteRange = ByteRange(of: dictionary, at: found.reference, offset: found.offset, in: file)
        contents = (try? file.current.resolve(dictionary["Contents"]))?.stringValue ?? []
        guard subFilter != PDFSignature.rsaSubFilter else {
            (signedData, formatError, token) = (nil, nil, nil)
            return
        }
        guard contents.count <= Limits.contents else {
            (signedData, token) = (nil, nil)
            formatError = .unsupported("Contents of \(contents.count) bytes")
            return
        }
        do throws(DERError) {
            let object = try SignedData(padded: contents, allowingBER: true)
            (signedData, formatError) = (object, nil)
            token = kind == .documentTimestamp ? try? TimestampToken(object) : nil
        } catch {
            (signedData, formatError, token) = (nil, error, nil)
        }
    }

    /// Whether it is a signature that ends with a revision and has no fault of form.
    var isSound: Bool {
        guard byteRange.faults.isEmpty else { return false }
        guard signedData != nil else { return formatError == nil && !contents.isEmpty }
        guard kind == .documentTimestamp else { return true }
        return found.dictionary["SubFilter"] == .name("ETSI.RFC3161") && token != nil
    }

    /// Old usage rights of a reader program (ISO 32000-1, 12.8.2.3), no one's signature.
    func isUsageRight(in view: DocumentView) -> Bool {
        let references = (try? view.resolve(found.dictionary["Reference"]))?.arrayValue ?? []
        return references.contains { entry in
            let method = (try? view.resolve(entry))?.dictionaryValue?["TransformMethod"]?.nameValue
            return method == "UR3" || method == "UR"
        }
    }
}

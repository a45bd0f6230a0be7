// SPDX-License-Identifier: Apache-2.0
#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Base64 as XML carries it: no line breaks when written, white space ignored when read.
package enum Base64 {
    package static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// `nil` when the text is not base64.
    package static func bytes(_ text: String) -> [UInt8]? {
        let compact = text.utf8.filter { $0 > 0x20 }
        return Data(base64Encoded: Data(compact)).map(Array.init)
    }
}

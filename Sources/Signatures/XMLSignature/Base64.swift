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
        var text = text
        let compact = text.withUTF8 { source in
            [UInt8](unsafeUninitializedCapacity: source.count) { target, count in
                for byte in source where byte > 0x20 {
                    target[count] = byte
                    count += 1
                }
            }
        }
        return Data(base64Encoded: Data(compact)).map { [UInt8]($0) }
    }
}

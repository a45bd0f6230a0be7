// SPDX-License-Identifier: Apache-2.0
import Trust

/// UUIDs as text: 36 characters, lower case.
enum UUIDText {
    /// A version-4 UUID that follows from another one, so that asking twice for the same makes one
    /// thing, while the other's own UUID stays free.
    static func derived(_ purpose: String, of uuid: String) -> String {
        var bytes = Array(
            DigestAlgorithm.sha256.digest(Array("\(purpose):\(uuid)".utf8)).bytes.prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let text = bytes.hexText
        let ends = [8, 12, 16, 20, 32]
        return zip([0] + ends, ends).map { start, end in
            String(text.dropFirst(start).prefix(end - start))
        }.joined(separator: "-")
    }
}

// SPDX-License-Identifier: Apache-2.0

import Foundation
import Trust

/// The files of Tests/Fixtures/openssl-pki, made by the openssl command.
enum OpenSSLVectors {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures/openssl-pki")

    /// A moment after everything was made and before it expires.
    static let moment = Date(timeIntervalSince1970: 1_798_761_600)  // 2027-01-01

    static func file(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    static func certificate(_ name: String) throws -> Certificate {
        try Certificate.certificates(in: file("\(name).pem"))[0]
    }

    static func content() throws -> [UInt8] { try file("content.bin") }

    static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Root and issuing authority, and believing the root.
    static func policy() throws -> TrustPolicy {
        TrustPolicy(anchors: TrustAnchors([try certificate("root")]))
    }
}

/// All the ways in which one byte of a file can be changed, thinned out to about `count`.
func mutations(of bytes: [UInt8], count: Int = 400) -> [[UInt8]] {
    let step = max(1, bytes.count / count)
    return stride(from: 0, to: bytes.count, by: step).map { index in
        var changed = bytes
        changed[index] ^= UInt8(1 << (index % 8))
        return changed
    }
}

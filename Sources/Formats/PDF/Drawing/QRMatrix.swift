// SPDX-License-Identifier: Apache-2.0
import CQREncode

/// The modules of a QR code (ISO/IEC 18004, byte mode, level M); the only place that knows
/// libqrencode.
struct QRMatrix: Sendable {
    /// Modules of white that a reader needs on each side.
    static let quietZone = 4

    struct Run: Sendable {
        let column, row, length: Int
    }

    let width: Int
    /// Dark modules, neighbours of a row merged.
    let runs: [Run]

    /// `nil` when the content is empty or too long.
    init?(_ content: [UInt8]) {
        guard !content.isEmpty, content.count <= Limits.qrContent else { return nil }
        let code = content.withUnsafeBufferPointer {
            QRcode_encodeData(Int32($0.count), $0.baseAddress, 0, QR_ECLEVEL_M)
        }
        guard let code else { return nil }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        guard let modules = code.pointee.data else { return nil }
        self.width = width
        runs = Self.runs(
            of: UnsafeBufferPointer(start: modules, count: width * width), width: width)
    }

    private static func runs(of modules: UnsafeBufferPointer<UInt8>, width: Int) -> [Run] {
        var runs: [Run] = []
        for row in 0..<width {
            var column = 0
            while column < width {
                let start = column
                while column < width, modules[row * width + column] & 1 == 1 { column += 1 }
                if column > start {
                    runs.append(Run(column: start, row: row, length: column - start))
                }
                column += 1
            }
        }
        return runs
    }
}

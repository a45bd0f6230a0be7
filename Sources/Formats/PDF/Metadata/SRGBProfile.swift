// SPDX-License-Identifier: Apache-2.0

/// An ICC profile of the sRGB colour space (ICC.1:2010, version 4: matrix and parametric curve),
/// made here.
enum SRGBProfile {
    /// The same 480 bytes always.
    static let bytes: [UInt8] = make()

    /// Bradford adaptation of D65 to D50, and the sRGB primaries under D50.
    private static let adaptation = [
        1.047886, 0.022919, -0.050216, 0.029582, 0.990484, -0.017079, -0.009252, 0.015073, 0.751678,
    ]
    private static let white = [0.9642, 1.0, 0.8249]
    private static let red = [0.436066, 0.222488, 0.013916]
    private static let green = [0.385147, 0.716873, 0.097076]
    private static let blue = [0.143066, 0.060608, 0.714096]
    /// Exponent and coefficients of IEC 61966-2-1 as a curve of type 3.
    private static let curve = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]

    private static func make() -> [UInt8] {
        let curveTag = type("para") + big16(3) + big16(0) + curve.flatMap(fixed)
        let tags: [(names: [String], data: [UInt8])] = [
            (["desc"], text("sRGB")), (["cprt"], text("CC0")), (["wtpt"], colour(white)),
            (["chad"], type("sf32") + adaptation.flatMap(fixed)), (["rXYZ"], colour(red)),
            (["gXYZ"], colour(green)), (["bXYZ"], colour(blue)),
            (["rTRC", "gTRC", "bTRC"], curveTag),
        ]
        let count = tags.reduce(0) { $0 + $1.names.count }
        var table = big32(count)
        var data: [UInt8] = []
        for tag in tags {
            let offset = 128 + 4 + 12 * count + data.count
            for name in tag.names {
                table += Array(name.utf8) + big32(offset) + big32(tag.data.count)
            }
            data += tag.data
            while data.count % 4 != 0 { data.append(0) }
        }
        return header(size: 128 + table.count + data.count) + table + data
    }

    private static func header(size: Int) -> [UInt8] {
        var header = big32(size) + big32(0) + [4, 0x20, 0, 0]
        header += Array("mntrRGB XYZ ".utf8)
        // A date of creation is required; this one never changes.
        for part in [2026, 1, 1, 0, 0, 0] { header += big16(part) }
        header += Array("acsp".utf8) + [UInt8](repeating: 0, count: 28)
        header += white.flatMap(fixed)
        return header + [UInt8](repeating: 0, count: 128 - header.count)
    }

    private static func type(_ signature: String) -> [UInt8] { Array(signature.utf8) + big32(0) }

    private static func colour(_ values: [Double]) -> [UInt8] {
        type("XYZ ") + values.flatMap(fixed)
    }

    private static func text(_ text: String) -> [UInt8] {
        let units = text.utf16.flatMap { big16(Int($0)) }
        return type("mluc") + big32(1) + big32(12) + Array("enUS".utf8) + big32(units.count)
            + big32(28) + units
    }

    /// s15Fixed16Number.
    private static func fixed(_ value: Double) -> [UInt8] {
        big32(Int(UInt32(bitPattern: Int32((value * 65_536).rounded()))))
    }

    private static func big16(_ value: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
    }

    private static func big32(_ value: Int) -> [UInt8] { big16(value >> 16) + big16(value) }
}

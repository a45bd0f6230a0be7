// SPDX-License-Identifier: Apache-2.0
package import FormPacks
import Foundation
package import PDF

/// The fonts that packs name, from where Debian's packages put them.
package enum PackFonts {
    /// - Throws: A font is not installed: run Scripts/setup.sh.
    package static func load(for packs: PackLibrary) throws -> FontSet {
        var found: [PackManifest.PDF.FontRole: [UInt8]] = [:]
        for font in packs.packs.lazy.compactMap(\.manifest.pdf).first?.fonts ?? [] {
            let folder = font.file.hasPrefix("DejaVu") ? "dejavu" : "liberation2"
            let path = "/usr/share/fonts/truetype/\(folder)/\(font.file)"
            found[font.role] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        }
        return try FontSet(
            regular: found[.regular] ?? [], bold: found[.bold] ?? [],
            fallbackRegular: found[.fallbackRegular] ?? [],
            fallbackBold: found[.fallbackBold] ?? [])
    }
}

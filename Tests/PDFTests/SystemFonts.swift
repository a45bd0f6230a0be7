// SPDX-License-Identifier: Apache-2.0
import Foundation
import PDF

/// The fonts the project draws with, where Debian installs them.
enum SystemFonts {
    static let folder = "/usr/share/fonts/truetype/"
    static let files = [
        "liberation2/LiberationSans-Regular.ttf", "liberation2/LiberationSans-Bold.ttf",
        "dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf",
    ]

    static let set: FontSet = {
        do {
            let bytes = try files.map { [UInt8](try Data(contentsOf: URL(filePath: folder + $0))) }
            return try FontSet(
                regular: bytes[0], bold: bytes[1], fallbackRegular: bytes[2], fallbackBold: bytes[3]
            )
        } catch {
            // Without fonts no test of this module means anything.
            fatalError("fonts-liberation2 and fonts-dejavu-core are needed: \(error)")
        }
    }()
}

// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Compares text with a file of `Tests/Fixtures/forms`; with `GOLDEN=1` in the environment the file
/// is written anew and its difference is for the reader to judge.
func expectGolden(
    _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let file = URL(filePath: TestPack.fixtures + "/" + name)
    if ProcessInfo.processInfo.environment["GOLDEN"] == "1" {
        try Data(text.utf8).write(to: file)
        return
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    #expect(text == expected, sourceLocation: sourceLocation)
}

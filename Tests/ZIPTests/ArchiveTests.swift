// SPDX-License-Identifier: Apache-2.0
import Testing
import ZIP

@Suite("ZIP archives: read within limits, refused when they lie")
struct ArchiveTests {
    /// A stored archive, byte by byte: what the tests bend.
    private struct Builder {
        var files: [(name: String, bytes: [UInt8])]
        var localName: String?
        var checksum: UInt32?
        var statedSize: UInt32?

        var bytes: [UInt8] {
            var (archive, directory) = ([UInt8](), [UInt8]())
            for file in files {
                let offset = archive.count
                let sum = checksum ?? Self.crc(file.bytes)
                let size = UInt32(file.bytes.count)
                archive += Self.words32(0x0403_4B50) + Self.words16(20, 0, 0, 0, 0)
                archive += Self.words32(sum, size, statedSize ?? size)
                archive += Self.words16(UInt16((localName ?? file.name).utf8.count), 0)
                archive += Array((localName ?? file.name).utf8) + file.bytes
                directory += Self.words32(0x0201_4B50) + Self.words16(20, 20, 0, 0, 0, 0)
                directory += Self.words32(sum, size, statedSize ?? size)
                directory += Self.words16(UInt16(file.name.utf8.count), 0, 0, 0, 0)
                directory += Self.words32(0, UInt32(offset)) + Array(file.name.utf8)
            }
            let count = UInt16(files.count)
            return archive + directory + Self.words32(0x0605_4B50)
                + Self.words16(0, 0, count, count)
                + Self.words32(UInt32(directory.count), UInt32(archive.count))
                + Self.words16(0)
        }

        private static func words16(_ values: UInt16...) -> [UInt8] {
            values.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        }

        private static func words32(_ values: UInt32...) -> [UInt8] {
            values.flatMap { value in (0..<4).map { UInt8(value >> ($0 * 8) & 0xFF) } }
        }

        private static func crc(_ bytes: [UInt8]) -> UInt32 {
            ~bytes.reduce(0xFFFF_FFFF) { sum, byte in
                (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in
                    value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
                }
            }
        }
    }

    private func error(_ builder: Builder) -> ZIPError? {
        do throws(ZIPError) {
            _ = try Archive(builder.bytes)
            return nil
        } catch { return error }
    }

    @Test("entries come out as they went in")
    func reading() throws {
        let archive = try Archive(
            Builder(files: [("mimetype", Array("x".utf8)), ("a/b.txt", [1, 2, 3])]).bytes)
        #expect(archive.entries.map(\.name) == ["mimetype", "a/b.txt"])
        #expect(archive.entry(named: "a/b.txt")?.bytes == [1, 2, 3])
    }

    @Test(
        "a name that leads out is refused",
        arguments: ["../a", "/a", "a/../b", "a\\b", "c:a", "a//b", "."])
    func unsafeNames(_ name: String) {
        #expect(error(Builder(files: [(name, [1])])) == .unsafeName)
    }

    @Test("two entries of one name are refused")
    func duplicates() {
        #expect(error(Builder(files: [("a", [1]), ("a", [2])])) == .duplicateName)
    }

    @Test("a local header with another name is refused")
    func contradiction() {
        #expect(error(Builder(files: [("a", [1])], localName: "b")) == .contradictoryEntry)
    }

    @Test("a wrong checksum is refused")
    func checksum() {
        #expect(error(Builder(files: [("a", [1])], checksum: 7)) == .damaged)
    }

    @Test("an entry that states more than the ratio allows is refused before it is expanded")
    func bomb() {
        #expect(
            error(Builder(files: [("a", [1])], statedSize: 200 << 20)) == .expandsTooMuch)
    }

    @Test("bytes that are no archive are refused")
    func noArchive() {
        #expect(throws: ZIPError.notAnArchive) { try Archive([1, 2, 3]) }
        #expect(throws: ZIPError.damaged) { try Archive([0x50, 0x4B, 3, 4, 0]) }
    }
}

// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A secret in memory of its own: zeroed on release, kept out of swap and core dumps where the
/// system allows it, without any textual form (KC-12, DP-03).
///
/// Immutable after its initialiser, which is what makes sharing it safe.
package final class SecretBytes: @unchecked Sendable {
    private let pages: UnsafeMutableRawBufferPointer
    package let count: Int

    /// Room for a secret that `fill` writes; it returns how many bytes it wrote.
    package init<E: Error>(
        capacity: Int, fill: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) {
        pages = Self.allocate(max(capacity, 1))
        do throws(E) {
            let written = try fill(UnsafeMutableRawBufferPointer(rebasing: pages[..<capacity]))
            count = max(0, min(written, capacity))
        } catch {
            Self.release(pages)
            throw error
        }
    }

    /// Takes a copy; the caller should wipe the original.
    package convenience init(copying bytes: some Collection<UInt8>) {
        self.init(capacity: bytes.count) { room in
            room.copyBytes(from: bytes)
            return bytes.count
        }
    }

    /// Takes over an array and overwrites it.
    package convenience init(wiping bytes: inout [UInt8]) {
        self.init(copying: bytes)
        bytes.withUnsafeMutableBytes { Self.wipe($0) }
    }

    deinit { Self.release(pages) }

    package func withBytes<R, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try body(UnsafeRawBufferPointer(rebasing: pages[..<count]))
    }

    private static func allocate(_ size: Int) -> UnsafeMutableRawBufferPointer {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let length = (size + page - 1) / page * page
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        guard let start = mmap(nil, length, PROT_READ | PROT_WRITE, flags, -1, 0),
            start != MAP_FAILED
        else {
            // Out of memory: the process cannot go on.
            fatalError("no memory for a secret")
        }
        _ = mlock(start, length)
        #if os(Linux)
            _ = madvise(start, length, MADV_DONTDUMP)
        #endif
        return UnsafeMutableRawBufferPointer(start: start, count: length)
    }

    private static func release(_ pages: UnsafeMutableRawBufferPointer) {
        wipe(pages)
        _ = munlock(pages.baseAddress, pages.count)
        _ = munmap(pages.baseAddress, pages.count)
    }

    /// Overwrites memory in a way the optimiser does not remove.
    static func wipe(_ bytes: UnsafeMutableRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        #if os(Linux)
            explicit_bzero(start, bytes.count)
        #else
            _ = memset_s(start, bytes.count, 0, bytes.count)
        #endif
    }
}

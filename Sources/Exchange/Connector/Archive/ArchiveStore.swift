// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A signed file of a form as it stands today: the output itself, or its newest renewal.
package struct ArchivedFile: Sendable, Hashable {
    package var uuid: String
    /// ``OutputKind/completeXML`` or ``OutputKind/standalonePDF``.
    package var kind: OutputKind
    /// How often it was renewed; 0 for the output itself.
    package var renewals: Int

    package init(uuid: String, kind: OutputKind, renewals: Int) {
        (self.uuid, self.kind, self.renewals) = (uuid, kind, renewals)
    }
}

/// Keeps the renewed files of forms beside their outputs, which stay as they are.
package protocol ArchiveStore: Sendable {
    /// The signed files of all forms that ended with a receipt, the oldest form first.
    func archivedFiles() async throws -> [ArchivedFile]

    func bytes(of file: ArchivedFile) async throws -> [UInt8]?

    /// Adds a renewal of a file, durable when this returns.
    ///
    /// - Returns: False when somebody else renewed it meanwhile; nothing is written then.
    func addRenewal(_ bytes: [UInt8], of file: ArchivedFile, at moment: Date) async throws -> Bool
}

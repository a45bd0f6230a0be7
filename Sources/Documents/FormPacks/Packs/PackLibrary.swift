// SPDX-License-Identifier: Apache-2.0
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// All packs that the program knows, and the ones it refused.
package struct PackLibrary: Sendable {
    /// A folder that holds no usable pack, and why.
    package struct Refusal: Sendable, Hashable {
        package var folder: String
        package var error: PackError
    }

    /// By identifier, newest version first.
    package let packs: [FormPack]
    package let refusals: [Refusal]

    package init(packs: [FormPack], refusals: [Refusal] = []) {
        self.packs = packs.sorted { left, right in
            left.id == right.id
                ? left.manifest.validFrom > right.manifest.validFrom : left.id < right.id
        }
        self.refusals = refusals
    }

    /// Loads each pack from its files; `folders` are the files by pack folder.
    package init(folders: [String: [String: [UInt8]]]) {
        var packs: [FormPack] = []
        var refusals: [Refusal] = []
        for (folder, files) in folders.sorted(by: { $0.key < $1.key }) {
            do {
                packs.append(try FormPack(files: files))
            } catch {
                refusals.append(Refusal(folder: folder, error: error))
            }
        }
        self.init(packs: packs, refusals: refusals)
    }

    /// Loads every `<form>/<version>/` under `directory`.
    ///
    /// - Throws: The directory itself cannot be listed. A bad pack is no error but a refusal.
    package static func load(directory: String) throws(PackError) -> PackLibrary {
        var folders: [String: [String: [UInt8]]] = [:]
        var refusals: [Refusal] = []
        for form in try PackFolder.subfolders(of: directory) {
            for version in try PackFolder.subfolders(of: "\(directory)/\(form)") {
                let folder = "\(form)/\(version)"
                guard folders.count < PackLimits.packsPerLibrary else { break }
                do {
                    folders[folder] = try PackFolder.files(in: "\(directory)/\(folder)")
                } catch {
                    refusals.append(Refusal(folder: folder, error: error))
                }
            }
        }
        let library = PackLibrary(folders: folders)
        return PackLibrary(packs: library.packs, refusals: refusals + library.refusals)
    }

    /// The newest version of a pack, or the one that is named.
    package func pack(id: String, version: String? = nil) -> FormPack? {
        packs.first { $0.id == id && (version == nil || $0.version == version) }
    }
}

extension FormPack {
    /// Loads one pack from its folder.
    package static func load(folder: String) throws(PackError) -> FormPack {
        try FormPack(files: PackFolder.files(in: folder))
    }
}

/// Reads packs from disk, once, at start-up: the only input of this module that is not an argument.
private enum PackFolder {
    static func subfolders(of directory: String) throws(PackError) -> [String] {
        try contents(of: directory).filter { isDirectory("\(directory)/\($0)") }
    }

    /// Names in order, hidden ones left out.
    private static func contents(of directory: String) throws(PackError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory)
                .filter { !$0.hasPrefix(".") }.sorted()
        } catch {
            throw .cannotRead(file: directory, "the directory cannot be listed")
        }
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory
    }

    /// All files below `folder`, two levels deep, by path within it.
    static func files(in folder: String) throws(PackError) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in try contents(of: folder) {
            let isFolder = isDirectory("\(folder)/\(name)")
            let inner =
                isFolder ? try contents(of: "\(folder)/\(name)").map { "\(name)/\($0)" } : [name]
            for file in inner where !isDirectory("\(folder)/\(file)") {
                guard files.count < PackLimits.filesPerPack else {
                    throw .tooLarge(file: folder, limit: PackLimits.fileInBytes)
                }
                files[file] = try bytes(of: file, in: folder)
            }
        }
        return files
    }

    private static func bytes(of file: String, in folder: String) throws(PackError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)") else {
            throw .cannotRead(file: file, "it cannot be opened")
        }
        guard data.count <= PackLimits.fileInBytes else {
            throw .tooLarge(file: file, limit: PackLimits.fileInBytes)
        }
        return Array(data)
    }
}

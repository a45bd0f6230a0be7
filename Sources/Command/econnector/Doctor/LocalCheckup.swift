// SPDX-License-Identifier: Apache-2.0
import Connector
import FormPacks
import Foundation
import Keys
import Trust

/// What can be seen of an installation without the service: folders, disk, forms, keys, addresses.
struct LocalCheckup {
    let state: String
    let sandbox: String
    let packs: String?
    let now: Date

    var findings: [Finding] { folder + disk + forms + keys + addresses }

    private var folder: [Finding] {
        guard access(state, R_OK | W_OK | X_OK) == 0 else {
            return [Finding("state-bad", .bad, state)]
        }
        var known = stat()
        if stat(state, &known) == 0, known.st_mode & 0o077 != 0 {
            return [Finding("state-open", .warning, state)]
        }
        return [Finding("state-good", .good, state)]
    }

    private var disk: [Finding] {
        guard let space = DiskReserve(folder: state).space else { return [] }
        let free = String(space.free >> 20)
        return [space.isLow ? Finding("disk-low", .bad, free) : Finding("disk-good", .good, free)]
    }

    private var forms: [Finding] {
        do {
            let library = try Installation.packs(packs)
            _ = try Installation.fonts(for: library)
            return [Finding("packs-good", .good, String(library.packs.count))]
                + library.refusals.map { Finding("pack-refused", .warning, $0.folder) }
        } catch {
            let reason = (error as? CommandFailure)?.message ?? ""
            return [Finding("packs-bad", .bad, reason)]
        }
    }

    private var keys: [Finding] {
        let listed = (try? KeyStore(directory: "\(state)/keys").list()) ?? []
        return [Enrolment.signing, Enrolment.authentication].map { name in
            guard let certificate = listed.first(where: { $0.name == name })?.certificate else {
                return Finding("key-missing", .bad, name)
            }
            let end = String(certificate.notAfter.formatted(.iso8601).prefix(10))
            let isEnding = certificate.notAfter.timeIntervalSince(now) < Self.warning
            guard certificate.isInValidityPeriod(at: now) else {
                return Finding("key-ended", .bad, name, end)
            }
            return isEnding
                ? Finding("key-ending", .warning, name, end)
                : Finding("key-good", .good, name, end)
        }
    }

    /// Seconds before a certificate's end from which on it is pointed out.
    private static let warning = 30.0 * 86_400

    private var addresses: [Finding] {
        let file = "\(sandbox)/sandbox.json"
        return FileManager.default.fileExists(atPath: file)
            ? [] : [Finding("addresses-missing", .bad, file)]
    }
}

// SPDX-License-Identifier: Apache-2.0
import Trust
import XMLSignature
import ZIP

extension FileFacts {
    /// The facts about the signatures in an ASiC container (EN 319 162-1): read, never baseline.
    init(container bytes: [UInt8], reader: FileReader) {
        let archive: Archive
        do throws(ZIPError) {
            archive = try Archive(bytes)
        } catch {
            self.init(unreadable: "The container cannot be read: \(error).")
            return
        }
        let container = Container(archive)
        if let fault = container.fault {
            self.init(unreadable: fault)
            return
        }
        self.init([])
        for entry in container.signatureEntries {
            var inner = reader
            inner.detached = container.data
            inner.looksInside = false
            take(inner.facts(of: entry.bytes), container)
        }
        for index in signatures.indices {
            signatures[index].baselineFaults.append("Signatures in containers are not baseline.")
        }
    }

    private mutating func take(_ facts: FileFacts, _ container: Container) {
        if let fault = facts.fault {
            signatures.append(SignatureFacts(unreadable: fault, format: .xades))
        }
        signatures += facts.signatures
        documentStamps += facts.documentStamps
    }
}

/// An ASiC-S or ASiC-E container: what is data and what are signatures over it.
private struct Container {
    private static let simple = "application/vnd.etsi.asic-s+zip"
    private static let extended = "application/vnd.etsi.asic-e+zip"

    let data: [DetachedData]
    let signatureEntries: [Archive.Entry]
    var fault: String?

    init(_ archive: Archive) {
        let type = archive.entry(named: "mimetype").map {
            String(decoding: $0.bytes, as: UTF8.self).filter { !$0.isWhitespace }
        }
        let content = archive.entries.filter {
            $0.name != "mimetype" && !$0.name.hasPrefix("META-INF/")
        }
        data = content.map { DetachedData(name: $0.name, bytes: $0.bytes) }
        signatureEntries = archive.entries.filter { entry in
            let name = entry.name.lowercased()
            guard name.hasPrefix("meta-inf/") else { return false }
            let file = name.dropFirst("meta-inf/".count)
            return file.hasSuffix(".p7s") || file.hasSuffix(".tst")
                || file.hasSuffix(".xml") && file.contains("signature")
        }
        if type == Self.simple || type == nil && content.count == 1 {
            if content.count != 1 || content.contains(where: { $0.name.contains("/") }) {
                fault = "A simple container must have exactly one data file, and not in a folder."
            }
        } else if type != Self.extended {
            fault = "The container does not say that it holds signatures."
        }
    }
}

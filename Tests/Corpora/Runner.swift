// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Runs every set under a folder and prints one line per set, then each miss.
@main
struct Runner {
    /// The kinds of sets, by the folder they stand in.
    static let kinds: [String: any CorpusSet.Type] = [
        "c14n": CanonicalForms.self,
        "pdfa": PDFArchive.self,
        "robustness-pdf": HostilePDF.self,
        "pades": AdvancedSignatures.self,
        "robustness-xml": HostileXML.self,
        "tsp-ocsp-crl": RevocationAndTime.self,
        "x509-limbo": CertificatePaths.self,
        "x509-pkits": CertificatePaths.self,
        "xades": AdvancedSignatures.self,
        "xmldsig": XMLSignatures.self,
    ]

    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard let root = arguments.first else {
            say("usage: corpora FOLDER [SET...]")
            exit(64)
        }
        let names = Set(arguments.dropFirst())
        let folders = sets(under: URL(filePath: root)).filter {
            names.isEmpty || names.contains($0.lastPathComponent)
        }
        guard !folders.isEmpty else {
            say("corpora: no set with a manifest.csv under \(root)")
            exit(65)
        }
        let results = folders.map { SetResult(of: $0) }
        for result in results { result.print() }
        exit(results.allSatisfy(\.holds) ? 0 : 1)
    }

    private static func sets(under root: URL) -> [URL] {
        let manager = FileManager.default
        let children = (try? manager.contentsOfDirectory(atPath: root.path)) ?? []
        return ([root] + children.sorted().map { root.appending(path: $0) }).filter {
            manager.fileExists(atPath: $0.appending(path: "manifest.csv").path)
        }
    }

    static func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
}

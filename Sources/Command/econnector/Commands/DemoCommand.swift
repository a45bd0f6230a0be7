// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Connector
import FormPacks
import Foundation
import HTTPTypes
import JSON
import Keys
import Transport
import Trust

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "Starts connector and sandbox, sends one fee statement, and leaves every artefact.",
        discussion: """
            Everything runs in this process over real sockets; nothing leaves the machine. A second run
            uses the keys and certificates of the first.

            EXAMPLES
              econnector demo
              econnector demo --out /tmp/artefacts
            """)

    @Option(help: "Folder for the artefacts.") var out = "demo-out"
    @Option(help: "Folder of form packs.") var packs: String?

    func run() async throws {
        let folder = out
        try FileManager.default.createDirectory(
            atPath: "\(folder)/trust", withIntermediateDirectories: true)
        let state = try Installation.privateFolder("\(folder)/state")
        let demo = Demo(folder: folder, state: state, packs: packs)
        try await Services.untilSignalled { try await demo.run() }
    }
}

/// The main job on real input, told as a short story.
struct Demo: Sendable {
    let folder: String
    let state: String
    let packs: String?
    private let started = ContinuousClock.now

    init(folder: String, state: String, packs: String?) {
        (self.folder, self.state, self.packs) = (folder, state, packs)
    }

    func run() async throws {
        let sandbox = SandboxProgram(port: 0, state: "\(state)/sandbox", packs: packs)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (ready, becameReady) = AsyncStream<SandboxAddresses>.makeStream()
            group.addTask { try await sandbox.run { becameReady.yield($0) } }
            group.addTask {
                for await addresses in ready {
                    try await send(through: addresses)
                    break
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    private func send(through addresses: SandboxAddresses) async throws {
        say("sandbox: root, issuing CA, OCSP, time-stamps, identity provider and MySecu are up")
        let (signing, authentication) = try await keys(addresses)
        let name = signing.certificate.map { "\($0.subject)" } ?? ""
        say("keys: \(name) can sign")
        let program = ConnectorProgram(
            state: "\(state)/connector", port: 0, profile: "lu-mysecu-2023", packs: packs,
            addresses: addresses, providerCode: try example().provider, signingKey: signing,
            authenticationKey: authentication)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (ready, becameReady) = AsyncStream<ConnectorAddress>.makeStream()
            group.addTask { try await program.run { becameReady.yield($0) } }
            group.addTask {
                for await address in ready {
                    try await tell(address, addresses)
                    break
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// The keys of an earlier run, opened with one passphrase; made and certified at the first.
    private func keys(
        _ addresses: SandboxAddresses
    ) async throws -> (signing: SoftwareKey, authentication: SoftwareKey) {
        let store = try KeyStore(
            directory: Installation.privateFolder("\(state)/connector") + "/keys")
        let file = "\(state)/passphrase"
        if !FileManager.default.fileExists(atPath: file) {
            try Installation.writePrivate(Array(Installation.random(24).hexText.utf8), to: file)
        }
        let passphrase = try Terminal.passphrase(from: file, prompt: "")
        let kept = try store.list()
        let areOfThisPKI = kept.allSatisfy { $0.certificateChain.last == addresses.anchors.first }
        if kept.count == 2, areOfThisPKI {
            return (
                try store.unlockForUse(Enrolment.signing, passphrase: passphrase, now: Date()),
                try store.unlockForUse(
                    Enrolment.authentication, passphrase: passphrase, now: Date())
            )
        }
        for key in kept { try store.remove(key.name) }
        say("keys: making and certifying them (first run only)")
        let provider = try example().provider
        let enrolment = Enrolment(store: store, addresses: addresses, person: .provider(provider))
        return (
            try await enrolment.enrol(
                Enrolment.signing, purpose: .signing, kind: .p256, passphrase: passphrase),
            try await enrolment.enrol(
                Enrolment.authentication, purpose: .authentication, kind: .rsa3072,
                passphrase: passphrase)
        )
    }

    private func tell(_ address: ConnectorAddress, _ addresses: SandboxAddresses) async throws {
        let sender = try HTTPSender()
        do {
            try await tell(address, addresses, sender)
            await sender.shutDown()
        } catch {
            await sender.shutDown()
            throw error
        }
    }

    private func tell(
        _ address: ConnectorAddress, _ addresses: SandboxAddresses, _ sender: HTTPSender
    ) async throws {
        let client = ConnectorClient(address: address, sender: sender)
        let form = try example().form
        try Terminal.write(form, to: "\(folder)/form.json")
        say("connector: \(address.url), fee statement sent in as JSON")
        let sent = ContinuousClock.now
        let uuid = try await client.submit(form).member("uuid").string()
        var last = sent
        let answer = try await client.settled(uuid, within: .seconds(30)) { state in
            let now = ContinuousClock.now
            say("  \(state) (+\(Self.milliseconds(now - last)) ms)")
            last = now
        }
        guard try answer.member("state").string() == "final" else {
            throw CommandFailure(
                .unavailable,
                "the form did not arrive: \(String(decoding: answer.value.serialized(.pretty), as: UTF8.self))"
            )
        }
        try await SubmitCommand.fetch(uuid, from: client, to: folder)
        let road = Self.milliseconds(ContinuousClock.now - sent)
        try await PIDDemo(
            client: client, folder: folder, statement: { try statement(numbered: $0) },
            say: { say($0) }
        ).run()
        try await writeEvidence(uuid, client, addresses, sender)
        finish(uuid, milliseconds: road)
    }

    /// The full example of the first pack that signs and deposits, as a new form.
    private func example() throws -> (form: [UInt8], provider: String) {
        let (pack, root) = try newForm()
        let code = pack.manifest.paths.providerCode.map {
            root[JSONPointer([pack.manifest.root.element] + $0.steps)]
        }
        let provider = code ?? nil
        return (root.serialized(.pretty), provider?.string ?? provider?.number?.text ?? "")
    }

    /// The same for direct payment: under a number of its own, and without the accident, which
    /// another insurer pays.
    private func statement(numbered number: String) throws -> [UInt8] {
        var (pack, root) = try newForm()
        let manifest = pack.manifest
        func place(_ path: FormPath?) -> ArraySlice<String>? {
            path.map { ([manifest.root.element] + $0.steps)[...] }
        }
        if let path = place(manifest.paths.number) {
            root.replace(path, with: .string("\(number)-\(Installation.random(4).hexText)"))
        }
        if let path = place(pack.path(.accident)) { root.replace(path, with: nil) }
        return root.serialized(.pretty)
    }

    private func newForm() throws -> (FormPack, JSONValue) {
        let pack = try Installation.packs(packs).packs.first { $0.manifest.kind == .form }
        guard let pack, let example = pack.examples["valid-full.json"] else {
            throw CommandFailure(.unavailable, "no pack with a full example is installed")
        }
        var root = try JSONDocument(parsing: example).root
        let path = [pack.manifest.root.element] + pack.manifest.paths.uuid.steps
        root.replace(path[...], with: .string(Installation.makeUUID()))
        return (pack, root)
    }

    private func writeEvidence(
        _ uuid: String, _ client: ConnectorClient, _ addresses: SandboxAddresses,
        _ sender: HTTPSender
    ) async throws {
        if let embedded = try await client.document("embedded-pdf", of: uuid) {
            try Terminal.write(embedded, to: "\(folder)/embedded.pdf")
        }
        let admin = String(addresses.admin.drop { $0 != "/" }.drop { $0 == "/" })
        for (path, file) in [
            ("ledger", "ledger.json"), ("calls", "calls.json"),
            ("report?uuid=\(uuid)", "entry-report.xml"),
        ] {
            let request = HTTPRequest(
                method: .get, scheme: "http", authority: admin, path: "/admin/\(path)")
            try Terminal.write(try await sender.send(request, body: []).1, to: "\(folder)/\(file)")
        }
        let pki = String(addresses.pki.drop { $0 != "/" }.drop { $0 == "/" })
        for (path, file) in [
            ("root.cer", "root.pem"), ("issuing.cer", "issuing.pem"), ("tsa.cer", "tsa.pem"),
            ("list-signer.cer", "list-signer.pem"),
        ] {
            let request = HTTPRequest(
                method: .get, scheme: "http", authority: pki, path: "/\(path)")
            let der = try await sender.send(request, body: []).1
            try Terminal.write(
                Array(try Certificate(der: der).pem.utf8), to: "\(folder)/trust/\(file)")
        }
        let list = HTTPRequest(
            method: .get, scheme: "http", authority: pki, path: "/trusted-list.xml")
        try Terminal.write(
            try await sender.send(list, body: []).1, to: "\(folder)/trust/trusted-list.xml")
    }

    private func finish(_ uuid: String, milliseconds: Int) {
        Terminal.result(
            """

            The fee statement \(uuid) is with MySecu (sandbox), signed, time-stamped and receipted.
            From JSON to receipt: \(milliseconds) ms. Then a direct payment went its way (PID).

              form.json               what the practice software sent
              \(uuid).xml   what was deposited: XAdES-B-LT around the signed PDF
              \(uuid).pdf   for the patient and the practice: PAdES-B-LT
              embedded.pdf            the PDF inside the XML: PAdES-B-T
              receipt.json            MySecu's receipt
              validation-report.xml   what our own judge said before sending
              entry-report.xml        what MySecu's own check on entry said
              pid-form.json           what was simulated: form.json without its accident
              pid.json                direct payment: simulated, validated, paid; another one contested
              pid-paper.pdf           what the patient gets after a direct payment
              pid-fee-statement.xml   the contested one as an ordinary fee statement, .pdf to print
              pid-notice.pdf          what the patient is told of the contestation
              ledger.json             what MySecu holds
              calls.json              the messages as they went over the wire
              trust/                  certificates and the trusted list to check all that with

            All in \(folder)/. Try: bin/econnector verify \(folder)/\(uuid).xml --anchor \(folder)/trust/root.pem
            With legal grades: add --trusted-list \(folder)/trust/trusted-list.xml --list-signer \(folder)/trust/list-signer.pem
            """)
    }

    private func say(_ text: String) {
        Terminal.note(
            "[\(String(repeating: " ", count: max(0, 6 - "\(elapsed)".count)))\(elapsed) ms] \(text)"
        )
    }

    private var elapsed: Int { Self.milliseconds(ContinuousClock.now - started) }

    private static func milliseconds(_ duration: Duration) -> Int {
        Int(duration.components.seconds) * 1_000
            + Int(duration.components.attoseconds / 1_000_000_000_000_000)
    }
}

extension JSONValue {
    /// Puts `value` where the member names lead, or takes the member away for `nil`.
    fileprivate mutating func replace(_ path: ArraySlice<String>, with value: JSONValue?) {
        guard let name = path.first, case .object(var members) = content,
            let index = members.firstIndex(where: { $0.name == name })
        else { return }
        if path.count > 1 {
            members[index].value.replace(path.dropFirst(), with: value)
        } else if let value {
            members[index].value = value
        } else {
            members.remove(at: index)
        }
        content = .object(members)
    }
}

// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import FormPacks
import HTTPTypes
import JSON
import Keys
import NationalAPI
import PDF
import Sandbox
import Synchronization
import Trust

/// Both sides in one process without sockets: packs, fonts, a doctor's key, and the sandbox's PKI
/// as time-stamp authority and OCSP responder.
struct World: Sendable {
    let packs: PackLibrary
    let pack: FormPack
    let fonts: FontSet
    let profile: NationalProfile
    let pki: PKIService
    let addresses: ServiceAddresses
    let signing: SoftwareKey
    let authentication: SoftwareKey
    let counter = Counter()

    private static let base = "http://127.0.0.1:9"

    init(root: String) async throws {
        packs = try PackLibrary.load(directory: "\(root)/Packs")
        guard let pack = packs.pack(id: "memoire-honoraires") else {
            throw BenchError.missing("the pack memoire-honoraires")
        }
        self.pack = pack
        fonts = try Self.fonts(pack)
        profile = try Self.profile(root)
        pki = try PKIService(
            directory: nil, addresses: PKIAddresses(base: Self.base), now: { Date() },
            generator: SystemRandomNumberGenerator())
        signing = try await Self.key(.signature, in: pki)
        authentication = try await Self.key(.authentication, in: pki)
        addresses = ServiceAddresses(
            exchange: Self.base, timestampAuthority: Self.base + PKIAddresses.timestampPath,
            platform: "Bench MySecu", anchors: [await pki.authority.root.certificate],
            allowedHosts: ["127.0.0.1:9"])
    }

    /// A P-256 key with a certificate of the sandbox's.
    private static func key(
        _ profile: CertificateProfile, in pki: PKIService
    ) async throws -> SoftwareKey {
        var key = try SoftwareKey(generating: .p256)
        let subject = CertificateSubject(
            givenName: "Hélène", surname: "Weber", serialNumber: "2000000001")
        let request = try key.certificationRequest(subject: subject.name)
        key.certificateChain = try await pki.enrol(request.der, profile: profile, subject: subject)
        return key
    }

    private static func fonts(_ pack: FormPack) throws -> FontSet {
        var found: [PackManifest.PDF.FontRole: [UInt8]] = [:]
        for font in pack.manifest.pdf?.fonts ?? [] {
            let paths = ["liberation2", "liberation", "dejavu"].map {
                "/usr/share/fonts/truetype/\($0)/\(font.file)"
            }
            guard let path = paths.first(where: FileManager.default.fileExists) else {
                throw BenchError.missing("the font \(font.file)")
            }
            found[font.role] = try read(path)
        }
        return try FontSet(
            regular: found[.regular] ?? [], bold: found[.bold] ?? [],
            fallbackRegular: found[.fallbackRegular] ?? [], fallbackBold: found[.fallbackBold] ?? []
        )
    }

    static func profile(_ root: String) throws -> NationalProfile {
        let file = try read("\(root)/Data/profiles/lu-mysecu-2023.json")
        return try NationalProfile(JSONReader(JSONValue(parsing: file)))
    }

    /// Gates that hold nobody back.
    static var gates: ServiceGates {
        ServiceGates(
            now: { Date() }, jitter: { 0.5 }, pause: { try await Task.sleep(for: $0) })
    }

    static func read(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in generator.next() }
    }

    /// Requests go straight to the authorities' handlers.
    var send: Send {
        { request, body, _ in
            switch request.path {
            case PKIAddresses.timestampPath:
                counter.count { $0.stamps += 1 }
                return (HTTPResponse(status: .ok), await pki.timestamp(body))
            case PKIAddresses.ocspPath:
                counter.count { $0.ocspAnswers += 1 }
                return (HTTPResponse(status: .ok), await pki.ocsp(body))
            case PKIAddresses.issuingListPath:
                counter.count { $0.lists += 1 }
                return (HTTPResponse(status: .ok), try await pki.issuingList())
            case PKIAddresses.rootListPath:
                counter.count { $0.lists += 1 }
                return (HTTPResponse(status: .ok), try await pki.rootList())
            default: return (HTTPResponse(status: .notFound), [])
            }
        }
    }

    var countedKey: CountedKey { CountedKey(key: signing, counter: counter) }

    var environment: PipelineEnvironment {
        let authentication = authentication
        return PipelineEnvironment(
            packs: packs, profile: profile, addresses: addresses, key: countedKey,
            identity: MessageIdentity(
                certificate: authentication.certificateChain[0],
                platformIntermediates: authentication.intermediates,
                sign: { try authentication.signature(over: $0) }),
            send: send, now: { Date() }, random: Self.random, gates: Self.gates)
    }

    var signer: DocumentSigner {
        DocumentSigner(
            key: countedKey, addresses: addresses, send: send, now: { Date() },
            random: Self.random)
    }
}

/// Counts the signatures that a job made us and the authorities compute.
final class Counter: Sendable {
    struct Counts: Sendable, Equatable {
        var own = 0, stamps = 0, ocspAnswers = 0, lists = 0
        var all: Int { own + stamps + ocspAnswers + lists }
    }

    private let counts = Mutex(Counts())

    func count(_ change: (inout Counts) -> Void) { counts.withLock { change(&$0) } }

    /// What was counted since the last call.
    func take() -> Counts {
        counts.withLock { counts in
            defer { counts = Counts() }
            return counts
        }
    }
}

/// The doctor's key, its uses counted.
struct CountedKey: SigningKey {
    let key: SoftwareKey
    let counter: Counter
    var certificateChain: [Certificate] { key.certificateChain }
    var algorithm: SignatureAlgorithm { key.algorithm }

    func signature(over bytes: [UInt8]) async throws -> [UInt8] {
        counter.count { $0.own += 1 }
        return try key.signature(over: bytes)
    }
}

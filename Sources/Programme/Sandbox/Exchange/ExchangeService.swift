// SPDX-License-Identifier: Apache-2.0
package import FormPacks
package import NationalAPI
package import Trust
import Validation

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The certificate and key with which the platform signs its answers.
package struct PlatformIdentity: Sendable {
    package var certificate: Certificate
    package var sign: @Sendable ([UInt8]) async throws -> [UInt8]

    package init(
        certificate: Certificate, sign: @escaping @Sendable ([UInt8]) async throws -> [UInt8]
    ) {
        (self.certificate, self.sign) = (certificate, sign)
    }
}

/// MySecu's exchange: takes deposits and cancellations, checks them on entry, keeps the ledger.
///
/// Handing over the same bytes again gives the first answer; the effect counts once.
/// Reading, believing and signing messages needs no lock; only what is kept does.
package actor ExchangeService {
    nonisolated let packs: PackLibrary
    nonisolated let register: Register
    nonisolated let profile: NationalProfile
    nonisolated let platform: PlatformIdentity
    nonisolated let trust: TrustPolicy
    nonisolated let intermediates: [Certificate]
    nonisolated let lists: @Sendable () async throws -> TrustedLists
    nonisolated let sessions: SessionCheck?
    nonisolated let now: @Sendable () -> Date
    nonisolated let makeUUID: @Sendable () -> String
    nonisolated let isRevoked: @Sendable (Certificate) async -> Bool
    private let persist: @Sendable (Ledger.Change) throws -> Void
    /// Absent where only forms are deposited.
    nonisolated package let insurer: Insurer?
    /// Who may act for whom.
    nonisolated package let mandates: Mandates
    nonisolated let gate: FaultGate
    private(set) package var ledger: Ledger
    private(set) package var calls: [Call] = []
    private var reports: [(uuid: String, report: [UInt8])] = []

    /// One message as it came and went: what officers and tests look at. The persons of the sandbox
    /// are fictitious, so that nothing is taken out.
    package struct Call: Sendable {
        package var service: SandboxService
        package var receivedAt: Date
        package var request: [UInt8]
        package var answer: [UInt8]
    }

    /// - Parameters:
    ///   - trust: For forms, which carry all that proves them, and for message certificates.
    ///   - intermediates: Authorities above message certificates.
    ///   - lists: The trusted lists by which a time-stamp must be qualified; none, no demand.
    ///   - sessions: Who knows the sessions that messages must come in; nobody, no demand.
    ///   - persist: Makes a change of the ledger durable before it is answered.
    ///   - insurer: Takes the messages of the direct payment, and pays.
    ///   - faults: Switches of the single operations.
    ///   - pause: Waits, where an answer is to be slow.
    package init(
        packs: PackLibrary, register: Register, profile: NationalProfile,
        platform: PlatformIdentity, trust: TrustPolicy, intermediates: [Certificate],
        lists: @escaping @Sendable () async throws -> TrustedLists = { TrustedLists() },
        sessions: SessionService? = nil, ledger: Ledger, now: @escaping @Sendable () -> Date,
        makeUUID: @escaping @Sendable () -> String,
        isRevoked: @escaping @Sendable (Certificate) async -> Bool,
        persist: @escaping @Sendable (Ledger.Change) throws -> Void, insurer: Insurer? = nil,
        faults: FaultSwitches = FaultSwitches(),
        pause: @escaping @Sendable (Duration) async -> Void = { _ in }
    ) {
        (self.packs, self.register, self.profile) = (packs, register, profile)
        (self.platform, self.trust, self.ledger) = (platform, trust, ledger)
        (self.intermediates, self.lists) = (intermediates, lists)
        self.sessions = sessions.map { SessionCheck(sessions: $0) }
        (self.now, self.makeUUID) = (now, makeUUID)
        (self.isRevoked, self.persist, self.insurer) = (isRevoked, persist, insurer)
        mandates = insurer?.mandates ?? Mandates(register.mandates)
        gate = FaultGate(faults, now: now, pause: pause)
    }

    // MARK: What is kept

    /// Makes entries durable, then believes them.
    func commit(_ entries: Ledger.Entry...) throws {
        try persist(.entries(entries))
        for entry in entries { ledger.note(entry) }
    }

    /// Keeps a message of this or another service for who wants to look at it.
    func keep(_ call: Call) {
        calls.append(call)
        if calls.count > Self.callsKept { calls.removeFirst() }
    }

    func keep(_ report: FileReport?, on form: [UInt8], uuid: String) {
        guard let report, !uuid.isEmpty else { return }
        reports.removeAll { $0.uuid == uuid }
        reports.append((uuid, report.xmlReport(of: form, validator: platform.certificate)))
        if reports.count > Self.reportsKept { reports.removeFirst() }
    }

    private static let callsKept = 50
    private static let reportsKept = 200

    /// What the check on entry said of the form last handed in under a UUID, accepted or not:
    /// TS 119 102-2 XML. The published answer to a deposit has no seat for it.
    package func report(on uuid: String) -> [UInt8]? {
        reports.last { $0.uuid == uuid }?.report
    }

    /// Forgets every deposit, simulation, payment and call, and what became of the mandates.
    package func reset() async {
        ledger = Ledger()
        calls = []
        reports = []
        mandates.reset()
        try? persist(.cleared)
        await insurer?.reset()
    }
}

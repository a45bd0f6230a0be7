// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing
import Trust
import Validation
import XML

private let pki = TestPKI.shared
private let now = TestPKI.clock
private let withdrawn = TrustedListName.withdrawn

@Suite("Trusted lists (TS 119 612): reading and signature")
struct TrustedListReadingTests {
    @Test("versions 5 and 6 are read", arguments: [5, 6])
    func versions(_ version: Int) throws {
        let list = try ListSample(version: version).read()
        #expect(list.version == version && list.territory == "LU" && list.sequenceNumber == 7)
        #expect(list.kind == .national && list.isCurrent(at: now))
        let service = try #require(list.services.first)
        #expect(service.provider == "Provider" && service.name == "Service")
        #expect(service.periods.map(\.type) == [TrustedListName.qualifiedTimestamps])
        #expect(service.periods[0].identities == [.certificate(pki.tsa.certificate)])
    }

    @Test("other versions and other documents are refused", arguments: [4, 7])
    func otherVersions(_ version: Int) throws {
        let root = try XMLDocument(parsing: Array(ListSample(version: version).text.utf8)).root
        #expect(throws: TrustedListError.unsupportedVersion(version)) { try TrustedList(root) }
        let other = try XMLDocument(parsing: Array("<a/>".utf8)).root
        #expect(throws: TrustedListError.notATrustedList) { try TrustedList(other) }
    }

    @Test("a list changed after it was signed is refused")
    func changed() throws {
        let good = String(decoding: try ListSample().signed(), as: UTF8.self)
        let bad = good.replacing("Svcstatus/granted", with: "Svcstatus/withdrawn")
        expectRefusal("The signature of the trusted list does not hold.") {
            try read(Array(bad.utf8))
        }
    }

    @Test("a list signed by somebody else is refused, whatever the signature says")
    func foreignSigner() throws {
        let bytes = try ListSample().signed(by: pki.rsaSigner)
        expectRefusal("The trusted list was not signed by a certificate expected.") {
            try read(bytes)
        }
    }

    @Test("a list without signature, and one whose signer has expired, are refused")
    func unsigned() throws {
        expectRefusal("The trusted list has not exactly one signature.") {
            try read(Array(ListSample().text.utf8))
        }
        let later = TestPKI.notAfter.addingTimeInterval(1)
        expectRefusal("The certificate that signed the trusted list was not valid at that time.") {
            try ListSample().read(at: later)
        }
    }

    @Test("for a validation in the past the list is believed as it was when it was issued")
    func past() throws {
        let early = TestPKI.notBefore.addingTimeInterval(-86_400)
        #expect(try ListSample().read(at: early).isCurrent(at: early))
    }

    @Test("a list of no nextUpdate, or one in the past, is not current")
    func staleness() throws {
        #expect(!(try ListSample(nextUpdate: nil).read().isCurrent(at: now)))
        #expect(!(try ListSample(nextUpdate: "2026-11-20T09:59:59Z").read().isCurrent(at: now)))
        #expect(
            try ListSample(nextUpdate: "2026-11-20T12:00:00.5+02:00").read().isCurrent(at: now))
    }

    @Test("damaged lists end in an error, never in a list that says more than the whole one")
    func damaged() throws {
        let text = Array(ListSample().text.utf8)
        for cut in stride(from: 0, to: text.count, by: 37) {
            #expect(throws: (any Error).self) {
                try TrustedList(XMLDocument(parsing: Array(text.prefix(cut))).root)
            }
        }
        for place in stride(from: 0, to: text.count, by: 11) {
            var changed = text
            changed[place] ^= 0x01
            guard let document = try? XMLDocument(parsing: changed),
                let list = try? TrustedList(document.root)
            else { continue }
            #expect(list.services.count <= 1 && list.pointers.isEmpty)
        }
    }

    private func expectRefusal(_ text: String, _ body: () throws -> TrustedList) {
        do {
            _ = try body()
            Issue.record("not refused")
        } catch let error as TrustedListRefusal {
            #expect(error.description == text)
        } catch { Issue.record(error) }
    }

    private func read(_ bytes: [UInt8]) throws -> TrustedList {
        try TrustedList(
            bytes, signedByOneOf: [pki.signer.certificate], crypto: .ts119312, now: now)
    }
}

/// What a list of lists opens.
@Suite("Lists of lists and their pivots (TS 119 615, 4.1)")
struct ListOfListsTests {
    private let operators = (first: pki.signer, second: pki.rsaSigner)

    private func top(_ pointers: String, nextUpdate: String = "2027-01-01T00:00:00Z") -> ListSample
    {
        ListSample(
            type: "EUlistofthelists", territory: "EU", nextUpdate: nextUpdate, services: [],
            pointers: pointers)
    }

    private func reached(
        _ list: [UInt8], pivots: [[UInt8]] = [], _ nationals: [[UInt8]]
    ) throws -> (lists: TrustedLists, refusals: [TrustedListRefusal]) {
        try TrustedLists.reached(
            from: list, pivots: pivots, nationals: nationals,
            signers: [operators.first.certificate], crypto: .ts119312, now: now)
    }

    @Test("a national list is used when the list of lists names its signer for its territory")
    func national() throws {
        let pointer = ListSample.pointer(to: "LU", signers: [operators.second.certificate])
        let list = try top(pointer).signed()
        let good = try ListSample().signed(by: operators.second)
        let found = try reached(list, [good])
        #expect(found.lists.lists.map(\.territory) == ["LU"] && found.refusals.isEmpty)
        let elsewhere = try ListSample(territory: "BE").signed(by: operators.second)
        let other = try reached(list, [elsewhere])
        #expect(other.lists.isEmpty && other.refusals.count == 1)
    }

    @Test("a pivot hands the right to sign over; without it the new signer is unknown")
    func pivots() throws {
        let handOver = ListSample.pointer(
            to: "EU", type: "EUlistofthelists", signers: [operators.second.certificate])
        let pivot = try top(handOver).signed(by: operators.first)
        let list = try top(
            ListSample.pointer(to: "LU", signers: [operators.first.certificate])
        ).signed(by: operators.second)
        let national = try ListSample().signed(by: operators.first)
        #expect(try reached(list, pivots: [pivot], [national]).lists.lists.count == 1)
        #expect(throws: TrustedListRefusal.self) { try reached(list, [national]) }
        let empty = try top("").signed(by: operators.first)
        #expect(throws: TrustedListRefusal.self) { try reached(list, pivots: [empty], [national]) }
    }

    @Test("a national list is current no longer than the list that names it")
    func staleTop() throws {
        let pointer = ListSample.pointer(to: "LU", signers: [operators.second.certificate])
        let list = try top(pointer, nextUpdate: "2026-11-01T00:00:00Z").signed()
        let found = try reached(list, [ListSample().signed(by: operators.second)])
        #expect(found.lists.lists.map { $0.isCurrent(at: now) } == [false])
    }

    @Test("a national list is no list of lists")
    func kinds() throws {
        #expect(throws: TrustedListRefusal.self) { try reached(ListSample().signed(), []) }
    }
}

@Suite("Services over time (TS 119 612, 5.5 and 5.6)")
struct TrustServiceTests {
    private let chain: CertificateChain

    init() throws {
        chain = try #require(
            pki.anchors.chains(from: pki.tsa.certificate, through: pki.tsa.chain).first)
    }

    private func outcome(
        _ lists: TrustedLists, at moment: Date = now, token: TimestampToken? = nil
    ) throws -> TimestampQualification.Outcome {
        let token =
            try token
            ?? pki.timestamp(over: DigestAlgorithm.sha256.digest([1]), at: moment)
        return lists.qualification(of: token, chain: chain, isValid: true, now: now).outcome
    }

    @Test("no list, stale list and withdrawn service are three answers")
    func threeAnswers() throws {
        let none = try outcome(TrustedLists())
        let stale = try outcome(ListSample(nextUpdate: "2026-11-10T00:00:00Z").lists())
        let gone = try outcome(ListSample(services: [[.init(status: withdrawn)]]).lists())
        #expect([none, stale, gone] == [.noList, .staleList, .withdrawn])
        #expect(try outcome(ListSample().lists()) == .qualified)
    }

    @Test("the status at genTime counts, from the history")
    func history() throws {
        let service: [ListSample.Period] = [
            .init(status: withdrawn, from: "2026-11-01T00:00:00Z"),
            .init(
                from: "2026-03-01T00:00:00Z",
                identity: ListSample.keyIdentifier(pki.tsa.certificate)),
        ]
        let lists = try ListSample(services: [service]).lists()
        func at(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }
        #expect(try outcome(lists, at: now) == .withdrawn)
        #expect(try outcome(lists, at: at("2026-10-31T23:59:59Z")) == .qualified)
        #expect(try outcome(lists, at: at("2026-02-28T00:00:00Z")) == .notListed)
    }

    @Test("the issuer of the authority's certificate may be the one listed, no one above")
    func issuer() throws {
        func listing(_ certificate: Certificate) throws -> TrustedLists {
            try ListSample(services: [[.init(identity: ListSample.certificate(certificate))]])
                .lists()
        }
        #expect(try outcome(listing(pki.issuing.certificate)) == .qualified)
        #expect(try outcome(listing(pki.root.certificate)) == .notListed)
        #expect(try outcome(listing(pki.signer.certificate)) == .notListed)
    }

    @Test("a service of another type, and a claim of the token alone, make nothing qualified")
    func claims() throws {
        let other = ListSample(services: [[.init(type: TrustedListName.qualifiedCertificates)]])
        #expect(try outcome(other.lists()) == .notListed)
        let claiming = try claimingToken(accuracy: 1)
        #expect(claiming.claimsQualified)
        #expect(try outcome(other.lists(), token: claiming) == .notListed)
    }

    @Test("a listed service's token that does not follow EN 319 422 is not qualified")
    func profile() throws {
        let lists = try ListSample().lists()
        #expect(try outcome(lists, token: claimingToken(accuracy: 1)) == .qualified)
        #expect(try outcome(lists, token: claimingToken(accuracy: 2)) == .profile)
    }

    private func claimingToken(accuracy: Double) throws -> TimestampToken {
        let info = TimestampInfo(
            policy: TestPKI.timestampPolicy,
            imprint: MessageImprint(DigestAlgorithm.sha256.digest([1])),
            serialNumber: SerialNumber(magnitude: [1]), genTime: now, accuracy: accuracy,
            nonce: nil, extensions: [.qualifiedTimestamp])
        return try TimestampToken(
            pki.sign(info.der, by: pki.tsa, contentType: .tstInfo, attached: true))
    }

    @Test("a token that did not pass is not qualified; entries that contradict decide nothing")
    func contradiction() throws {
        let lists = try ListSample().lists()
        let token = try pki.timestamp(over: DigestAlgorithm.sha256.digest([1]))
        #expect(
            lists.qualification(of: token, chain: chain, isValid: false, now: now).outcome
                == .notValid)
        let twice = ListSample(services: [[.init()], [.init(status: withdrawn)]])
        #expect(try outcome(twice.lists()) == .contradictory)
        let unknown = "<Extension Critical=\"true\"><Unheard/></Extension>"
        let critical = ListSample(services: [[.init(extensions: unknown)]])
        #expect(try outcome(critical.lists()) == .contradictory)
        let harmless = unknown.replacing("true", with: "false")
        #expect(
            try outcome(ListSample(services: [[.init(extensions: harmless)]]).lists())
                == .qualified)
    }

    @Test("chains end in listed authorities; an end entity only where its issuer is unknown")
    func anchors() throws {
        let tsa = try ListSample().lists()
        #expect(tsa.anchors() == [pki.tsa.certificate])
        #expect(tsa.anchors(beside: [pki.issuing.certificate]).isEmpty)
        let authority = ListSample.Period(
            type: TrustedListName.qualifiedCertificates,
            identity: ListSample.certificate(pki.issuing.certificate))
        let both = try ListSample(services: [[.init()], [authority]]).lists()
        #expect(both.anchors() == [pki.issuing.certificate])
    }

    @Test("ExpiredCertsRevocationInfo reaches the revocation judge as policy")
    func expiredCertificates() throws {
        let since = "2020-01-01T00:00:00Z"
        let period = ListSample.Period(
            type: TrustedListName.qualifiedCertificates,
            identity: ListSample.certificate(pki.issuing.certificate),
            extensions:
                "<Extension Critical=\"false\"><ExpiredCertsRevocationInfo>\(since)</ExpiredCertsRevocationInfo></Extension>"
        )
        let lists = try ListSample(services: [[period]]).lists()
        var context = ValidationContext(
            policy: .general, trust: TrustPolicy(anchors: pki.anchors), now: now)
        context.rely(on: lists)
        #expect(
            context.trust.expiredCertificatesKeptSince
                == [pki.issuing.certificate.publicKey: try Date(since, strategy: .iso8601)])
        #expect(context.requiresQualifiedTimestamp)
        let later = TestPKI.notAfter
        #expect(lists.expiredCertificatesKeptSince(now: later).isEmpty)
    }
}

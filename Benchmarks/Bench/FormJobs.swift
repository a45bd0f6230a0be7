// SPDX-License-Identifier: Apache-2.0
import Coverage
import Connector
import FormPacks
import Foundation
import PDF
import StoreSupport
import Trust
import Validation

/// The jobs that need no disk: check, render, sign, the road of one form, validate.
struct FormJobs {
    let world: World
    let inputs: Inputs
    let crypto: BareCrypto
    /// The signed files are left here for the peers.
    let folder: String

    func figures() async throws -> [Figure] {
        try await [checkAndRender(), signatures(), road()].flatMap { $0 }
    }

    private func checkAndRender() async throws -> [Figure] {
        let check = try await median(of: 200, warmUp: 20) {
            let today = CalendarDate(inLuxembourg: Date())
            guard try world.packs.check(.json(inputs.form), today: today).document != nil else {
                throw BenchError.wrong("the checked form")
            }
        }
        let render = try await median(of: 200, warmUp: 20) {
            _ = try draw(inputs.checked.pageDescription, fonts: world.fonts)
        }
        return [
            Figure(.check, Figure.ours, check, note: "JSON to canonical XML"),
            Figure(
                .render, Figure.ours, render,
                note: "PDF/A-2a and PDF/UA-1, \(inputs.page.count) bytes"),
        ]
    }

    // MARK: Signatures on their own

    private func signatures() async throws -> [Figure] {
        let signer = world.signer
        var figures: [Figure] = []
        for (job, file, level, iterations) in [
            (Job.padesBasic, inputs.page, SignatureReport.Level.basic, 300),
            (.xadesBasic, inputs.document, .basic, 300),
            (.xadesLongTerm, inputs.document, .longTerm, 100),
        ] {
            var signed: [UInt8] = []
            let time = try await median(of: iterations, warmUp: 20) {
                signed = try await signer.sign(file, level: level, identifier: "bench")
            }
            _ = world.counter.take()
            _ = try await signer.sign(file, level: level, identifier: "bench")
            let signs = world.counter.take()
            let verifies = level == .basic ? 0 : try verdict(on: signed, .general).distinct
            figures += [
                Figure(job, Figure.ours, time, note: "\(file.count) bytes in, \(signed.count) out"),
                Figure(
                    job, Figure.floor, crypto.floor(signs: signs.all, verifies: verifies),
                    note: Self.note(signs, verifies)),
            ]
        }
        return figures
    }

    // MARK: The road of one form

    /// The road and the verdicts on what it leaves.
    func road() async throws -> [Figure] {
        let store = MemoryStore()
        let pipeline = Pipeline(world.environment, store: store)
        let intake = Intake(
            packs: world.packs, fonts: world.fonts, store: store, now: { Date() },
            makeUUID: { UUID().uuidString.lowercased() })
        var complete: (xml: [UInt8], pdf: [UInt8]) = ([], [])
        var counts = Counter.Counts()
        let time = try await median(of: 100, warmUp: 10) {
            _ = world.counter.take()
            let uuid = UUID().uuidString.lowercased()
            let received = ReceivedForm(.json(inputs.form(uuid: uuid)))
            guard case .accepted = try await intake.submit(received) else {
                throw BenchError.wrong("the accepted form")
            }
            try await Self.complete(pipeline, store)
            counts = world.counter.take()
            complete = (
                try await store.output(.completeXML, of: uuid) ?? [],
                try await store.output(.standalonePDF, of: uuid) ?? []
            )
            await store.forget(uuid)
        }
        let (onXML, inXML) = try verdict(on: complete.xml, .nationalDeposit)
        let (onPDF, inPDF) = try verdict(on: complete.pdf, .general)
        guard onXML.isPassed, onPDF.isPassed else { throw BenchError.wrong("the signed form") }
        try Data(complete.xml).write(to: URL(fileURLWithPath: "\(folder)/complete.xml"))
        try Data(complete.pdf).write(to: URL(fileURLWithPath: "\(folder)/standalone.pdf"))
        return [
            Figure(.road, Figure.ours, time, note: "\(complete.xml.count) bytes of XML"),
            Figure(
                .road, Figure.floor, crypto.floor(signs: counts.all, verifies: inXML),
                note: Self.note(counts, inXML)),
        ] + (try await validation(complete, inXML, inPDF))
    }

    /// Takes the one form in a store as far as it can go without the platform.
    private static func complete(_ pipeline: Pipeline, _ store: MemoryStore) async throws {
        let request = ClaimRequest(worker: "bench", moment: Date(), lease: lease, limit: 1)
        guard var claim = try await store.claim(request).first else {
            throw BenchError.wrong("the accepted form")
        }
        while claim.transmission.state != .completeLT {
            guard let next = try await pipeline.steps([claim]).first?.get() else { return }
            let until = Date().addingTimeInterval(lease)
            guard try await store.record(next, of: claim, then: .keep(until: until)) else {
                throw BenchError.wrong("the order of the stages")
            }
            claim = Claim(next.transmission, fence: claim.fence, crashes: 0, isFresh: false)
        }
    }

    /// Seconds.
    private static let lease = 60.0

    private func validation(
        _ files: (xml: [UInt8], pdf: [UInt8]), _ inXML: Int, _ inPDF: Int
    ) async throws -> [Figure] {
        // What peers verify is the XML signature alone; the deposit has a signed PDF inside.
        var alone = context(.general)
        alone.looksInside = false
        let (outer, reader) = (Judge(alone), FileReader(looksInside: false))
        let xml = try await median(of: 200, warmUp: 20) {
            _ = outer.report(on: reader.facts(of: files.xml))
        }
        let deposit = try await median(of: 200, warmUp: 20) {
            _ = Judge(context(.nationalDeposit)).report(on: files.xml)
        }
        let pdf = try await median(of: 200, warmUp: 20) {
            _ = Judge(context(.general)).report(on: files.pdf)
        }
        return [
            Figure(.validateXML, Figure.ours, xml, note: "\(files.xml.count) bytes"),
            Figure(.validateDeposit, Figure.ours, deposit, note: "with the PDF inside"),
            Figure(
                .validateDeposit, Figure.floor, crypto.floor(signs: 0, verifies: inXML),
                note: "\(inXML) verifications"),
            Figure(.validatePDF, Figure.ours, pdf, note: "\(files.pdf.count) bytes"),
            Figure(
                .validatePDF, Figure.floor, crypto.floor(signs: 0, verifies: inPDF),
                note: "\(inPDF) verifications"),
        ]
    }

    private func context(_ policy: PolicyName) -> ValidationContext {
        ValidationContext(
            policy: policy, trust: TrustPolicy(anchors: TrustAnchors(world.addresses.anchors)),
            now: Date())
    }

    /// The verdict, and how many different signatures it rests on.
    private func verdict(
        on file: [UInt8], _ policy: PolicyName
    ) throws -> (report: FileReport, distinct: Int) {
        let report = Judge(context(policy)).report(on: file)
        let all = report.signatures + report.signatures.flatMap(\.inside)
        guard !all.isEmpty else { throw BenchError.wrong("the signed file") }
        let material = all.reduce(into: ValidationMaterial()) {
            $0.formUnion($1.signerMaterial)
            $0.formUnion($1.timestampMaterial)
        }
        // Each signature has one time-stamp; the anchor is believed without a look.
        let anchors = Set(world.addresses.anchors)
        return (
            report,
            2 * all.count + material.certificates.filter { !anchors.contains($0) }.count
                + material.ocspResponses.count + material.revocationLists.count
        )
    }

    private static func note(_ counts: Counter.Counts, _ verifies: Int) -> String {
        "\(counts.own) signatures of ours, \(counts.stamps) time-stamps,"
            + " \(counts.ocspAnswers) OCSP answers, \(verifies) verifications"
    }
}

// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import JSON
import Testing

@Suite("Packs: proof against their own examples")
struct PackProofTests {
    @Test("every pack of the repository is proven")
    func provesAll() throws {
        let library = try PackLibrary.load(directory: TestPack.packs)
        #expect(library.refusals == [])
        #expect(!library.packs.isEmpty)
        for pack in library.packs {
            let proof = PackProof(of: pack)
            #expect(proof.failures == [])
            #expect(proof.exampleCount > pack.ruleCodes.count)
        }
    }

    /// Each rule: its broken example raises it and the minimal form, from which it differs in one
    /// point, does not.
    @Test("each rule fires for its reason alone", arguments: try TestPack.pack().ruleCodes)
    func firesAlone(_ code: String) throws {
        let pack = try TestPack.pack()
        let names = pack.examples.keys.filter { $0.hasPrefix("broken-\(code)") }
        #expect(!names.isEmpty)
        for name in names {
            let result = try pack.check(
                .json(TestPack.example(name)), today: pack.manifest.examplesToday)
            #expect(Set(result.anomalies.map(\.code)) == [code])
            let severity = try #require(result.anomalies.first?.severity)
            #expect((result.document == nil) == (severity == .error))
        }
        let minimal = try pack.check(
            .json(TestPack.example("valid-minimal.json")), today: pack.manifest.examplesToday)
        #expect(minimal.anomalies == [])
    }

    @Test(
        "points at the place to correct, in the caller's own document",
        arguments: [
            ("OEC-MHM-001", "/memoireHonoraire/entete/UUID"),
            ("OEC-MHM-010", "/memoireHonoraire/entete/patient/matricule"),
            ("OEC-MHM-021", "/memoireHonoraire/entete/patient/accident/dateAccident"),
            ("OEC-MHM-040", "/memoireHonoraire/prestation/0/numeroLigne"),
            ("OEC-MHM-053", "/memoireHonoraire/prestation/0/acte/suffixActe/1"),
            ("OEC-MHM-060", "/memoireHonoraire/prestation/1/montantBrut"),
            ("OEC-MHM-074", "/memoireHonoraire/paiement/acquitte"),
        ])
    func points(_ code: String, _ pointer: String) throws {
        let bytes = try TestPack.example("broken-\(code).json")
        let result = try TestPack.pack().check(.json(bytes), today: TestPack.today)
        #expect(result.anomalies.map(\.pointer) == [pointer])
        #expect(try JSONValue(parsing: bytes)[try #require(JSONPointer(pointer))] != nil)
    }

    @Test("puts computed amounts into the sentence of every language")
    func speaks() throws {
        let bytes = try TestPack.example("broken-OEC-MHM-070.json")
        let result = try TestPack.pack().check(.json(bytes), today: TestPack.today)
        let text = try #require(result.anomalies.first?.text)
        for language in Language.allCases { #expect(text[language].contains("62.60")) }
        #expect(result.anomalies.first?.source == "forms 4.4, 1")
    }

    @Test(
        "an unproven pack says why",
        arguments: [
            (
                "broken-OEC-MHM-001.json", "valid-minimal.json",
                "raises nothing instead of OEC-MHM-001"
            ),
            ("valid-other.json", "broken-OEC-MHM-073.json", "raises OEC-MHM-073"),
            ("strange.json", "valid-minimal.json", "the name must be"),
        ])
    func failsProof(_ name: String, _ content: String, _ reason: String) throws {
        var files = try TestPack.files()
        files["examples/" + name] = files["examples/" + content]
        let failures = PackProof(of: try FormPack(files: files)).failures
        #expect(failures.contains { $0.example == name && $0.reason.hasPrefix(reason) })
    }

    @Test("a rule without example is not proven")
    func missesExample() throws {
        var files = try TestPack.files()
        files["examples/broken-OEC-MHM-073.json"] = nil
        let failures = PackProof(of: try FormPack(files: files)).failures
        #expect(failures.map(\.reason) == ["no example shows the rule OEC-MHM-073"])
    }
}

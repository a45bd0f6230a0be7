// SPDX-License-Identifier: Apache-2.0
package import Connector
import FormPacks
import HTTPTypes
import JSON

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Hands out everything that is kept of one person (DP-06); only for who knows the client secret.
///
/// The number comes in the body, so that it stands in no address and no history.
package struct ExportsAPI: Sendable {
    private let export: PatientExport
    private let now: @Sendable () -> Date

    package init(_ export: PatientExport, now: @escaping @Sendable () -> Date) {
        (self.export, self.now) = (export, now)
    }

    func respond(_ request: HTTPRequest, _ body: [UInt8]) async throws(Problem) -> Answer {
        do {
            let wish = try request.json(body)
            try wish.allowOnly(["matricule"])
            guard let person = Matricule(try wish.member("matricule").string()) else {
                throw Problem(.badRequest, "/matricule: must be a matricule of 13 digits.")
            }
            return try await archive(of: person)
        } catch let problem as Problem {
            throw problem
        } catch let error as JSONReadingError {
            throw Problem(.badRequest, "\(error)")
        } catch {
            throw FormsAPI.problem(for: error)
        }
    }

    private func archive(of person: Matricule) async throws -> Answer {
        let (files, file) = AsyncStream.makeStream(of: PatientExport.File.self)
        _ = try await export.write(of: person) { file.yield($0) }
        file.finish()
        var archive = TarArchive(moment: now())
        for await file in files { archive.add(file.name, file.bytes) }
        var answer = Answer(.ok, contentType: "application/x-tar", body: archive.bytes)
        answer.response.headerFields[.contentDisposition] =
            "attachment; filename=\"export.tar\""
        return answer
    }
}

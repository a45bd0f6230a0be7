// SPDX-License-Identifier: Apache-2.0
package import HTTPTypes
import JSON
import NationalAPI
import Trust
import XML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension SandboxFront {
    /// What officers and tests ask and set; no part of the national side.
    package func answerAdmin(_ request: HTTPRequest, _ body: [UInt8]?) async -> Answer {
        let document = body.flatMap { try? JSONDocument(parsing: $0) }
        let path = Self.path(of: request)
        switch request.method {
        case .get: return await show(path, Self.query(of: request))
        case .post: return await change(path, JSONReader(document?.root ?? [:]))
        default: return Self.status(.notFound)
        }
    }

    private func show(_ path: String, _ query: [String: String]) async -> Answer {
        switch path {
        case "/admin/ledger":
            return Self.json(.array(await exchange.everythingAccepted().map(\.json)))
        case "/admin/documents":
            guard let person = query["person"] else {
                return Self.refusal("ask for /admin/documents?person=MATRICULE")
            }
            return Self.json(.array(await exchange.documents(of: person).map(\.json)))
        case "/admin/payments":
            return Self.json(.array(await exchange.insurer?.paymentsAsJSON ?? []))
        case "/admin/payment-advice": return await paymentAdvice(query)
        case "/admin/calls": return Self.json(await calls())
        case "/admin/report":
            guard let uuid = query["uuid"] else {
                return Self.refusal("ask for /admin/report?uuid=UUID")
            }
            let report = await exchange.report(on: uuid.lowercased())
            return report.map { Self.answer(.ok, "application/xml", $0) }
                ?? Self.status(.notFound)
        case "/admin/clock":
            return Self.json(["now": .init(.string(clock.now.formatted(.iso8601)))])
        case "/admin/faults": return Self.json(faults.json)
        case "/admin/mandates": return Self.json(.array(exchange.mandates.all.map(\.json)))
        default: return Self.status(.notFound)
        }
    }

    private func change(_ path: String, _ body: JSONReader) async -> Answer {
        switch path {
        case "/admin/trusted-list":
            guard let isGranted = body.value["timestampServiceGranted"]?.boolean else {
                return Self.refusal("send {\"timestampServiceGranted\": false}")
            }
            await pki.setTimestampService(isGranted: isGranted)
            return Self.json([:])
        case "/admin/clock":
            guard let text = body.value["now"]?.string,
                let moment = try? Date(text, strategy: .iso8601)
            else { return Self.refusal("send {\"now\": \"2026-11-20T10:00:00Z\"}") }
            clock.set(to: moment)
            return Self.json([:])
        case "/admin/faults": return fail(body)
        case "/admin/mandates": return mandate(body)
        case "/admin/documents": return await handOver(body.value["uuid"]?.string)
        case "/admin/reimbursement": return await reimburse(body.value["uuid"]?.string)
        case "/admin/revoke": return await revoke(body.value["provider"]?.string)
        case "/admin/reset":
            faults.clear()
            await exchange.reset()
            return Self.json([:])
        default: return Self.status(.notFound)
        }
    }

    // MARK: Faults and mandates

    /// `POST /admin/faults`: one rule or a script of them.
    private func fail(_ body: JSONReader) -> Answer {
        do {
            faults.run(try FaultRule.script(body))
            return Self.json([:])
        } catch {
            return Self.refusal(
                "\(error)\nsend {\"service\": \"tsa\", \"fault\": \"unavailable\"} or a list of such"
            )
        }
    }

    /// `POST /admin/mandates`: gives a mandate, or with `"withdraw": true` takes it back.
    private func mandate(_ body: JSONReader) -> Answer {
        do {
            if body.value["withdraw"]?.boolean == true {
                exchange.mandates.withdraw(
                    delegate: try body.member("delegate").string(),
                    provider: try body.member("provider").string())
                return Self.json([:])
            }
            let mandate = try Mandate(body)
            guard register.provider(code: mandate.provider) != nil,
                register.delegate(eHealthID: mandate.delegate) != nil
                    || register.provider(eHealthID: mandate.delegate) != nil
            else { return Self.refusal("provider and delegate must be registered") }
            return exchange.mandates.give(mandate)
                ? Self.json(mandate.json) : Self.refusal("there are too many mandates")
        } catch {
            return Self.refusal("\(error)")
        }
    }

    // MARK: The patient's side

    /// `POST /admin/documents`: the document arrives in its person's space.
    private func handOver(_ uuid: String?) async -> Answer {
        guard let uuid = uuid?.lowercased() else { return Self.refusal("send {\"uuid\": UUID}") }
        guard (try? await exchange.handOver(uuid)) == true else {
            return Self.refusal("no such document can be handed over", status: .conflict)
        }
        return Self.json(await exchange.entry(uuid)?.json ?? [:])
    }

    /// `POST /admin/reimbursement`: the person presses the button.
    private func reimburse(_ uuid: String?) async -> Answer {
        guard let uuid = uuid?.lowercased() else { return Self.refusal("send {\"uuid\": UUID}") }
        guard let anomalies = try? await exchange.askReimbursement(of: uuid) else {
            return Self.status(.internalServerError)
        }
        if let error = anomalies.first(where: { $0.level == .error }) {
            return Self.refusal("\(error.code): \(error.text)", status: .conflict)
        }
        return Self.json(await exchange.entry(uuid)?.json ?? [:])
    }

    /// `GET /admin/payment-advice?provider=CODE` or `?person=MATRICULE`: what was credited,
    /// camt.054.
    private func paymentAdvice(_ query: [String: String]) async -> Answer {
        guard let insurer = exchange.insurer else { return Self.status(.notFound) }
        let (now, seconds) = (clock.now, Int(clock.now.timeIntervalSince1970))
        if let person = query["person"], register.person(matricule: person) != nil {
            let advice = await insurer.advice(toPerson: person, id: "ADV\(seconds)", now: now)
            return Self.answer(.ok, "application/xml", Writer.bytes(of: advice.element))
        }
        guard let provider = query["provider"].flatMap(register.provider(code:)) else {
            return Self.refusal("ask for /admin/payment-advice?provider=CODE")
        }
        let advice = await insurer.advice(
            to: provider.code, id: "ADV\(provider.code)-\(seconds)", now: now)
        return Self.answer(.ok, "application/xml", Writer.bytes(of: advice.element))
    }

    // MARK: Certificates and calls

    /// Revokes every certificate of a provider.
    private func revoke(_ code: String?) async -> Answer {
        guard let provider = code.flatMap(register.provider(code:)) else {
            return Self.refusal("send {\"provider\": \"90000135\"}")
        }
        for entry in await pki.authority.issued.values
        where entry.certificate.subject[.serialNumber] == provider.eHealthID
            && entry.revokedAt == nil
        {
            try? await pki.revoke(entry.certificate.serialNumber, reason: .keyCompromise)
        }
        return Self.json([:])
    }

    private func calls() async -> JSONValue {
        JSONValue(
            .array(
                await exchange.calls.map { call in
                    [
                        "service": .string(call.service.rawValue),
                        "receivedAt": .init(.string(call.receivedAt.formatted(.iso8601))),
                        "request": .init(.string(String(decoding: call.request, as: UTF8.self))),
                        "answer": .init(.string(String(decoding: call.answer, as: UTF8.self))),
                    ]
                }))
    }
}

// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Trust

/// Fetches what a verdict is missing from where certificates say it is: issuers, OCSP answers,
/// and where there are none revocation lists (AS-03, AS-05).
struct MaterialClient: Sendable {
    struct Fetched: Sendable {
        var material = ValidationMaterial()
        /// What could not be had.
        var unmet = MissingMaterial()
    }

    let rules: AddressRules
    let send: Send
    let random: @Sendable (Int) -> [UInt8]
    private let shared = SharedFetches()

    init(rules: AddressRules, send: @escaping Send, random: @escaping @Sendable (Int) -> [UInt8]) {
        (self.rules, self.send, self.random) = (rules, send, random)
    }

    /// What is missing, all at the same time, as far as it can be had.
    ///
    /// - Parameter fresh: Certificates whose status must have been asked for after now; that of
    ///   others may be what somebody else is just fetching.
    /// - Throws: `CancellationError` and nothing else.
    func fetch(
        _ missing: MissingMaterial, fresh: [Certificate] = []
    ) async throws -> Fetched {
        let needs =
            missing.issuers.prefix(Limits.fetchedItems).map(Need.issuer)
            + missing.revocation.prefix(Limits.fetchedItems).map(Need.status)
        return try await withThrowingTaskGroup(of: (Int, ValidationMaterial).self) { group in
            for (index, need) in needs.enumerated() {
                group.addTask { (index, try await fetch(need, fresh)) }
            }
            var found: [Int: ValidationMaterial] = [:]
            for try await (index, material) in group { found[index] = material }
            var fetched = Fetched()
            for (index, need) in needs.enumerated() {
                let material = found[index] ?? ValidationMaterial()
                fetched.material.formUnion(material)
                if material.isEmpty { need.insert(into: &fetched.unmet) }
            }
            return fetched
        }
    }

    private enum Need: Sendable {
        case issuer(MissingIssuer)
        case status(MissingRevocation)

        func insert(into missing: inout MissingMaterial) {
            switch self {
            case .issuer(let need): missing.issuers.append(need)
            case .status(let need): missing.revocation.append(need)
            }
        }
    }

    private func fetch(_ need: Need, _ fresh: [Certificate]) async throws -> ValidationMaterial {
        guard case .status(let status) = need, !fresh.contains(status.certificate) else {
            return try await fetch(need)
        }
        if let landed = await shared.join(status) {
            // Who was to fetch it may have been cut off, or found nothing.
            return landed.isEmpty ? try await fetch(need) : landed
        }
        do {
            let material = try await fetch(need)
            await shared.land(status, material)
            return material
        } catch {
            await shared.land(status, ValidationMaterial())
            throw error
        }
    }

    private func fetch(_ need: Need) async throws -> ValidationMaterial {
        switch need {
        case .issuer(let need):
            return ValidationMaterial(certificates: try await issuers(need))
        case .status(let need):
            if let response = try await ocspResponse(need) {
                return ValidationMaterial(ocspResponses: [response])
            }
            return ValidationMaterial(
                revocationLists: try await list(need).map { [$0] } ?? [])
        }
    }

    private func issuers(_ need: MissingIssuer) async throws -> [Certificate] {
        for address in need.urls.prefix(Limits.fetchedAddresses) {
            guard let body = try await answer(.get(address), []) else { continue }
            if let certificate = try? Certificate(der: body) { return [certificate] }
            if let bag = try? SignedData(parsing: body, allowingBER: true) {
                return bag.certificates
            }
        }
        return []
    }

    private func ocspResponse(_ need: MissingRevocation) async throws -> OCSPResponse? {
        for address in need.ocspURLs.prefix(Limits.fetchedAddresses) {
            let nonce = Nonce(random: random(16))
            let request = HTTPRequest.post(address, contentType: "application/ocsp-request")
            guard let body = try await answer(request, need.ocspRequest(nonce: nonce).der),
                let response = try? need.response(body, to: nonce)
            else { continue }
            return response
        }
        return nil
    }

    private func list(_ need: MissingRevocation) async throws -> RevocationList? {
        for address in need.listURLs.prefix(Limits.fetchedAddresses) {
            guard let body = try await answer(.get(address), []) else { continue }
            if let list = try? RevocationList(der: body) { return list }
        }
        return nil
    }

    /// The body of a good answer from an address that may be asked.
    private func answer(_ request: HTTPRequest?, _ body: [UInt8]) async throws -> [UInt8]? {
        try Task.checkCancellation()
        guard let request = rules.permitted(request) else { return nil }
        do {
            let (response, bytes) = try await send(request, body, .seconds(5))
            return response.status == .ok ? bytes : nil
        } catch {
            // A transport may dress a cancellation as its own failure.
            if error is CancellationError { throw error }
            try Task.checkCancellation()
            return nil
        }
    }
}

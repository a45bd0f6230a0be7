// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Trust
import Validation

/// The trusted lists a verdict relies on, from files; every one with its signature.
struct TrustedListOptions: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: "A trusted list (TS 119 612): its services are trusted and give the legal grade.")
    var trustedList: [String] = []
    @Option(
        parsing: .singleValue,
        help: "Who may sign the trusted lists, or the list of lists; PEM or DER.")
    var listSigner: [String] = []
    @Option(help: "A list of lists that names who may sign the trusted lists.")
    var listOfLists: String?
    @Option(
        parsing: .singleValue,
        help: "An earlier list of lists that handed the right to sign over; oldest first.")
    var pivot: [String] = []

    func validate() throws {
        if !pivot.isEmpty, listOfLists == nil {
            throw ValidationError("--pivot goes with --list-of-lists")
        }
    }

    /// The lists that hold at a moment.
    ///
    /// - Throws: One that was named does not hold: nobody should get another verdict than expected.
    func lists(at now: Date) throws -> TrustedLists {
        let signers = try listSigner.flatMap { try VerifyCommand.certificates(in: $0) }
        let nationals = try trustedList.map { try Terminal.read($0) }
        guard let listOfLists else { return try plain(nationals, signers, now) }
        do {
            let found = try TrustedLists.reached(
                from: try Terminal.read(listOfLists),
                pivots: try pivot.map { try Terminal.read($0) },
                nationals: nationals, signers: signers, crypto: .ts119312, now: now)
            if let refusal = found.refusals.first {
                throw CommandFailure(.unreadableInput, "a trusted list: \(refusal)")
            }
            return found.lists
        } catch let refusal as TrustedListRefusal {
            throw CommandFailure(.unreadableInput, "\(listOfLists): \(refusal)")
        }
    }

    private func plain(
        _ nationals: [[UInt8]], _ signers: [Certificate], _ now: Date
    ) throws -> TrustedLists {
        var lists = TrustedLists()
        for (path, bytes) in zip(trustedList, nationals) {
            do throws(TrustedListRefusal) {
                lists.lists.append(
                    try TrustedList(bytes, signedByOneOf: signers, crypto: .ts119312, now: now))
            } catch { throw CommandFailure(.unreadableInput, "\(path): \(error)") }
        }
        return lists
    }
}

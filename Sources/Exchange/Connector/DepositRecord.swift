// SPDX-License-Identifier: Apache-2.0
import JSON
import NationalAPI
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the practice keeps of a deposit: `receipt.json`.
struct DepositRecord {
    let json: [UInt8]

    init(_ transmission: Transmission, outcome: DepositOutcome, form: [UInt8], moment: Date) {
        var members: [JSONMember] = [
            .init("uuid", .init(.string(transmission.uuid))),
            .init("pack", .init(.string(transmission.pack.id))),
            .init("packVersion", .init(.string(transmission.pack.version))),
            .init("answeredAt", .init(.string(moment.formatted(.iso8601)))),
            .init("sha256", .init(.string(DigestAlgorithm.sha256.digest(form).bytes.hexText))),
        ]
        switch outcome {
        case .receipt(let receipt):
            members.insert(.init("nationalUUID", .init(.string(receipt.nationalUUID))), at: 1)
            members.append(.init("result", .init(.string("received"))))
            members.append(.init("anomalies", Self.list(receipt.anomalies)))
        case .anomalies(let anomalies):
            members.append(.init("result", .init(.string("refused"))))
            members.append(.init("anomalies", Self.list(anomalies)))
        case .unknown:
            members.append(.init("result", .init(.string("unknown"))))
        }
        json = JSONValue(.object(members)).serialized(.pretty)
    }

    private static func list(_ anomalies: [NationalAnomaly]) -> JSONValue {
        JSONValue(
            .array(
                anomalies.map { anomaly in
                    [
                        "level": .init(.string(anomaly.level.rawValue)),
                        "code": .init(.string(anomaly.code)),
                        "text": .init(.string(anomaly.text)),
                    ]
                }))
    }
}

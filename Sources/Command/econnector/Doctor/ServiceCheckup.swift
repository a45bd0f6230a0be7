// SPDX-License-Identifier: Apache-2.0
import Coverage
import JSON

/// What the running connector says of itself (`GET /v1/status`), as findings.
struct ServiceCheckup {
    let status: JSONValue
    let texts: FindingTexts
    let language: Language

    var findings: [Finding] { program + line + services + clock + forms + webhooks }

    private func text(_ name: String, in value: JSONValue) -> String { value[name]?.string ?? "" }

    private var program: [Finding] {
        if status["stopping"]?.boolean == true { return [Finding("connector-ending", .bad)] }
        return [
            Finding(
                "connector-up", .good, text("version", in: status), text("profile", in: status))
        ]
    }

    private var line: [Finding] {
        text("cause", in: status) == "line" ? [Finding("line-down", .bad)] : []
    }

    private var services: [Finding] {
        (status["services"]?.array ?? []).map { service in
            let name = texts.service(text("id", in: service), language)
            switch text("state", in: service) {
            case "up": return Finding("service-up", .good, name)
            case "down":
                let error = service["lastError"] ?? .object([])
                return Finding(
                    "service-down-\(side(of: text("actor", in: service)))", .bad, name,
                    text("since", in: service),
                    error["title"]?[language.rawValue]?.string ?? "", text("code", in: error))
            default: return Finding("service-unknown", .good, name)
            }
        }
    }

    private func side(of actor: String) -> String {
        switch actor {
        case "you": "you"
        case "connector": "us"
        default: "them"
        }
    }

    private var clock: [Finding] {
        guard let clock = status["clock"], let skew = clock["skewInSeconds"]?.int else { return [] }
        let seconds = String(abs(skew))
        return text("state", in: clock) == "wrong"
            ? [Finding("clock-wrong", .bad, seconds)]
            : [Finding("clock-warning", .warning, seconds)]
    }

    private var forms: [Finding] {
        var findings: [Finding] = []
        var (moving, oldest) = (0, 0)
        for entry in status["queue"]?.array ?? [] {
            let count = entry["count"]?.int ?? 0
            switch text("state", in: entry) {
            case "attention": findings.append(Finding("forms-attention", .warning, String(count)))
            case "final", "cancelled": continue
            default:
                moving += count
                oldest = max(oldest, entry["oldestAgeInSeconds"]?.int ?? 0)
            }
        }
        if moving > 0 {
            findings.append(Finding("forms-moving", .good, String(moving), String(oldest)))
        }
        return findings
    }

    private var webhooks: [Finding] {
        (status["webhooks"]?.array ?? []).compactMap { hook in
            hook["failingSince"]?.string.map { Finding("webhook-failing", .warning, $0) }
        }
    }
}

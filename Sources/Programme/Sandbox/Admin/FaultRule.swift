// SPDX-License-Identifier: Apache-2.0
package import JSON

/// One line of a script: how a service fails, from which call on, and how often.
package struct FaultRule: Sendable, Hashable {
    package enum Period: String, Sendable, Hashable, CaseIterable {
        case minute, day

        var seconds: Double { self == .minute ? 60 : 86_400 }
    }

    package var service: SandboxService
    package var fault: ServiceFault
    /// Calls that pass first.
    package var after = 0
    /// Calls that it strikes then; all if nil.
    package var count: Int?
    /// Only calls about this UUID.
    package var uuid: String?
    package var delayMilliseconds = 0
    /// Of a wrong clock: how far it runs ahead; negative, how far behind.
    package var offsetSeconds = 3_600
    /// Of a quota: calls that are answered in one ``period``.
    package var limit = 0
    package var period = Period.minute

    package init(_ service: SandboxService, _ fault: ServiceFault) {
        (self.service, self.fault) = (service, fault)
    }

    package init(_ item: JSONReader) throws(JSONReadingError) {
        try item.allowOnly([
            "service", "fault", "after", "count", "uuid", "delayMilliseconds", "offsetSeconds",
            "limit", "per",
        ])
        service = try item.member("service").choice(SandboxService.self)
        let name = try item.member("fault")
        fault = try name.choice(ServiceFault.self)
        guard service.faults.contains(fault) else {
            throw name.unexpected("a fault that \(service.rawValue) can have")
        }
        after = try item.optional("after")?.int(in: 0...Limits.scriptedCalls) ?? 0
        count = try item.optional("count")?.int(in: 1...Limits.scriptedCalls)
        uuid = try item.optional("uuid")?.string().lowercased()
        delayMilliseconds =
            try item.optional("delayMilliseconds")?.int(in: 0...Limits.delayInMilliseconds) ?? 0
        offsetSeconds =
            try item.optional("offsetSeconds")?.int(in: -Limits.clockOffset...Limits.clockOffset)
            ?? 3_600
        limit = try item.optional("limit")?.int(in: 0...Limits.scriptedCalls) ?? 0
        period = try item.optional("per")?.choice(Period.self) ?? .minute
    }

    /// Reads one rule or a list of them.
    package static func script(_ document: JSONReader) throws(JSONReadingError) -> [FaultRule] {
        guard case .array = document.value.content else { return [try FaultRule(document)] }
        var rules: [FaultRule] = []
        let items = try document.elements()
        guard items.count <= Limits.scriptedRules else {
            throw document.unexpected("at most \(Limits.scriptedRules) rules")
        }
        for item in items { rules.append(try FaultRule(item)) }
        return rules
    }

    package var json: JSONValue {
        var members: [JSONMember] = [
            JSONMember("service", .string(service.rawValue)),
            JSONMember("fault", .string(fault.rawValue)), JSONMember("after", .int(after)),
        ]
        if let count { members.append(JSONMember("count", .int(count))) }
        if let uuid { members.append(JSONMember("uuid", .string(uuid))) }
        if delayMilliseconds > 0 {
            members.append(JSONMember("delayMilliseconds", .int(delayMilliseconds)))
        }
        if fault == .wrongClock { members.append(JSONMember("offsetSeconds", .int(offsetSeconds))) }
        if fault == .quota {
            members.append(JSONMember("limit", .int(limit)))
            members.append(JSONMember("per", .string(period.rawValue)))
        }
        return .object(members)
    }
}

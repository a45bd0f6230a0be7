// SPDX-License-Identifier: Apache-2.0

/// Why a well-formed JSON text is not what its reader needs, for example a configuration.
package struct JSONReadingError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Reason: Sendable, Hashable {
        case missing
        case unknownMember
        /// `expected` says in English what must stand here.
        case unexpected(expected: String)
    }

    package var reason: Reason
    package var pointer: JSONPointer

    package init(_ reason: Reason, at pointer: JSONPointer) {
        (self.reason, self.pointer) = (reason, pointer)
    }

    package var description: String {
        let place = pointer.tokens.isEmpty ? "the root" : pointer.description
        return switch reason {
        case .missing: "\(place): missing; add it"
        case .unknownMember: "\(place): not known here; remove it or correct its name"
        case .unexpected(let expected): "\(place): must be \(expected)"
        }
    }
}

/// Reads a JSON value member by member and says by pointer what is missing or of the wrong kind.
package struct JSONReader: Sendable {
    package let value: JSONValue
    package let pointer: JSONPointer

    package init(_ value: JSONValue, at pointer: JSONPointer = JSONPointer()) {
        (self.value, self.pointer) = (value, pointer)
    }

    /// The member of that name; absent and `null` are both missing.
    package func member(_ name: String) throws(JSONReadingError) -> JSONReader {
        guard let member = try optional(name) else {
            throw JSONReadingError(.missing, at: pointer.appending(name))
        }
        return member
    }

    /// The member of that name, or `nil` when it is absent or `null`.
    package func optional(_ name: String) throws(JSONReadingError) -> JSONReader? {
        guard value.object != nil else { throw unexpected("an object") }
        guard let member = value[name], !member.isNull else { return nil }
        return JSONReader(member, at: pointer.appending(name))
    }

    package func has(_ name: String) -> Bool { value[name] != nil }

    /// Refuses members with other names, so that a slip of the pen does not go unseen.
    package func allowOnly(_ names: Set<String>) throws(JSONReadingError) {
        for (name, reader) in try members() where !names.contains(name) {
            throw JSONReadingError(.unknownMember, at: reader.pointer)
        }
    }

    /// Every member, in order.
    package func members() throws(JSONReadingError) -> [(name: String, reader: JSONReader)] {
        guard let members = value.object else { throw unexpected("an object") }
        return members.map { ($0.name, JSONReader($0.value, at: pointer.appending($0.name))) }
    }

    package func elements() throws(JSONReadingError) -> [JSONReader] {
        guard let values = value.array else { throw unexpected("an array") }
        return values.enumerated().map { JSONReader($1, at: pointer.appending($0)) }
    }

    package func string() throws(JSONReadingError) -> String {
        guard let text = value.string else { throw unexpected("a string") }
        return text
    }

    package func int(in range: ClosedRange<Int>) throws(JSONReadingError) -> Int {
        guard let number = value.int, range.contains(number) else {
            throw unexpected("a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    package func int() throws(JSONReadingError) -> Int {
        guard let number = value.int else { throw unexpected("a whole number") }
        return number
    }

    package func double() throws(JSONReadingError) -> Double {
        guard let number = value.number?.double, number.isFinite else {
            throw unexpected("a number")
        }
        return number
    }

    package func boolean() throws(JSONReadingError) -> Bool {
        guard let flag = value.boolean else { throw unexpected("true or false") }
        return flag
    }

    /// One of the raw values of an enumeration.
    package func choice<Choice: RawRepresentable & CaseIterable>(
        _ type: Choice.Type
    ) throws(JSONReadingError) -> Choice where Choice.RawValue == String {
        guard let text = value.string, let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            throw unexpected("one of \(names)")
        }
        return choice
    }

    /// The error for a value that is not what it must be.
    package func unexpected(_ expected: String) -> JSONReadingError {
        JSONReadingError(.unexpected(expected: expected), at: pointer)
    }
}

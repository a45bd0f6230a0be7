// SPDX-License-Identifier: Apache-2.0

/// What the sources leave open, by name (`parameters.json`): this request's values; every other
/// parameter has its default.
package struct ParameterValues: Sendable, Hashable {
    /// As text: a choice, `true`, a whole number or an amount.
    package var values: [String: String]
    /// Acts that the lists do not have, or whose tariff they do not know.
    package var acts: [DeclaredAct]

    package init(values: [String: String] = [:], acts: [DeclaredAct] = []) {
        (self.values, self.acts) = (values, acts)
    }
}

/// An act with the tariff that the asker vouches for; it is marked as such in the trace.
package struct DeclaredAct: Sendable, Hashable {
    package var code: String
    package var tariff: Amount
    /// Name of a group of `groups.json`, for example `dentalProsthesis`.
    package var group: String?
    /// Marks of the list: `DSD`, `ACM`, `APCM`, `CAC`, `CAT`.
    package var marks: [String]

    package init(code: String, tariff: Amount, group: String? = nil, marks: [String] = []) {
        (self.code, self.tariff, self.group, self.marks) = (code, tariff, group, marks)
    }
}

// SPDX-License-Identifier: Apache-2.0

// What was done to whom is health data: these types say only how much they hold.

extension PricingRequest: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "PricingRequest(\(lines.count) lines)" }
    package var debugDescription: String { description }
}

extension RequestedLine: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "RequestedLine(\(number))" }
    package var debugDescription: String { description }
}

extension PastAct: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "PastAct(...)" }
    package var debugDescription: String { description }
}

// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
package import NationalAPI
package import PDF

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What PID needs beside the message itself.
package struct SimulationEnvironment: Sendable {
    package var pipeline: PipelineEnvironment
    package var forms: PIDForms
    package var fonts: FontSet
    /// Names this program in the messages it makes.
    package var software: MessageHeader.Software
    package var environment: MessageHeader.Environment
    package var makeUUID: @Sendable () -> String
    /// A number from 0 up to 1, for full jitter (RE-07).
    package var jitter: @Sendable () -> Double

    package init(
        _ pipeline: PipelineEnvironment, forms: PIDForms, fonts: FontSet,
        software: MessageHeader.Software, environment: MessageHeader.Environment,
        makeUUID: @escaping @Sendable () -> String, jitter: @escaping @Sendable () -> Double
    ) {
        (self.pipeline, self.forms, self.fonts) = (pipeline, forms, fonts)
        (self.software, self.environment) = (software, environment)
        (self.makeUUID, self.jitter) = (makeUUID, jitter)
    }

    var profile: NationalProfile { pipeline.profile }
    var now: Date { pipeline.now() }
    var today: CalendarDate { CalendarDate(inLuxembourg: pipeline.now()) }

    /// The places of a simulation at which fault-injection runs end the process.
    func passing(_ moment: CrashPoint.Moment) { pipeline.passing(CrashPoint(.simulate, moment)) }

    var maker: PIDFormMaker {
        PIDFormMaker(
            forms: forms, packs: pipeline.packs,
            software: [
                "software": software.name, "softwareVersion": software.version,
                "softwareVendor": software.vendor, "environment": environment.rawValue,
            ])
    }

    func header(correlation: String) -> MessageHeader {
        MessageHeader(
            uuid: makeUUID(), correlation: correlation, createdAt: now, day: today,
            environment: environment, software: software)
    }
}

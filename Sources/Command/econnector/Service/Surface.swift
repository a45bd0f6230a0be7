// SPDX-License-Identifier: Apache-2.0
import Connector
import Coverage
import FormPacks
import Foundation
import HTTPAPI
import SQLiteStore
import Transport
import Trust
import Validation

/// What the interface offers, whatever port it is bound to.
struct Surface: Sendable {
    var problems: ProblemCatalogue
    var forms: FormsAPI
    var list: FormListAPI
    var cancellations: CancellationAPI
    var signing: FormsAPI
    var exports: ExportsAPI
    var mandates: MandatesAPI
    var verify: VerifyAPI
    var pricing: PricingAPI
    var simulations: SimulationsAPI
    var packs: PacksAPI
    var status: StatusAPI
    var events: EventsAPI
    var webhooks: WebhooksAPI
    var mayBegin: @Sendable () -> ConnectorAPI.Admission
    var description: [UInt8]

    func api(_ access: AccessRules, _ instance: String) -> ConnectorAPI {
        ConnectorAPI(
            access: access, problems: problems, instance: instance, forms: forms, list: list,
            cancellations: cancellations, signing: signing, exports: exports, mandates: mandates,
            verify: verify,
            pricing: pricing, simulations: simulations, packs: packs, status: status,
            events: events, webhooks: webhooks, mayBegin: mayBegin, description: description,
            makeUUID: { Installation.makeUUID() })
    }
}

extension ConnectorProgram {
    /// - Parameter onAccepted: Called when a new form is durable.
    func surface(
        _ environment: PipelineEnvironment, _ store: SealedStore,
        _ desk: SimulationDesk, _ watch: ServiceWatch, instance: String, _ sender: HTTPSender,
        onAccepted: @escaping @Sendable () -> Void
    ) throws -> Surface {
        let (problems, now) = (try Installation.problems(), environment.now)
        let library = environment.packs
        let intake = Intake(
            packs: library, fonts: try Installation.fonts(for: library), store: store,
            signer: signer,
            mandates: MandateBook(store: store, now: now, makeUUID: { Installation.makeUUID() }),
            now: now, makeUUID: { Installation.makeUUID() }, lookup: { store.lookup($0) },
            passing: environment.passing)
        return Surface(
            problems: problems,
            forms: FormsAPI(
                intake: intake, store: store, problems: problems, onAccepted: onAccepted),
            list: FormListAPI(
                store: store, problems: problems, lookup: { store.lookup($0) }),
            cancellations: CancellationAPI(
                desk: FormDesk(
                    intake: intake, store: store, profile: environment.profile, packs: library,
                    now: now),
                problems: problems, onAccepted: onAccepted),
            signing: FormsAPI(
                intake: intake, store: store, problems: problems, kind: .signing,
                onAccepted: onAccepted),
            exports: ExportsAPI(PatientExport(store, now: now), now: now),
            mandates: MandatesAPI(
                MandateBook(store: store, now: now, makeUUID: { Installation.makeUUID() })),
            verify: verifyAPI(sender),
            pricing: PricingAPI(
                tariffs: try Installation.tariffs(), packs: library,
                today: { CalendarDate(inLuxembourg: now()) }),
            simulations: SimulationsAPI(desk: desk, problems: problems),
            packs: PacksAPI(library),
            status: StatusAPI(
                statusSources(environment, store, watch, instance), problems: problems),
            events: EventsAPI(watch.reader),
            webhooks: WebhooksAPI(
                watch.webhooks, lastEvent: { try await store.lastEvent() },
                makeUUID: { Installation.makeUUID() }),
            mayBegin: { watch.admission }, description: try Installation.openAPI())
    }

    private func statusSources(
        _ environment: PipelineEnvironment, _ store: SealedStore,
        _ watch: ServiceWatch, _ instance: String
    ) -> StatusAPI.Sources {
        StatusAPI.Sources(
            software: .init(
                version: EConnector.version, instance: instance, profile: profile,
                startedAt: environment.now()),
            monitor: watch.monitor, clock: watch.clock, disk: watch.disk,
            counts: { try await store.counts() }, lastEvent: { try await store.lastEvent() },
            reader: watch.reader, webhooks: watch.webhooks,
            configuration: [
                "profile": profile, "connections": String(connections),
                "healthIntervalInSeconds": String(healthInterval.components.seconds),
                "keptInDays":
                    "messages \(retention.messages), signed files \(retention.signed), events \(retention.events)",
                "exchange": HealthProbes.host(addresses.exchange),
                "timestamps": HealthProbes.host(addresses.services.timestampAuthority),
                "packs": environment.packs.packs.map { "\($0.id) \($0.version)" }
                    .joined(separator: ", "),
            ],
            now: environment.now)
    }

    /// Judges files with this installation's anchors, trusted list and clock.
    private func verifyAPI(_ sender: HTTPSender) -> VerifyAPI {
        let services = addresses.services
        let send: Send = { try await sender.send($0, body: $1, timeout: $2) }
        let client = TrustedListClient(addresses: services, send: send, now: { Date() })
        return VerifyAPI(
            context: { policy, moment in
                // Without its list the judge still judges, and says that it had none.
                let lists = (try? await client.lists()) ?? TrustedLists()
                let anchors = services.anchors + lists.anchors(beside: services.anchors)
                var context = ValidationContext(
                    policy: policy, trust: TrustPolicy(anchors: TrustAnchors(anchors)),
                    now: moment ?? Date(),
                    timestampDelay: policy == .nationalDeposit
                        ? PolicySettings.nationalTimestampDelay : nil)
                context.rely(on: lists)
                return context
            },
            complete: { facts, context, first in
                await PublicMaterial(send: send, random: { Installation.random($0) })
                    .verdict(on: facts, context, first: first)
            })
    }
}

// SPDX-License-Identifier: Apache-2.0

package enum Limits {
    /// Rounds of judging and fetching before validation data counts as unobtainable.
    static let fetchRounds = 4
    /// Things fetched for one verdict in one round, and addresses tried for each.
    static let fetchedItems = 16
    static let fetchedAddresses = 3
    /// Forms in work at the same time.
    static let concurrentForms = 32
    /// Forms that go on together, so that one activation of the key signs all of them.
    static let formsOfBatch = 8
    /// Seconds until a form in a worker's hands may be taken by another; longer than any step.
    static let lease = 180.0
    /// Crashes of workers with one step in hand after which nobody tries it again (RE-09).
    static let crashesBeforeQuarantine = 2
    /// The same where the platform may have the form already: there it is only asked and noted.
    static let crashesBeforeQuarantineOfSent = 8
    /// Seconds between looks for forms that have waited too long, and how many a look takes.
    static let overdueInterval = 60.0
    static let overdueForms = 64
    /// RE-08: failures in a row, window, and seconds until the half-open probe with its spread.
    static let circuitFailures = 5
    static let circuitWindow = 20
    static let circuitPause = 30.0
    static let circuitSpread = 0.2
    /// Seconds after which a probe that never came back counts as failed.
    static let circuitProbe = 120.0
    /// Seconds between looks at work that waits for other work of its chain.
    static let chainPause = 5.0
    /// Seconds' worth of calls that a service bears at once, beside its pace.
    static let burstInSeconds = 0.5
    /// Packs that one mandate names.
    static let packsOfMandate = 100
    /// Seconds before a form is taken up again after the store failed.
    static let storePause = 2.0
    /// RE-07: base, cap and end of retries, in seconds.
    static let retryBase = 1.0
    static let retryCap = 300.0
    static let retryLater = 900.0
    static let retryEnd = 72.0 * 3600
    static let leastRetries = 12
    /// Seconds after which a message of PID that is on its way counts as given up by its sender.
    static let messageLease = 90.0
    /// Simulations taken from the store at once.
    static let dueSimulations = 64
    /// Simulations on their way that a start takes up again.
    static let sentSimulations = 100_000
    /// Characters of a reason for contesting (pid-and-reimbursement, 4.4).
    package static let reasonCharacters = 500
    /// How long the status of a time-stamping unit counts as just learned.
    static let freshStatusInSeconds = 600.0
    /// Months before the end of a file's proof at which it is renewed.
    static let renewalLeadInMonths = 6
    /// Forms whose renewal is looked at in one run.
    package static let archivedForms = 1_000_000
    /// How long a trusted list is used before it is fetched again.
    static let trustedListAgeInSeconds = 86_400.0
    /// GW-03: how much of its life a session has had when it is renewed.
    static let sessionShareBeforeRenewal = 0.8
    /// JW-01: how long keys of an issuer are kept, and between two searches for an unknown one.
    static let keyAgeInSeconds = 600.0
    static let keySearchPause = 300.0
    /// Between two looks at a dependency, and how long one look may take.
    package static let healthInterval = Duration.seconds(15)
    static let probeTime = Duration.seconds(10)
    /// RE-10: seconds off at which we warn, and at which nothing is signed.
    static let clockWarning = 60.0
    static let clockStop = 300.0
    /// Seconds for which somebody's clock counts, and how many are remembered.
    static let clockReadingAge = 3_600.0
    static let clockSources = 32
    /// RE-11: bytes and share of the disk below which nothing is accepted; size of the reserve.
    static let diskLow = 500 << 20
    static let diskLowShare = 0.05
    package static let diskReserve = 64 << 20
    /// Between two looks at the log of events while somebody waits for one.
    static let eventPoll = Duration.milliseconds(500)
    /// Webhooks of an installation, characters of an address, bytes of a secret.
    static let webhooks = 16
    static let webhookAddress = 2_000
    static let webhookSecret = 32
    /// Events read at once for a hook, and how long its receiver may take for one.
    static let webhookBatch = 100
    static let webhookTime = Duration.seconds(10)
    static let webhookWait = Duration.seconds(30)
    /// Entries of the audit read at once, and faults after which a verification stops.
    static let auditBatch = 10_000
    static let auditFaults = 1_000
    /// Entries, and seconds, after which a root is signed; seconds between stamped roots and looks.
    static let auditRootEntries = 1_000
    static let auditRootInterval = 3_600.0
    static let auditStampInterval = 86_400.0
    static let auditLook = 60.0
    /// Forms of one page of an export.
    static let exportedForms = 200
    /// Values of one form by which it can be found.
    static let lookupsOfForm = 32
    /// Forms whose bodies are erased in one transaction, and seconds between looks.
    static let erasedForms = 200
    static let retentionLook = 3_600.0
}

// SPDX-License-Identifier: Apache-2.0
package import Coverage
internal import JSON
internal import XML

extension PackLibrary {
    /// Checks a form against its pack and finds everything that is wrong with it at once.
    ///
    /// The pack is chosen by root element, namespace, `appliesWhen` and the form's date.
    ///
    /// - Parameters:
    ///   - pack: Identifier of the pack, when the caller names it.
    ///   - today: The day on which the form is looked at, in Luxembourg.
    ///   - uuid: The identifier to give a form that has none.
    ///   - kinds: What is looked for; a message is found only by who asks for messages.
    /// - Throws: The input cannot be read, or a pack contradicts itself.
    package func check(
        _ input: FormInput, pack id: String? = nil, today: CalendarDate, uuid: String? = nil,
        kinds: Set<PackManifest.Kind> = [.form], limits: FormLimits = .standard
    ) throws(FormCheckError) -> CheckResult {
        let source = try FormSource(reading: input, limits: limits)
        guard let root = source.rootName else {
            return CheckResult(anomaly: .formUnknown(at: ""))
        }
        let sameRoot = packs.filter { pack in
            (id == nil || pack.id == id) && kinds.contains(pack.manifest.kind)
                && pack.manifest.root.element == root
                && source.isInNamespace(pack.manifest.root.namespace)
        }
        guard !sameRoot.isEmpty else {
            return CheckResult(anomaly: .formUnknown(at: source.rootStep))
        }
        var knowsForm = false
        for id in sameRoot.map(\.id).uniqued() {
            let versions = sameRoot.filter { $0.id == id }
            let date = source.date(at: versions[0].manifest.paths.date)
            let valid = date.map { date in versions.first { $0.manifest.isValid(on: date) } }
            var check = FormCheck(
                pack: (valid ?? nil) ?? versions[0], source: source, today: today, uuid: uuid,
                limits: limits)
            guard try check.applies() else { continue }
            knowsForm = true
            if let valid, valid == nil { continue }
            return try check.result()
        }
        let anomaly: Anomaly =
            knowsForm
            ? .versionUnknown(at: source.pointer(of: sameRoot[0].manifest.paths.date))
            : .formUnknown(at: source.rootStep)
        return CheckResult(anomaly: anomaly)
    }
}

extension FormPack {
    /// Checks a form against this pack alone.
    package func check(
        _ input: FormInput, today: CalendarDate, uuid: String? = nil,
        limits: FormLimits = .standard
    ) throws(FormCheckError) -> CheckResult {
        try PackLibrary(packs: [self]).check(
            input, today: today, uuid: uuid, kinds: [manifest.kind], limits: limits)
    }
}

/// One form against one pack: shape, then schema, then rules.
private struct FormCheck {
    let pack: FormPack
    let source: FormSource
    let today: CalendarDate
    private let walk: ShapeWalk
    private let form: FormElement?
    private let limits: FormLimits
    private var canonical: (bytes: [UInt8], document: XMLDocument)?

    init(
        pack: FormPack, source: FormSource, today: CalendarDate, uuid: String?, limits: FormLimits
    ) {
        (self.pack, self.source, self.today, self.limits) = (pack, source, today, limits)
        var walk = ShapeWalk(
            schema: pack.schema, places: Places(pack.manifest, uuid: uuid), limit: limits.anomalies)
        form = source.walk(&walk, pack.root)
        self.walk = walk
    }

    /// The canonical document, made once, even of a form that is not well shaped.
    private mutating func composed() throws(FormCheckError) -> (
        bytes: [UInt8], document: XMLDocument
    )? {
        if let canonical { return canonical }
        guard let form else { return nil }
        do {
            let bytes = Writer.bytes(of: pack.composed(form))
            let document = try XMLDocument(parsing: bytes, limits: limits.composed)
            canonical = (bytes, document)
        } catch {
            throw .rule(pack: pack.id, error)
        }
        return canonical
    }

    mutating func applies() throws(FormCheckError) -> Bool {
        guard let appliesWhen = pack.appliesWhen, let document = try composed()?.document else {
            return true
        }
        do {
            let root = pack.manifest.root
            let context = try XPathContext(document, namespaces: [root.prefix: root.namespace])
            return try context.evaluate(appliesWhen).boolean
        } catch {
            throw .rule(pack: pack.id, error)
        }
    }

    mutating func result() throws(FormCheckError) -> CheckResult {
        let shape = source.duplicates.map(\.anomaly) + walk.problems.map(\.anomaly)
        guard shape.isEmpty, let form, let canonical = try composed() else {
            var anomalies = Array(shape.prefix(limits.anomalies))
            let untold = walk.untold + shape.count - anomalies.count
            if untold > 0 { anomalies.append(.untold(untold, at: source.rootStep)) }
            return CheckResult(pack: pack, anomalies: anomalies, document: nil)
        }
        try checkAgreement(canonical.document)
        let anomalies = try ruleAnomalies(in: canonical.document, form)
        guard !anomalies.contains(where: { $0.severity == .error }) else {
            return CheckResult(pack: pack, anomalies: anomalies, document: nil)
        }
        let document = try checkedDocument(form, canonical.bytes)
        return CheckResult(pack: pack, anomalies: anomalies, document: document)
    }

    private func checkAgreement(_ document: XMLDocument) throws(FormCheckError) {
        do {
            let violations = try pack.compiledSchema.violations(in: document)
            guard violations.isEmpty else {
                throw FormCheckError.disagreement(
                    pack: pack.id, places: violations.map { $0.path ?? "line \($0.line)" })
            }
        } catch let error as XMLError {
            throw .rule(pack: pack.id, error)
        } catch let error as FormCheckError {
            throw error
        } catch {
            throw .disagreement(pack: pack.id, places: [])
        }
    }

    private func ruleAnomalies(
        in document: XMLDocument, _ form: FormElement
    ) throws(FormCheckError) -> [Anomaly] {
        let firings: [RuleSet.Firing]
        do {
            firings = try pack.rules.firings(in: document, today: today)
        } catch {
            throw .rule(pack: pack.id, error)
        }
        var anomalies = firings.prefix(limits.anomalies).map { firing in
            Anomaly(
                code: firing.assertion.id, severity: firing.assertion.severity,
                pointer: form.pointer(ofCanonicalPath: firing.path), text: firing.text,
                source: firing.assertion.source)
        }
        let untold = firings.dropFirst(limits.anomalies)
        if let worst = untold.map(\.assertion.severity).max() {
            anomalies.append(.untold(untold.count, severity: worst, at: source.rootStep))
        }
        return anomalies
    }

    private func checkedDocument(
        _ form: FormElement, _ bytes: [UInt8]
    ) throws(FormCheckError) -> CheckedDocument {
        let manifest = pack.manifest
        guard let uuid = form.first(manifest.paths.uuid)?.text,
            let date = form.first(manifest.paths.date).flatMap({ CalendarDate($0.text) })
        else {
            throw .disagreement(pack: pack.id, places: [manifest.paths.uuid.description])
        }
        return CheckedDocument(
            pack: pack, uuid: uuid, date: date, xml: bytes, root: form,
            carriedSignature: walk.filledSeats.contains(.signature),
            carriedDocument: walk.filledSeats.contains(.document))
    }
}

extension CheckResult {
    fileprivate init(anomaly: Anomaly) {
        self.init(pack: nil, anomalies: [anomaly], document: nil)
    }
}

extension [String] {
    fileprivate func uniqued() -> [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

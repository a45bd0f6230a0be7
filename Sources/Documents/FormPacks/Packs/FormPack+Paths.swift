// SPDX-License-Identifier: Apache-2.0

extension FormPack {
    /// The role in `coverage` whose path leads to the lines; the paths of a line's parts start there.
    private static let lineRole = "line"

    /// Every path of the manifest exists, and leads to what its use needs.
    static func checkPaths(
        _ manifest: PackManifest, _ schema: SchemaModel, _ root: SchemaModel.ElementUse
    ) throws(PackError) {
        let checker = PathChecker(schema: schema, root: root)
        try checker.requireValue(manifest.paths.uuid, .string)
        try checker.requireValue(manifest.paths.date, .date)
        for path in [manifest.paths.providerCode, manifest.paths.number, manifest.paths.total] {
            if let path { try checker.require(path) }
        }
        for path in manifest.lowerCase + manifest.leftOut { try checker.require(path) }
        if let seats = manifest.deposit?.seats {
            try checker.requireSeat(seats.signature)
            try checker.requireSeat(seats.document)
        }
        try checkCoverage(manifest.coverage, checker)
    }

    private static func checkCoverage(
        _ coverage: [String: FormPath], _ checker: PathChecker
    ) throws(PackError) {
        guard !coverage.isEmpty else { return }
        guard let line = coverage[lineRole] else {
            throw .path(
                file: PackFile.manifest, path: "coverage", "the path of the lines is missing")
        }
        try checker.require(line)
        for (role, path) in coverage where role != lineRole {
            let inLine = FormPath(steps: line.steps + path.steps)
            guard checker.exists(path) || checker.exists(inLine) else {
                throw .path(
                    file: PackFile.manifest, path: path.description, "the schema does not have it")
            }
        }
    }
}

private struct PathChecker {
    let schema: SchemaModel
    let root: SchemaModel.ElementUse

    func exists(_ path: FormPath) -> Bool { schema.facts(of: path, from: root) != nil }

    @discardableResult
    func require(_ path: FormPath) throws(PackError) -> PathFacts {
        guard let facts = schema.facts(of: path, from: root) else {
            throw .path(
                file: PackFile.manifest, path: path.description, "the schema does not have it")
        }
        return facts
    }

    /// One value that every valid form has.
    func requireValue(_ path: FormPath, _ base: SimpleType.Base) throws(PackError) {
        let facts = try require(path)
        guard case .simple(let type) = facts.use.content, type.base == base, !facts.isOptional,
            !facts.isRepeatable
        else {
            throw .path(
                file: PackFile.manifest, path: path.description,
                "it must be one mandatory value of xs:\(base.rawValue)")
        }
    }

    /// A seat is an optional child of the root, so that a form can be composed without it.
    func requireSeat(_ path: FormPath) throws(PackError) {
        let facts = try require(path)
        guard path.steps.count == 1, facts.isOptional, !facts.isRepeatable else {
            throw .path(
                file: PackFile.manifest, path: path.description,
                "a seat must be one optional child of the root")
        }
    }
}

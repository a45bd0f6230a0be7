// SPDX-License-Identifier: Apache-2.0
import XML
import XMLSignature

/// The parts that each kind of time-stamp covers, in their order.
struct ImprintParts {
    let core: SignatureElement
    let qualifyingProperties: XMLNode
    let unsignedProperties: [UnsignedProperty]
    let canonicalization: Canonicalization

    typealias Part = StampedData.Part
    typealias Coverage = SignatureTimestamp.Coverage

    func imprint(
        _ kind: SignatureTimestamp.Kind, _ node: XMLNode, before index: Int
    ) throws(ImprintFault) -> StampedData {
        if let list = try olderDataInfo(node, kind) { return list }
        let includes = try includes(of: node)
        switch kind {
        case .allDataObjects: return try allDataObjects()
        case .individualDataObjects: return try individualDataObjects(includes)
        case .signature: return signatureValue(includes)
        case .sigAndRefs, .sigAndRefsV2, .refsOnly, .refsOnlyV2:
            return references(kind, includes, before: index)
        case .archive, .archiveV2: return try archive(includes, before: index)
        }
    }

    private func made(_ readings: [[Part]], _ coverage: Coverage) -> StampedData {
        StampedData(readings, coverage: coverage, resolver: core.resolver)
    }

    private func part(_ node: XMLNode) -> Part {
        .nodes(.subtree(node, comments: true), canonicalization)
    }

    // MARK: The data (EN 319 132-1, 5.2.8)

    private func allDataObjects() throws(ImprintFault) -> StampedData {
        var coverage = Coverage(signedData: true)
        var (parts, indices): ([Part], [Int]) = ([], [])
        for (index, reference) in core.signedInfo.references.enumerated()
        where !isToSignedProperties(reference) {
            parts.append(try data(of: reference))
            indices.append(index)
        }
        coverage.referenceIndices = indices
        return made([parts], coverage)
    }

    private func individualDataObjects(
        _ includes: [Include]
    ) throws(ImprintFault) -> StampedData {
        var coverage = Coverage(signedData: true)
        var (parts, indices): ([Part], [Int]) = ([], [])
        for include in includes {
            guard let id = include.node.attribute("Id"),
                let index = core.signedInfo.references.firstIndex(where: { $0.id == id }),
                include.node.parent?.parent == core.node
            else { throw ImprintFault(reason: "an Include does not lead to a signed reference") }
            let reference = core.signedInfo.references[index]
            parts.append(include.referencedData ? try data(of: reference) : part(include.node))
            indices.append(index)
        }
        coverage.referenceIndices = indices
        return made([parts], coverage)
    }

    private func isToSignedProperties(_ reference: Reference) -> Bool {
        reference.type.map(signedPropertiesTypes.contains) ?? false
    }

    /// What a reference leads to, nodes in the canonical form of the time-stamp.
    private func data(of reference: Reference) throws(ImprintFault) -> Part {
        switch core.resolver.signedContent(
            of: reference, in: core.node, default: canonicalization)
        {
        case .nodes(let nodes, let method): return .nodes(nodes, method)
        case .octets(let octets): return .octets(octets)
        case .missing(let reason): throw ImprintFault(reason: reason)
        }
    }

    // MARK: The signature value (EN 319 132-1, 5.3)

    private func signatureValue(_ includes: [Include]) -> StampedData {
        let value = [part(core.signatureValueNode)]
        guard !includes.isEmpty else { return made([value], Coverage(signatureValue: true)) }
        let isValue = includes.map(\.node) == [core.signatureValueNode]
        return made(
            [includes.map { part($0.node) }], Coverage(signatureValue: isValue))
    }

    // MARK: References to validation data (annex A.1.5)

    private func references(
        _ kind: SignatureTimestamp.Kind, _ includes: [Include], before index: Int
    ) -> StampedData {
        let withSignature = kind == .sigAndRefs || kind == .sigAndRefsV2
        var names: Set = ["CompleteRevocationRefs", "AttributeRevocationRefs"]
        names.formUnion(
            kind == .sigAndRefs || kind == .refsOnly
                ? ["CompleteCertificateRefs", "AttributeCertificateRefs"]
                : ["CompleteCertificateRefsV2", "AttributeCertificateRefsV2"])
        if withSignature { names.insert("SignatureTimeStamp") }
        let before = unsignedProperties.filter { $0.index < index && names.contains($0.name) }
        let value = withSignature ? [part(core.signatureValueNode)] : []
        guard !includes.isEmpty else {
            return made(
                [value + before.map { part($0.node) }],
                Coverage(
                    signatureValue: withSignature, unsignedProperties: before.map(\.index)))
        }
        // Distributed: the Include elements say which, the signature value among them or not.
        let nodes = includes.map(\.node)
        let parts = nodes.map { part($0) }
        return made(
            [nodes.contains(core.signatureValueNode) ? parts : value + parts],
            Coverage(
                signatureValue: withSignature, unsignedProperties: propertyIndices(of: nodes)))
    }

    private func propertyIndices(of nodes: [XMLNode]) -> [Int] {
        unsignedProperties.filter { nodes.contains($0.node) }.map(\.index)
    }

    // MARK: Everything (EN 319 132-1, 5.5.2)

    func archive(
        _ includes: [Include], before index: Int
    ) throws(ImprintFault) -> StampedData {
        var parts: [Part] = []
        for reference in core.signedInfo.references { parts.append(try data(of: reference)) }
        let keyInfo = core.node.child("KeyInfo", in: xmldsigNamespace)
        for name in ["SignedInfo", "SignatureValue", "KeyInfo"] {
            if let child = core.node.child(name, in: xmldsigNamespace) { parts.append(part(child)) }
        }
        let properties: [XMLNode]
        if includes.isEmpty {
            properties = unsignedProperties.filter { $0.index < index }.map(\.node)
        } else {
            properties = includes.map(\.node)
        }
        parts += properties.map { part($0) }
        let coverage = Coverage(
            signedData: true, signedInfo: true, signatureValue: true, keyInfo: keyInfo != nil,
            unsignedProperties: propertyIndices(of: properties))
        let objects = otherObjects()
        let readings = [objects.filter { !$0.isReferenced }, objects].map {
            parts + $0.map { part($0.node) }
        }
        return made(objects.contains(where: \.isReferenced) ? readings : [readings[0]], coverage)
    }

    /// The ds:Object elements but for the one with the qualifying properties.
    private func otherObjects() -> [(node: XMLNode, isReferenced: Bool)] {
        let uris = Set(core.signedInfo.references.compactMap(\.uri))
        return core.node.children("Object", in: xmldsigNamespace)
            .filter { qualifyingProperties.parent != $0 }
            .map { node in
                let ids = node.identifiers
                let isReferenced = ids.contains { id in
                    uris.contains("#\(id)") || uris.contains("#xpointer(id('\(id)'))")
                        || uris.contains("#xpointer(id(\"\(id)\"))")
                }
                return (node, isReferenced)
            }
    }

    // MARK: Pointers

    struct Include {
        let node: XMLNode
        let referencedData: Bool
    }

    private func includes(of node: XMLNode) throws(ImprintFault) -> [Include] {
        var list: [Include] = []
        for include in node.xadesChildren("Include") {
            let uri = include.attribute("URI") ?? include.attribute("uri") ?? ""
            guard uri.hasPrefix("#"), list.count < Limits.unsignedProperties,
                let target = core.resolver.element(withID: String(uri.dropFirst()))
            else { throw ImprintFault(reason: "an Include leads to nothing clear") }
            let flag = include.attribute("referencedData")
            list.append(Include(node: target, referencedData: flag == "true" || flag == "1"))
        }
        return list
    }

    /// HashDataInfo of versions 1.1.1 and 1.2.2: pointers with transforms of their own. Neither
    /// they nor their transforms are signed, so only a canonical form is made, and only where the
    /// signed properties are of such a version.
    private func olderDataInfo(
        _ node: XMLNode, _ kind: SignatureTimestamp.Kind
    ) throws(ImprintFault) -> StampedData? {
        let list = node.xadesChildren("HashDataInfo")
        guard !list.isEmpty else { return nil }
        let version = qualifyingProperties.xadesChild("SignedProperties")?.namespace
        guard version != xadesNamespace, version != xades141Namespace else {
            throw ImprintFault(reason: "HashDataInfo stands in a newer form of XAdES")
        }
        guard list.count <= Limits.unsignedProperties else {
            throw ImprintFault(reason: "too many HashDataInfo")
        }
        var coverage = Coverage()
        var parts: [Part] = []
        for info in list {
            guard let uri = info.attribute("uri") ?? info.attribute("URI"),
                let transforms = try? Reference.transforms(
                    in: info.digestChild("Transforms"))
            else { throw ImprintFault(reason: "HashDataInfo is malformed") }
            guard transforms.allSatisfy(\.isCanonicalization) else {
                throw ImprintFault(reason: "HashDataInfo has a transform that hides content")
            }
            let reference = Reference(
                uri: uri, transforms: transforms, digestMethod: "", digestValue: [])
            parts.append(try data(of: reference))
            note(uri, in: &coverage)
        }
        if kind == .signature, list.count != 1 { coverage.signatureValue = false }
        return made([parts], coverage)
    }

    private func note(_ uri: String, in coverage: inout Coverage) {
        if uri.isEmpty { coverage.signedData = true }
        guard uri.hasPrefix("#"),
            let target = core.resolver.element(withID: String(uri.dropFirst()))
        else { return }
        if target == core.signatureValueNode { coverage.signatureValue = true }
        if target.parent == core.node, target.localName == "SignedInfo" {
            coverage.signedInfo = true
        }
        coverage.unsignedProperties += propertyIndices(of: [target])
    }
}

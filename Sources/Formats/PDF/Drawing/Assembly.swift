// SPDX-License-Identifier: Apache-2.0

/// Turns the drawn pages into the objects of a file: what PDF/A and PDF/UA ask for around them.
struct Assembly {
    private let page: PageDescription
    private let metadata: DocumentMetadata
    private var layout: Layout
    private var writer: DocumentWriter
    private var annotations: [[ObjectReference]]

    init(
        _ page: PageDescription, _ metadata: DocumentMetadata, _ layout: Layout, isCompressing: Bool
    ) {
        (self.page, self.metadata, self.layout) = (page, metadata, layout)
        writer = DocumentWriter(isCompressing: isCompressing)
        annotations = layout.canvases.map { _ in [] }
    }

    mutating func file() throws(DrawingError) -> [UInt8] {
        let catalog = writer.reserve()
        let information = writer.add(.dictionary(metadata.information))
        let pageTree = writer.reserve()
        let pages = layout.canvases.map { _ in writer.reserve() }
        let resources = try addResources()
        let form = addForm(pages: pages, resources: resources)
        addPages(pages, tree: pageTree, resources: resources)
        let structure = layout.tree.write(into: &writer, pages: pages)
        let attachment = page.attachment.map { addAttachment($0) }
        writer.set(
            catalog,
            .dictionary(
                self.catalog(
                    pageTree: pageTree, structure: structure, form: form, attachment: attachment)))
        return writer.finish(root: catalog, info: information)
    }

    private mutating func catalog(
        pageTree: ObjectReference, structure: ObjectReference, form: ObjectReference?,
        attachment: ObjectReference?
    ) -> PDFDictionary {
        var catalog: PDFDictionary = [
            "Type": .name("Catalog"), "Pages": .reference(pageTree),
            "Lang": .text(metadata.language),
            "MarkInfo": .dictionary(["Marked": .boolean(true)]),
            "ViewerPreferences": .dictionary(["DisplayDocTitle": .boolean(true)]),
            "StructTreeRoot": .reference(structure), "Metadata": .reference(addMetadata()),
            "OutputIntents": .array([.reference(addOutputIntent())]),
            // PAdES (EN 319 142-1, 5.6) announced beforehand, so that a signature need not change
            // the catalog.
            "Extensions": .dictionary([
                "ESIC": .dictionary(["BaseVersion": .name("1.7"), "ExtensionLevel": .integer(1)])
            ]),
        ]
        if let form { catalog["AcroForm"] = .reference(form) }
        if let attachment, let name = page.attachment?.name {
            catalog["AF"] = .array([.reference(attachment)])
            catalog["Names"] = .dictionary([
                "EmbeddedFiles": .dictionary([
                    "Names": .array([.text(name), .reference(attachment)])
                ])
            ])
        }
        return catalog
    }

    private mutating func addResources() throws(DrawingError) -> ObjectReference {
        var fonts = PDFDictionary()
        for (index, font) in layout.typesetter.fonts.enumerated() where font.isUsed {
            do throws(FontError) {
                fonts["F\(index)"] = .reference(try font.write(into: &writer))
            } catch {
                throw .font(error)
            }
        }
        return writer.add(.dictionary(["Font": .dictionary(fonts)]))
    }

    private mutating func addPages(
        _ pages: [ObjectReference], tree: ObjectReference, resources: ObjectReference
    ) {
        let (width, height) = page.size.points
        for (index, reference) in pages.enumerated() {
            let content = writer.add(stream: layout.canvases[index].content.bytes)
            var dictionary: PDFDictionary = [
                "Type": .name("Page"), "Parent": .reference(tree),
                "MediaBox": .array([.integer(0), .integer(0), .real(width), .real(height)]),
                "Resources": .reference(resources), "Contents": .reference(content),
                "StructParents": .integer(index), "Tabs": .name("S"),
            ]
            if !annotations[index].isEmpty {
                dictionary["Annots"] = .array(annotations[index].map { .reference($0) })
            }
            writer.set(reference, .dictionary(dictionary))
        }
        writer.set(
            tree,
            .dictionary([
                "Type": .name("Pages"), "Kids": .array(pages.map { .reference($0) }),
                "Count": .integer(pages.count),
            ]))
    }

    private mutating func addMetadata() -> ObjectReference {
        // Not compressed, so that a search for the packet finds it.
        writer.add(
            .stream(
                PDFStream(
                    ["Type": .name("Metadata"), "Subtype": .name("XML")], data: metadata.packet)))
    }

    private mutating func addOutputIntent() -> ObjectReference {
        let profile = writer.add(stream: SRGBProfile.bytes, ["N": .integer(3)])
        return writer.add(
            .dictionary([
                "Type": .name("OutputIntent"), "S": .name("GTS_PDFA1"),
                "OutputConditionIdentifier": .text("sRGB"), "Info": .text("sRGB IEC61966-2.1"),
                "DestOutputProfile": .reference(profile),
            ]))
    }

    private mutating func addAttachment(_ attachment: PageDescription.Attachment) -> ObjectReference
    {
        let file = writer.add(
            stream: attachment.bytes,
            [
                "Type": .name("EmbeddedFile"), "Subtype": .name(attachment.mediaType),
                "Params": .dictionary([
                    "Size": .integer(attachment.bytes.count),
                    "ModDate": .text(page.created.pdfDate),
                ]),
            ])
        return writer.add(
            .dictionary([
                "Type": .name("Filespec"), "F": .text(attachment.name),
                "UF": .text(attachment.name),
                "Desc": .text(attachment.description), "AFRelationship": .name("Source"),
                "EF": .dictionary(["F": .reference(file), "UF": .reference(file)]),
            ]))
    }
}

// MARK: - Signature fields

extension Assembly {
    /// The interactive form with its empty signature fields, each with a tagged widget of its own
    /// look.
    private mutating func addForm(
        pages: [ObjectReference], resources: ObjectReference
    ) -> ObjectReference? {
        guard !layout.fields.isEmpty else { return nil }
        var references: [PDFObject] = []
        for placed in layout.fields {
            let widget = writer.reserve()
            let index = layout.tree.attach(widget: widget, to: placed.element, page: placed.page)
            let appearance = addAppearance(of: placed, resources: resources)
            let box = placed.rectangle.box(onPageOf: page.size.points.height)
            writer.set(
                widget,
                .dictionary([
                    "Type": .name("Annot"), "Subtype": .name("Widget"), "FT": .name("Sig"),
                    "T": .text(placed.field.name), "TU": .text(placed.field.label),
                    // Printed and locked.
                    "F": .integer(132), "Rect": .array(box), "P": .reference(pages[placed.page]),
                    "StructParent": .integer(pages.count + index),
                    "AP": .dictionary(["N": .reference(appearance)]),
                ]))
            annotations[placed.page].append(widget)
            references.append(.reference(widget))
        }
        return writer.add(.dictionary(["Fields": .array(references)]))
    }

    private mutating func addAppearance(
        of placed: PlacedField, resources: ObjectReference
    ) -> ObjectReference {
        let (width, height) = (placed.rectangle.width, placed.rectangle.height)
        var content = ContentStream(height: height)
        let frame = PageDescription.Rectangle(
            x: 0.25, y: 0.25, width: width - 0.5, height: height - 0.5)
        content.stroke(frame, placed.label.color, width: 0.5)
        content.text(
            placed.label, lines: 0..<placed.label.lines.count, x: PreparedTable.padding,
            y: PreparedTable.padding)
        return writer.add(
            stream: content.bytes,
            [
                "Type": .name("XObject"), "Subtype": .name("Form"),
                "BBox": .array([.integer(0), .integer(0), .real(width), .real(height)]),
                "Resources": .reference(resources),
            ])
    }
}

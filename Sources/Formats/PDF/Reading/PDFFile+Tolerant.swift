// SPDX-License-Identifier: Apache-2.0

extension PDFFile {
    /// Reads a file to find what is signed in it, whatever state it is in.
    ///
    /// What had to be forgiven stands in ``irregularities``. A file whose cross references lead
    /// nowhere is searched for objects; it then counts as one revision without an end.
    ///
    /// - Throws: Nothing in it looks like a PDF, or it exceeds a limit.
    package init(tolerating bytes: [UInt8]) throws(PDFError) {
        guard bytes.count <= Limits.fileSize else { throw .tooLarge(size: bytes.count) }
        let header = bytes.prefix(Limits.headerSearch + 5).firstIndexOfHeader
        guard let header else { throw .notPDF }
        let leading: [FileIrregularity] = header > 0 ? [.leadingBytes(header)] : []
        var failure = PDFError.missingCrossReference
        for base in header > 0 ? [0, header] : [0] {
            do throws(PDFError) {
                let file = try PDFFile(following: bytes, base: base, irregularities: leading)
                try file.checkSkeleton()
                self = file.notingEncryption()
                return
            } catch {
                guard !error.isLimit else { throw error }
                failure = error
            }
        }
        var search = try ObjectSearch(bytes)
        try search.run()
        guard !search.locations.isEmpty else { throw failure }
        self = PDFFile(
            rebuilt: bytes, trailer: search.trailer, locations: search.locations,
            containers: search.containers.byOffset, irregularities: leading + [.rebuilt(failure)]
        ).notingEncryption()
    }

    /// Whether the ways to the pages and the form can be walked at all.
    private func checkSkeleton() throws(PDFError) {
        if current.trailer["Encrypt"] != nil { return }
        let catalog = try current.catalog()
        guard case .dictionary = try current.resolve(catalog["Pages"]) else {
            throw .missing("Pages")
        }
        let form = try current.resolve(catalog["AcroForm"]).dictionaryValue
        for field in try current.resolve(form?["Fields"]).arrayValue ?? [] {
            _ = try current.resolve(field)
        }
    }

    private func notingEncryption() -> PDFFile {
        guard let entry = current.trailer["Encrypt"] else { return self }
        let dictionary = (try? current.resolve(entry))?.dictionaryValue
        return PDFFile(
            self, adding: .encrypted(handler: dictionary?["Filter"]?.nameValue ?? "unknown"))
    }
}

extension PDFError {
    /// Whether the file asks for more than a reader gives, so that trying harder makes no sense.
    var isLimit: Bool {
        switch self {
        case .tooLarge, .tooManyObjects, .tooManyRevisions, .expandsTooMuch: true
        default: false
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var firstIndexOfHeader: Int? { Array(self).firstPosition(of: "%PDF-", from: 0) }
}

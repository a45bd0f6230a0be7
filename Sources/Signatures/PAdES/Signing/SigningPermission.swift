// SPDX-License-Identifier: Apache-2.0
import PDF

/// What the signatures in a file let a further one do (ISO 32000-2, 12.8.2.2 and 12.8.2.4).
struct SigningPermission {
    private var signed: [ModificationPermissions] = []

    /// - Throws: The form cannot be walked; nothing is signed on a guess.
    init(in view: DocumentView) throws(SigningError) {
        let fields = try reading { () throws(PDFError) in try FormField.all(in: view) }
        for field in fields where field.type == "Sig" {
            let value = try reading { () throws(PDFError) in
                try view.resolve(field.dictionary["V"])
            }
            guard let dictionary = value.dictionaryValue else { continue }
            var permissions = ModificationPermissions(dictionary, in: view)
            if let lock = (try? view.resolve(field.dictionary["Lock"]))?.dictionaryValue {
                permissions.restrict(by: lock, in: view)
            }
            signed.append(permissions)
        }
    }

    /// Whether a signature may be added.
    ///
    /// - Parameter field: The field to sign; `nil` for a new one.
    func check(field: String?, isCertification: Bool) throws(SigningError) {
        for permissions in signed {
            guard !isCertification else { throw .certificationNotFirst }
            guard permissions.level != .p1 else { throw .forbiddenByCertification }
            let name = field ?? ""
            guard !permissions.locks(name) else { throw .lockedField(name) }
        }
    }
}

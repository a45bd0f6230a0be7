// SPDX-License-Identifier: Apache-2.0
import CP11Kit
import Foundation
import Keys
import Trust

/// A PKCS #11 module (version 2.40) in memory: its pointers become values, its return codes errors.
struct Cryptoki {
    /// A slot with a token in it.
    struct Slot { fileprivate let id: CK_SLOT_ID }
    struct Session {
        fileprivate let handle: CK_SESSION_HANDLE
        fileprivate let slot: Slot
    }
    struct Object { fileprivate let handle: CK_OBJECT_HANDLE }

    private let functions: CK_FUNCTION_LIST

    init(loading path: String) throws(TokenRefusal) {
        typealias List =
            @convention(c) (
                UnsafeMutablePointer<UnsafeMutablePointer<CK_FUNCTION_LIST>?>?
            ) -> CK_RV
        guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL),
            let symbol = dlsym(library, "C_GetFunctionList")
        else { throw .noModule }
        var list: UnsafeMutablePointer<CK_FUNCTION_LIST>?
        // The type that PKCS #11 gives this function.
        guard unsafeBitCast(symbol, to: List.self)(&list) == CK_RV(CKR_OK), let list else {
            throw .noModule
        }
        functions = list.pointee
        try check("C_Initialize", functions.C_Initialize?(nil))
    }

    private func check(_ function: String, _ result: CK_RV?) throws(TokenRefusal) {
        guard let result else { throw .noModule }
        switch Int32(truncatingIfNeeded: result) {
        case Int32(CKR_OK): return
        case Int32(CKR_TOKEN_NOT_PRESENT), Int32(CKR_SLOT_ID_INVALID): throw .noToken
        case Int32(CKR_MECHANISM_INVALID), Int32(CKR_MECHANISM_PARAM_INVALID),
            Int32(CKR_KEY_TYPE_INCONSISTENT), Int32(CKR_KEY_FUNCTION_NOT_PERMITTED):
            throw .mechanism
        case Int32(CKR_USER_NOT_LOGGED_IN), Int32(CKR_SESSION_HANDLE_INVALID),
            Int32(CKR_SESSION_CLOSED), Int32(CKR_DEVICE_REMOVED), Int32(CKR_KEY_HANDLE_INVALID):
            throw .notOpen
        default: throw .driver(function: function, code: Int(truncatingIfNeeded: result))
        }
    }

    // MARK: - Tokens

    func library() throws(TokenRefusal) -> TokenLibrary {
        var information = CK_INFO()
        try check("C_GetInfo", functions.C_GetInfo?(&information))
        return TokenLibrary(
            manufacturer: Self.text(information.manufacturerID),
            description: Self.text(information.libraryDescription),
            tokens: try slots().count)
    }

    func slots() throws(TokenRefusal) -> [Slot] {
        var count = CK_ULONG(Limits.tokens)
        var identifiers = [CK_SLOT_ID](repeating: 0, count: Limits.tokens)
        try check(
            "C_GetSlotList", functions.C_GetSlotList?(CK_BBOOL(CK_TRUE), &identifiers, &count))
        return identifiers.prefix(Int(count)).map { Slot(id: $0) }
    }

    func slot(ofTokenWithSerial serial: String) throws(TokenRefusal) -> Slot {
        for slot in try slots() {
            if let found = try? information(slot), Self.text(found.serialNumber) == serial {
                return slot
            }
        }
        throw .noToken
    }

    private func information(_ slot: Slot) throws(TokenRefusal) -> CK_TOKEN_INFO {
        var information = CK_TOKEN_INFO()
        try check("C_GetTokenInfo", functions.C_GetTokenInfo?(slot.id, &information))
        return information
    }

    func pinState(in slot: Slot) throws(TokenRefusal) -> PINState {
        Self.pinState(try information(slot).flags)
    }

    private static func pinState(_ flags: CK_FLAGS) -> PINState {
        func has(_ flag: some BinaryInteger) -> Bool { flags & CK_FLAGS(flag) != 0 }
        if !has(CKF_TOKEN_INITIALIZED) || !has(CKF_USER_PIN_INITIALIZED) { return .uninitialised }
        if has(CKF_USER_PIN_LOCKED) { return .locked }
        if has(CKF_USER_PIN_FINAL_TRY) { return .finalTry }
        return has(CKF_USER_PIN_COUNT_LOW) ? .countLow : .good
    }

    /// A token with the X.509 certificates that anybody may read.
    func token(in slot: Slot) throws(TokenRefusal) -> Token {
        let found = try information(slot)
        var token = Token(
            label: Self.text(found.label), serial: Self.text(found.serialNumber),
            model: Self.text(found.model), pin: Self.pinState(found.flags),
            hasOwnKeypad: found.flags & CK_FLAGS(CKF_PROTECTED_AUTHENTICATION_PATH) != 0,
            entries: [])
        guard found.flags & CK_FLAGS(CKF_TOKEN_INITIALIZED) != 0 else { return token }
        let session = try session(in: slot)
        defer { _ = functions.C_CloseSession?(session.handle) }
        let certificates = try objects(
            CK_OBJECT_CLASS(CKO_CERTIFICATE), in: session, limit: Limits.certificatesPerToken)
        token.entries = certificates.compactMap { object in
            let value = attribute(CKA_VALUE, of: object, in: session)
            guard !value.isEmpty else { return nil }
            let label = attribute(CKA_LABEL, of: object, in: session)
            return Token.Entry(
                keyID: attribute(CKA_ID, of: object, in: session),
                label: String(decoding: label, as: UTF8.self), certificate: value)
        }
        return token
    }

    // MARK: - Sessions

    func session(in slot: Slot) throws(TokenRefusal) -> Session {
        var handle: CK_SESSION_HANDLE = 0
        try check(
            "C_OpenSession",
            functions.C_OpenSession?(slot.id, CK_FLAGS(CKF_SERIAL_SESSION), nil, nil, &handle))
        return Session(handle: handle, slot: slot)
    }

    /// Tries the PIN once.
    func logIn(_ session: Session, in slot: Slot, pin: SecretBytes?) throws(TokenRefusal) {
        guard try information(slot).flags & CK_FLAGS(CKF_LOGIN_REQUIRED) != 0 else { return }
        let result = logIn(session, CK_USER_TYPE(CKU_USER), pin)
        guard result != CK_RV(CKR_USER_ALREADY_LOGGED_IN) else { return }
        try checkLogin(result, slot)
    }

    private func logIn(
        _ session: Session, _ user: CK_USER_TYPE, _ pin: SecretBytes?
    ) -> CK_RV? {
        guard let pin else { return functions.C_Login?(session.handle, user, nil, 0) }
        return pin.withBytes { bytes in
            // The driver takes a pointer to what it may not change.
            let start = bytes.bindMemory(to: CK_UTF8CHAR.self).baseAddress
            return functions.C_Login?(
                session.handle, user, UnsafeMutablePointer(mutating: start), CK_ULONG(bytes.count))
        }
    }

    private func checkLogin(_ result: CK_RV?, _ slot: Slot) throws(TokenRefusal) {
        switch result {
        case CK_RV(CKR_PIN_INCORRECT), CK_RV(CKR_PIN_LEN_RANGE), CK_RV(CKR_PIN_INVALID),
            CK_RV(CKR_ARGUMENTS_BAD):
            throw .wrongPIN((try? pinState(in: slot)) ?? .countLow)
        case CK_RV(CKR_PIN_LOCKED): throw .wrongPIN(.locked)
        case CK_RV(CKR_USER_PIN_NOT_INITIALIZED): throw .notTried(.uninitialised)
        default: try check("C_Login", result)
        }
    }

    // MARK: - Keys

    func privateKey(_ id: [UInt8], in session: Session) throws(TokenRefusal) -> Object {
        let found = try objects(
            CK_OBJECT_CLASS(CKO_PRIVATE_KEY), id: id, in: session, limit: 2)
        guard found.count == 1 else { throw .noKey }
        return found[0]
    }

    func isAlwaysAuthenticated(_ key: Object, in session: Session) -> Bool {
        attribute(CKA_ALWAYS_AUTHENTICATE, of: key, in: session).first == UInt8(CK_TRUE)
    }

    /// - Parameter pin: For a key that wants it each time.
    func sign(
        _ data: [UInt8], _ mechanism: TokenMechanism, with key: Object, in session: Session,
        pin: SecretBytes?
    ) throws(TokenRefusal) -> [UInt8] {
        try begin(mechanism, key, session)
        if let pin {
            try checkLogin(
                logIn(session, CK_USER_TYPE(CKU_CONTEXT_SPECIFIC), pin), session.slot)
        }
        var data = data
        var value = [UInt8](repeating: 0, count: 2_048)
        var length = CK_ULONG(value.count)
        try check(
            "C_Sign",
            functions.C_Sign?(session.handle, &data, CK_ULONG(data.count), &value, &length))
        return Array(value.prefix(Int(length)))
    }

    private func begin(
        _ mechanism: TokenMechanism, _ key: Object, _ session: Session
    ) throws(TokenRefusal) {
        var parameters = CK_RSA_PKCS_PSS_PARAMS()
        var size = 0
        let type: CK_MECHANISM_TYPE
        switch mechanism {
        case .ecdsa: type = CK_MECHANISM_TYPE(CKM_ECDSA)
        case .rsaPKCS1: type = CK_MECHANISM_TYPE(CKM_RSA_PKCS)
        case .rsaPSS(let digest, let saltLength):
            guard let (hash, mask) = Self.pssFunctions[digest] else { throw .mechanism }
            parameters = CK_RSA_PKCS_PSS_PARAMS(
                hashAlg: hash, mgf: mask, sLen: CK_ULONG(saltLength))
            size = MemoryLayout<CK_RSA_PKCS_PSS_PARAMS>.size
            type = CK_MECHANISM_TYPE(CKM_RSA_PKCS_PSS)
        }
        let result = withUnsafeMutablePointer(to: &parameters) { pointer in
            var mechanism = CK_MECHANISM(
                mechanism: type, pParameter: size == 0 ? nil : UnsafeMutableRawPointer(pointer),
                ulParameterLen: CK_ULONG(size))
            return functions.C_SignInit?(session.handle, &mechanism, key.handle)
        }
        try check("C_SignInit", result)
    }

    private static let pssFunctions: [DigestAlgorithm: (CK_MECHANISM_TYPE, CK_ULONG)] = [
        .sha256: (CK_MECHANISM_TYPE(CKM_SHA256), CK_ULONG(CKG_MGF1_SHA256)),
        .sha384: (CK_MECHANISM_TYPE(CKM_SHA384), CK_ULONG(CKG_MGF1_SHA384)),
        .sha512: (CK_MECHANISM_TYPE(CKM_SHA512), CK_ULONG(CKG_MGF1_SHA512)),
    ]

    // MARK: - Objects

    private func objects(
        _ kind: CK_OBJECT_CLASS, id: [UInt8]? = nil, in session: Session, limit: Int
    ) throws(TokenRefusal) -> [Object] {
        var (kind, identifier) = (kind, id ?? [])
        let result = withUnsafeMutablePointer(to: &kind) { kind in
            identifier.withUnsafeMutableBytes { identifier in
                var template = [
                    CK_ATTRIBUTE(
                        type: CK_ATTRIBUTE_TYPE(CKA_CLASS), pValue: kind,
                        ulValueLen: CK_ULONG(MemoryLayout<CK_OBJECT_CLASS>.size)),
                    CK_ATTRIBUTE(
                        type: CK_ATTRIBUTE_TYPE(CKA_ID), pValue: identifier.baseAddress,
                        ulValueLen: CK_ULONG(identifier.count)),
                ]
                return functions.C_FindObjectsInit?(session.handle, &template, id == nil ? 1 : 2)
            }
        }
        try check("C_FindObjectsInit", result)
        defer { _ = functions.C_FindObjectsFinal?(session.handle) }
        var handles = [CK_OBJECT_HANDLE](repeating: 0, count: limit)
        var count: CK_ULONG = 0
        try check(
            "C_FindObjects",
            functions.C_FindObjects?(session.handle, &handles, CK_ULONG(limit), &count))
        return handles.prefix(Int(count)).map { Object(handle: $0) }
    }

    /// The value of an attribute; empty when the object has none or keeps it to itself.
    private func attribute(
        _ type: some BinaryInteger, of object: Object, in session: Session
    ) -> [UInt8] {
        var attribute = CK_ATTRIBUTE(
            type: CK_ATTRIBUTE_TYPE(type), pValue: nil, ulValueLen: 0)
        let read = functions.C_GetAttributeValue
        guard read?(session.handle, object.handle, &attribute, 1) == CK_RV(CKR_OK),
            (1...Limits.attributeSizeInBytes).contains(
                Int(truncatingIfNeeded: attribute.ulValueLen))
        else { return [] }
        var value = [UInt8](repeating: 0, count: Int(attribute.ulValueLen))
        let result = value.withUnsafeMutableBytes { room in
            attribute.pValue = room.baseAddress
            return read?(session.handle, object.handle, &attribute, 1)
        }
        return result == CK_RV(CKR_OK) ? Array(value.prefix(Int(attribute.ulValueLen))) : []
    }

    /// A text of fixed length, padded with blanks.
    private static func text<Field>(_ field: Field) -> String {
        withUnsafeBytes(of: field) { bytes in
            let end = bytes.lastIndex { $0 != 0x20 && $0 != 0 }.map { $0 + 1 } ?? 0
            return String(decoding: bytes[..<end], as: UTF8.self)
        }
    }
}

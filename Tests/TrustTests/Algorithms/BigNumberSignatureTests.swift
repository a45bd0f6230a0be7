// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Trust

/// Values made with OpenSSL over the text `to be signed`, for what is computed over big numbers.
private struct ForeignValue: Sendable, CustomTestStringConvertible {
    let algorithm: SignatureAlgorithm
    let key: String
    let value: String

    var testDescription: String { "\(algorithm)" }

    static let message = Array("to be signed".utf8)

    func publicKey() throws -> PublicKey {
        try PublicKey(subjectPublicKeyInfo: bytes(Self.keys[key] ?? ""))
    }

    func valueBytes() throws -> [UInt8] { try bytes(value) }

    private func bytes(_ text: String) throws -> [UInt8] {
        Array(try #require(Data(base64Encoded: text)))
    }

    private static let keys = [
        "rsa": """
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCaFM9NX6i/6mX7HYZtPr9PPMB3Yam01nCeT0I8\
        9tlUsGAp1L2s34g3M58BmTaZkfhILuPJQa9mrfaE+tjX914jsiKGrt8CC08WUpsoaYrEbTnsp4YO\
        xv1rd2Y4s0wnwe6Ef3FYB3p69L/g0YwbAXldTtRFgpAsXq/7Yf/tvmbgswIDAQAB
        """,
        "shortRSA": """
        MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAPLwz43r2Ye9NYdKLhm/vJQjqfAff6GM6KBYxjkNsQz9\
        iPQs/sqCGVuTw8tPfO7gGVJR8Gq4xtaYRUbqxXkeLZsCAwEAAQ==
        """,
        "ec": """
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEI490OUdIKHyG2l6dH0XqKLfOVE/np4n1bOFYTkVG\
        P5ZHMCVPYeJmfngZoVjJcsptjdT3/y5uxDEX8hqU8wwnpw==
        """,
        "dsa": """
        MIIBvzCCATMGByqGSM44BAEwggEmAoGBANYprukYjCn0hR0jaxioDOcIxMeJgczDPsUGHx72Xz+j\
        AfUowVSfv5Lg+K8crUgy+GJMEjZL4H8mEVKBfwKm4V2+sxGW2Zzj8GmQHBaIHfmP4UMe9TLGDFRi\
        +PBS0AVsfNi18mlYXmY3mBFyb6mQs7M3COlxFrk+n20WNqiCICNdAh0AhmVO7X4iGfH3+55oxVxd\
        70EncRQJBhQzGbf7DQKBgCITopgWJ02hi+tLeq8ZI521B+2o+CesfzTgCpWn9P6wfDgAuTEd71YE\
        nV2m30SpPYXjAp6zBzgVLNCcwD4QoIWMPR8svjDejxA89Jv0Muq176Yypj94W/0E9zokNrZl/Ea0\
        sOW0IE+hLfMTBCTbUTcnyIpEm4PZGwpuC3EwFSrXA4GFAAKBgQCU4CHPj8a3kwxY9a+NWKrIpZie\
        z4LGUegSeh0p8Yo3jO/rULdkAmrrbaCa70P1VfmmtuAX+WUwtTJSF40aJQtoaFA6GxPzbCCaD9+Y\
        kvMYhv0IvLW3yxDj61h9w0dMAxOHsY3g4kYAVXb4/x8uWjgZpTQayrHdq7QUIucULhsjPA==
        """,
        "ed448": """
        MEMwBQYDK2VxAzoAaWYbMt8vj+wJJ3n9INXWKfKoa7YH7F+HtG6qtbW/iFaNONU3d5oYVAz4Vc+r\
        tiMPMsUseSsCIwMA
        """,
    ]

    static let all = [
        ForeignValue(
            algorithm: .rsaPSS(.sha256, saltLength: 20), key: "rsa",
            value: """
                go7mcQokf6d6ckMStnUKsfEdCgVw+acIJ6fS6IcS1XNey+YZmeTWUD1p+eNaEVU3mJk/BVQ1elHl\
                a8gpMo7puOQ2LgZVnCnmX/Up5TVzHJ6lzV2NpzR+Qq5e7lRN5FGVa9BoVPKDrc5HKkxbbdKlzMF4\
                1E4NFCaj/EvZ/IL+fpA=
                """),
        ForeignValue(
            algorithm: .rsaPSS(.sha256, saltLength: 0), key: "rsa",
            value: """
                IQ5uS8rF5IQDHZneIX2RFWzQWTDR68jxSH5BkP92lXWFQMhOvpkhnnsXa6dMg3Cxtq4ZD6cH5A2D\
                5gJDIIBQqjmnsF4CaHx1T/ulhJ3W6JOiDMybdW1KyaDZi+ze1bVsX3Bsgt8xSTcsQEibsUE7lbE4\
                uzgr+OpoGKx7PS+86uk=
                """),
        ForeignValue(
            algorithm: .rsaPSSWithMask(.sha256, mask: .sha1, saltLength: 32), key: "rsa",
            value: """
                TnR4hyM2Z+jpwtkbUvouEX0kZ1IIqyZMLNmZdimD9K7V6criiUoUydVHyOa0JgkXsGp5l6IxjBuR\
                JV36J3ErBJizVY3+CE8t422vCUAxBIDzdqAywEwyRdEmHc9n4DrvsSzEIkDQvKqOk7cDdWQLTI1r\
                37gwRck+Law5/NHuLdw=
                """),
        ForeignValue(
            algorithm: .rsaPSS(.sha3_256, saltLength: 32), key: "rsa",
            value: """
                aakdq323PIBduWNiL2Z5THMiiShER0VNltDizu9mx98XvupdL/Q5xFLqsPRisRDyU4kxsXmZ7vzw\
                55VRHWbbXkHzJjXEf8KWS3NpA7ymgmMjXAxHZy8aFyDU5JvbB36rSb4s/NYUUmOJsw7I+uSAqeJf\
                Ri7E3ccINrbmp5KOEhs=
                """),
        ForeignValue(
            algorithm: .rsaPKCS1(.sha224), key: "rsa",
            value: """
                O8z7ZTf/5XMoKYvww0p/SkjMoIN8v710FNPTtdiG7du62BF6q3Bk9aoIuUnFlLTvd4LHa66dgkpK\
                ePpgK/AWxnJTcE1Oxj9SxGRWGwnbqCTdxzFIyGxK8TfFOYW+SR2GMFBy3QstxmK+dwotNjREKrDG\
                QUQHFleUpPIIFJOJSVg=
                """),
        ForeignValue(
            algorithm: .rsaPKCS1(.sha3_256), key: "rsa",
            value: """
                FBC3sxeQzODPdEUN3+Z4Q1WA0v0gCxlIvelcWTIHOvrrlQzdDwRWF/bzOow91Jn7Y+YFXHMDD0mD\
                tMQe0ODaD9eGYsg5QOCO04tmHxPhvseSoquNNf77tlhE1YfpUabSPFO5vOJ1AneNAStAhIt+WZ7/\
                tKYsr1tOwIG1oRko41E=
                """),
        ForeignValue(
            algorithm: .rsaPKCS1(.md5), key: "rsa",
            value: """
                EdYeIOQh+KmCmla2id7MIev26GZqNNqSkrKaitwfg8AcG0qyBUNJgOBtb1Lr8y+j84glhWH7BIB+\
                Yr4WK00Cfj8XkAcWGHKQQzKz5Xg1fbN5YjNpxdq1I4Dx6CKp2dmAkzMP1Rc2hdYiCf6Edz53118S\
                NAVsoYm7dstIAi2VtlE=
                """),
        ForeignValue(
            algorithm: .ecdsa(.sha224), key: "ec",
            value: """
                MEUCIHYbhLzXq9ZyZcPJnL5y4c5C3iYL1Pwmsa98Rume31XgAiEAgTuSrP0MuwDwGs33d/l9keOu\
                MkM8zB9EmLHAHNK/rz4=
                """),
        ForeignValue(
            algorithm: .ecdsa(.sha3_224), key: "ec",
            value: """
                MEQCIHtk7rqM0j+zjRexT/sZG3vzVEVlrxvHvV4MOt/jVaFtAiBi/lHOWC29hBaluKW3vVVw07YX\
                L+rlJGfYSHsjkHBxgQ==
                """),
        ForeignValue(
            algorithm: .rsaPKCS1(.sha256), key: "shortRSA",
            value: """
                z+caelfHUjQJpJu/3UfW8BUypZPET3zjJh9LoA8Obf2W+4a8ijpCYtFKhjasEHaT3HHZVJ1d6t8+\
                VmJFoKgwcA==
                """),
        ForeignValue(
            algorithm: .dsa(.sha1), key: "dsa",
            value: """
                MDwCHETa1sN9YFuf9IZS0veTrNDYsXq9GMO9L633EF8CHDEciUM2Oo/YgsYL8m+vCn0RIbBoyWQn\
                1gsQhAo=
                """),
        ForeignValue(
            algorithm: .ed448, key: "ed448",
            value: """
                LDJnpTBjeKc3bRNFWhT9Z2DUqnWjSsn2Rh3Ub1GhkWzAHrqczqd4MviYHz6WBW3OMVxdyvCNrAqA\
                juqbxOSTfmdQAkEjrzvxkocd9FcsuAmHgjG7aoD72kZD/f3cASeTPkTWChadT6FvSDYi27SC7jwA
                """),
    ]
}

@Suite("Signature values of other programs, computed over big numbers")
struct BigNumberSignatureTests {
    @Test("verify", arguments: ForeignValue.all)
    fileprivate func verify(_ vector: ForeignValue) throws {
        let found = try vector.publicKey().verify(
            signature: vector.valueBytes(), over: ForeignValue.message,
            algorithm: vector.algorithm)
        #expect(found == .valid)
    }

    @Test("do not verify over another message", arguments: ForeignValue.all)
    fileprivate func otherMessage(_ vector: ForeignValue) throws {
        let found = try vector.publicKey().verify(
            signature: vector.valueBytes(), over: ForeignValue.message + [0],
            algorithm: vector.algorithm)
        #expect(found == .invalid)
    }

    @Test("do not verify with a bit changed", arguments: ForeignValue.all)
    fileprivate func otherValue(_ vector: ForeignValue) throws {
        var value = try vector.valueBytes()
        value[value.count / 2] ^= 1
        let found = try vector.publicKey().verify(
            signature: value, over: ForeignValue.message, algorithm: vector.algorithm)
        #expect(found == .invalid)
    }

    @Test("a salt of another length than the value's is refused")
    func salt() throws {
        let vector = ForeignValue.all[0]
        let found = try vector.publicKey().verify(
            signature: vector.valueBytes(), over: ForeignValue.message,
            algorithm: .rsaPSS(.sha256, saltLength: 19))
        #expect(found == .invalid)
    }

    @Test("Ed25519ctx verifies the vector of RFC 8032, 7.2, and only with its context")
    func context() throws {
        let key = try PublicKey(
            subjectPublicKeyInfo: [
                0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21,
            ]
                + [0] + hex("dfc9425e4f968f7f0c29f0259cf5f9aed6851c2bb4ad8bfb860cfee0ab248292"))
        let message = hex("f726936d19c800494e3fdaff20b276a8")
        let value = hex(
            "55a4cc2f70a54e04288c5f4cd1e45a7bb520b36292911876cada7323198dd87a"
                + "8b36950b95130022907a7fb7c4e9b2d5f6cca685a587b4b21f4b888e4e7edb0d")
        let (foo, bar) = (Array("foo".utf8), Array("bar".utf8))
        #expect(key.verify(signature: value, over: message, algorithm: .ed25519ctx(foo)) == .valid)
        #expect(
            key.verify(signature: value, over: message, algorithm: .ed25519ctx(bar)) == .invalid)
    }

    @Test("`r || s` may have more zeros than the order, not fewer digits")
    func padded() throws {
        let vector = try #require(ForeignValue.all.first { $0.key == "ec" })
        let signature = try ECDSASignature(der: vector.valueBytes())
        let raw = try #require(signature.raw(for: .p256))
        let key = try vector.publicKey()
        let padded = [0] + raw.prefix(32) + [0] + raw.suffix(32)
        for (value, expected) in [
            (raw, SignatureCheck.valid), (padded, .valid), (Array(raw.dropLast(2)), .invalid),
        ] {
            #expect(
                key.verify(
                    rawSignature: value, over: ForeignValue.message, algorithm: vector.algorithm)
                    == expected)
        }
    }

    @Test("an exponent that only serves to keep us busy is not computed")
    func exponent() throws {
        let key = try PublicKey(
            rsaModulus: [UInt8](repeating: 0xFF, count: 64),
            exponent: [UInt8](repeating: 0xFF, count: 9))
        let found = key.verify(
            signature: [UInt8](repeating: 1, count: 64), over: [1], algorithm: .rsaPKCS1(.sha256))
        #expect(found == .unsupported("RSA 512"))
    }
}

private func hex(_ text: String) -> [UInt8] {
    let digits = Array(text.utf8).map { UInt8(String(UnicodeScalar($0)), radix: 16) ?? 0 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

// SPDX-License-Identifier: Apache-2.0

package import Crypto
package import CryptoExtras
import Foundation
package import Trust

/// A private key of the test PKI: fixed, public, and worthless anywhere else.
package enum TestKey: Sendable {
    case p256(P256.Signing.PrivateKey)
    case rsa(_RSA.Signing.PrivateKey)

    /// The P-256 key whose secret number is the SHA-256 of a name.
    package static func p256(named name: String) throws -> TestKey {
        let seed = SHA256.hash(data: Array("open-econnector test key: \(name)".utf8))
        return .p256(try P256.Signing.PrivateKey(rawRepresentation: Array(seed)))
    }

    /// The one RSA-3072 key of the test PKI.
    package static func rsa3072() throws -> TestKey {
        let der = Data(base64Encoded: rsaPrivateKey, options: .ignoreUnknownCharacters) ?? Data()
        return .rsa(try _RSA.Signing.PrivateKey(derRepresentation: der))
    }

    package var publicKey: PublicKey {
        get throws {
            switch self {
            case .p256(let key):
                try PublicKey(subjectPublicKeyInfo: Array(key.publicKey.derRepresentation))
            case .rsa(let key):
                try PublicKey(subjectPublicKeyInfo: Array(key.publicKey.derRepresentation))
            }
        }
    }

    /// What this key signs with unless told otherwise.
    package var algorithm: SignatureAlgorithm {
        switch self {
        case .p256: .ecdsa(.sha256)
        case .rsa: .rsaPKCS1(.sha256)
        }
    }

    /// Signs bytes; the value is DER for ECDSA.
    package func sign(_ bytes: [UInt8]) throws -> [UInt8] {
        let digest = SHA256.hash(data: bytes)
        switch self {
        case .p256(let key): return Array(try key.signature(for: digest).derRepresentation)
        case .rsa(let key):
            return Array(
                try key.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation)
        }
    }

    /// Signs bytes with RSASSA-PSS and a salt as long as the digest.
    package func signPSS(_ bytes: [UInt8]) throws -> [UInt8] {
        guard case .rsa(let key) = self else { return [] }
        return Array(
            try key.signature(for: SHA256.hash(data: bytes), padding: .PSS).rawRepresentation)
    }

    /// The signature of an RSA key over the SHA-1 of the bytes, as the oldest formats have it.
    package func signSHA1(_ bytes: [UInt8]) throws -> [UInt8] {
        guard case .rsa(let key) = self else { return [] }
        return Array(
            try key.signature(
                for: Insecure.SHA1.hash(data: bytes), padding: .insecurePKCS1v1_5
            ).rawRepresentation)
    }

    /// The key as PKCS #8 in PEM, for other people's programs.
    package var pem: String {
        switch self {
        case .p256(let key): key.pemRepresentation
        case .rsa(let key): key.pkcs8PEMRepresentation
        }
    }
}

/// PKCS #8, made with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -outform DER`.
private let rsaPrivateKey = """
    MIIG4wIBAAKCAYEAj3O3tKivpwYdnvUXSgR3rkheIY75WZmqgHf4op+tQ/O31kLXmsA/yX/OjZyRsYCJ3WetU87m
    Km6n9NZ90GogtZgLREtyw5yBGd1s2vD3wIDDVUpKZICep+ZLSuDor8audReg5w81ka8LOH0Rdgk8jGU+5iUj9Rw+
    t3caVPqCg1GyDE2kkb7DXK9SgMYNA61IrjFUglFrKA8ZNPVJmoVzDzHwSto6y5goXX8oK1ZORHTT/QznQ8ZBawIh
    BjJHiRYOa0vFDzjyBRTgYzRxdCNNdLUi7rGu456ob0LvL9z4SKFMUGH7cNNYzxOdSA6cstu8UhKJb4VNVcBpllAY
    tgE6pXDw3tuf5wxrAXfhJNfqdORhc7UOISRSXyMkdVPTrIYu06DU0vRilLSbi6rBw9/QeNfTA+mHtqWCwF7pn15C
    dCNonzRyfDkmLFht6udR2f2Ky44XmnsrzOmXQCF1PlaWJOwMeL9aWt+8bEL0la8Fw6FqAnNKLq5g3dQTDhIboKoN
    AgMBAAECggGAB6I5SuhVHJbDOcPCHwK42bHpLHD+zOlT/O0lcoX7wutzw3egIJCNdGwUMk38JM15yKntO9H9RpHH
    50wIuvAC2JcENnirXUR1TEqPseDz1i8j9eRzrAB6MOYc6JmqWDxC6WE+Az24dI2zk6h4Judb7P6wR6//R1pe7gVt
    Bcuk6VcOGgCBuu3DWKnNwqOHasQsY3Slkh/CC4ouJbbN2WazlkHqjxko2s+4ii0rlo7LsHHlHAi1P9KLhaXB2yIO
    03k0a9FHStl9cLNhDbMjEgdLJ8Qft0/19lB9oCPA8JtAWM3UInDslHhUaLXDZNYPREs1taJ329braPniljqWPwdi
    r6zExrHz0pmLUxB3Faacc0GJAR7RNeZoryowp4oOfsMUDiOr3IrUl/eUqHKQJphZ/Fsw6bvAGj7Ifq0I3zdj8oEb
    XFjgS0eecwKoUQBBC542fxWC3FL98pEZVmgmIZp9+WhfBj1A2pfna5h77IxirQWJZ/EnfM1ZvWk/nxJc/3qjAoHB
    AMb/VXLx+Jd7+ZCi+wM268LKS3DzRwh16vGYRIpQoUhLStll/JHBklNNWhpFIDlgfy3jUCMhj2TJB34nYbQyrksg
    QC0tElm2nkRdGYeRh/csNlEIPfqmIU/cNNEJJ0BNSx27mSFbDmmJbdx7SULhSpuvD9uyrtYbSy+fmRc9GGEymf82
    kyRL8YzTLAoTR9pcyy7wExT/W8tjPK7oUNANgeFy3h+Ukn/s0igPetmt7mZWngXw7NuVi6DC7nmzv+BjSwKBwQC4
    izBvoFLbrm1no8tJAELJfx8HcEhYWtfxnmbw2QPK68Gn8PJTrhBAq7gIR88HfDFfCtC/P3+N/qVJzgZZcVhEewMF
    PJcgqzZJgdRXc9ClI5PffGDQ0gz5x1Wx0cXe8ulF+Q1u0q9Q2W7K4S1TVg1tf0l+apwZG1ucO6i/BGoN3ynCu0ih
    qxZoT+eUFAIUh4aEgM54gHQsBd2FeroVyWKq4Cxbt0VjnC+iWZulJw/Y4/+XdnplbGbID2pdPhd++QcCgcEAlbK9
    ADRhEuwTaKgCdn+ZSbbOm9CXDhlOvaITZY2UVoM1cmeTYb6hqgLVlk+MFz2tTsLipRr4+RN1jIRprpo1nZRMUu/G
    DzEezETRELf89YcP8VNm9KiHBMGeBeaB3ZCHwn0+i+Yo6GGXALbJ/QLoEkfWgSpg9fYgUFoaW239ahkb2e6fMD3l
    H1A4n/ezJOSLgOrfH/udfVpQ6y8eo/SVURkNWep1bsCjs7k5bIm4fsoIJGYCeIl+OViK94it/koTAoHAYQd+DhMD
    vdG2YFm0lst2Ui9uhyC4SQxqofWhNl1EKztN9RkwsGLC1N30wxXOeqcH5mrvWr7uOCB9k5Kpr/lyaX8sFWLIKzsa
    Lgf/N4QDXfCY3VauKN1oSSRPoFElcpXRpSLPt0c7Oo04PZ+rjzedk8brQ3aWYHUL89dCYDzX7jc549NI2wfzniD1
    J9xlQ5oGVkDLTnxrmIH0+SuQD8h1Alcfu5FfAIKsYPYwaeNh563pQx/eNtmKKQJB8IinHfGdAoHAXSCd40Vb4XaE
    vp7O9BoEn0iE2MBnZYz94GmPY6WJMN8wy4Zsy7CYkbd4oNSqn2G22jbwXyPCmviD74Dx0RZ+cRFcsdeqComUg3GH
    qV5yoGC6Xy8FfSTuPjWJaaQM1tzmcAHGWn+qhXQSxWhA4I8nhwyKdMJ80GorkvzRT3gMH/2rVZ8eYAgDaiPjfi2r
    Q1PA/Cou6p6yHU+3WKgimegXEAJqBrnxCnZYpHPNBgmmb/qRC9OaYP7MadJ/kcjjpoaf
    """

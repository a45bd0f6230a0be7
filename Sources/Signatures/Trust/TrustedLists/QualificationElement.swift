// SPDX-License-Identifier: Apache-2.0

/// What a supervisory body says of certificates that fulfil criteria (TS 119 612, 5.5.9.2).
package struct QualificationElement: Sendable {
    /// What the element says, by the last part of its URI.
    package enum Qualifier: String, Sendable, CaseIterable {
        case qualified = "QCStatement"
        case notQualified = "NotQualified"
        case withDevice = "QCWithQSCD"
        case withoutDevice = "QCNoQSCD"
        case deviceAsInCertificate = "QCQSCDStatusAsInCert"
        case withSignatureDevice = "QCWithSSCD"
        case withoutSignatureDevice = "QCNoSSCD"
        case signatureDeviceAsInCertificate = "QCSSCDStatusAsInCert"
        case forLegalPerson = "QCForLegalPerson"
        case forSignature = "QCForESig"
        case forSeal = "QCForESeal"
        case forWebAuthentication = "QCForWSA"
        case deviceManagedOnBehalf = "QCQSCDManagedOnBehalf"
    }

    /// When the element applies (CriteriaListType).
    package struct Criteria: Sendable {
        package enum Assertion: String, Sendable { case all, atLeastOne, none }
        package enum Criterion: Sendable {
            /// Each bit has this value.
            case keyUsage([(bit: KeyUsage, value: Bool)])
            /// The certificate names all of these policies.
            case policies([OID])
            /// The certificate is for all of these purposes.
            case purposes([OID])
            /// The subject has all of these attributes.
            case subjectAttributes([OID])
            case nested(Criteria)
            /// A criterion that is not processed: nobody can say whether the element applies.
            case unknown
        }

        package let assertion: Assertion
        package let criteria: [Criterion]

        package init(assertion: Assertion, criteria: [Criterion]) {
            (self.assertion, self.criteria) = (assertion, criteria)
        }

        /// Nil when it depends on a criterion that is not processed.
        package func hold(for certificate: Certificate) -> Bool? {
            let answers = criteria.map { $0.holds(for: certificate) }
            let isUnsure = answers.contains(nil)
            switch assertion {
            case .all: return answers.contains(false) ? false : isUnsure ? nil : true
            case .atLeastOne: return answers.contains(true) ? true : isUnsure ? nil : false
            case .none: return answers.contains(true) ? false : isUnsure ? nil : true
            }
        }
    }

    package let qualifiers: Set<Qualifier>
    package let criteria: Criteria

    package init(qualifiers: Set<Qualifier>, criteria: Criteria) {
        (self.qualifiers, self.criteria) = (qualifiers, criteria)
    }
}

extension QualificationElement.Criteria.Criterion {
    fileprivate func holds(for certificate: Certificate) -> Bool? {
        let extensions = certificate.extensions
        switch self {
        case .keyUsage(let bits):
            return bits.allSatisfy { bit, value in
                (extensions.keyUsage?.contains(bit) ?? false) == value
            }
        case .policies(let policies): return Set(policies).isSubset(of: extensions.policies)
        case .purposes(let purposes):
            return Set(purposes).isSubset(of: extensions.extendedKeyUsage ?? [])
        case .subjectAttributes(let attributes):
            return attributes.allSatisfy { certificate.subject[$0] != nil }
        case .nested(let criteria): return criteria.hold(for: certificate)
        case .unknown: return nil
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
import XML
import XMLSignature

/// Namespace of XAdES 1.3.2 (EN 319 132-1, 4.2).
package let xadesNamespace = "http://uri.etsi.org/01903/v1.3.2#"
/// Namespace of XAdES 1.4.1 (EN 319 132-1, 4.2).
package let xades141Namespace = "http://uri.etsi.org/01903/v1.4.1#"
/// The Type of the reference to SignedProperties (EN 319 132-1, 4.4.2).
package let signedPropertiesType = "http://uri.etsi.org/01903#SignedProperties"
/// The Type of a reference to the SignatureValue of a countersigned signature (EN 319 132-1, 5.2.7).
package let countersignedType = "http://uri.etsi.org/01903#CountersignedSignature"

/// The namespaces of all versions that are read, the older ones of TS 101 903 too.
private let knownNamespaces: Set<String> = [
    xadesNamespace, xades141Namespace, "http://uri.etsi.org/01903/v1.1.1#",
    "http://uri.etsi.org/01903/v1.2.2#",
]

/// The Types under which SignedProperties were referenced, by version.
package let signedPropertiesTypes: Set<String> = [
    signedPropertiesType, "http://uri.etsi.org/01903/v1.1.1#SignedProperties",
    "http://uri.etsi.org/01903/v1.2.2#SignedProperties",
    "http://uri.etsi.org/01903/v1.3.2#SignedProperties",
]

extension Element.Name {
    /// A name of XAdES 1.3.2 with the prefix `xades`.
    static func xades(_ localName: String) -> Element.Name {
        Element.Name(localName, prefix: "xades", in: xadesNamespace)
    }

    /// A name of XAdES 1.4.1 with the prefix `xades141`.
    static func xades141(_ localName: String) -> Element.Name {
        Element.Name(localName, prefix: "xades141", in: xades141Namespace)
    }
}

extension XMLNode {
    /// Whether this is an element of XAdES, in any of its namespaces.
    var isXAdES: Bool { namespace.map(knownNamespaces.contains) ?? false }

    func isXAdES(_ localName: String) -> Bool { self.localName == localName && isXAdES }

    func xadesChildren(_ localName: String) -> [XMLNode] {
        children.filter { $0.isXAdES(localName) }
    }

    func xadesChild(_ localName: String) -> XMLNode? {
        children.first { $0.isXAdES(localName) }
    }

    /// A child of XML-DSig that versions before 1.3.2 had in their own namespace.
    func digestChild(_ localName: String) -> XMLNode? {
        children.first {
            $0.localName == localName && ($0.isXAdES || $0.namespace == xmldsigNamespace)
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
import XML

/// Namespace of XAdES 1.3.2 (EN 319 132-1, 4.2).
package let xadesNamespace = "http://uri.etsi.org/01903/v1.3.2#"
/// Namespace of XAdES 1.4.1 (EN 319 132-1, 4.2).
package let xades141Namespace = "http://uri.etsi.org/01903/v1.4.1#"
/// The Type of the reference to SignedProperties (EN 319 132-1, 4.4.2).
package let signedPropertiesType = "http://uri.etsi.org/01903#SignedProperties"

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

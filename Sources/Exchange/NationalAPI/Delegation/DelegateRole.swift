// SPDX-License-Identifier: Apache-2.0

/// What a délégué autorisé claims to be in his signature: function and provider code (GW-07).
///
/// The wording is ours, as nothing is published. Both sides of the wire compare it as a whole;
/// whether it is true, a mandate says.
package struct DelegateRole: Sendable, Hashable {
    /// On whose behalf he signs.
    package var providerCode: String

    package init(ofProvider providerCode: String) { self.providerCode = providerCode }

    /// The claimed role as it stands in the signature.
    package var text: String { "Délégué autorisé du prestataire \(providerCode)" }
}

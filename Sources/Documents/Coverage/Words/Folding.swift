// SPDX-License-Identifier: Apache-2.0

extension String {
    /// Lower case without the accents of our languages; everything else stays.
    var folded: String {
        var folded = ""
        for scalar in lowercased().unicodeScalars {
            switch scalar {
            case "à", "á", "â", "ã", "ä", "å": folded += "a"
            case "ç": folded += "c"
            case "è", "é", "ê", "ë": folded += "e"
            case "ì", "í", "î", "ï": folded += "i"
            case "ñ": folded += "n"
            case "ò", "ó", "ô", "õ", "ö": folded += "o"
            case "ù", "ú", "û", "ü": folded += "u"
            case "œ": folded += "oe"
            case "æ": folded += "ae"
            case "ß": folded += "ss"
            case "’": folded += "'"
            default: folded.unicodeScalars.append(scalar)
            }
        }
        return folded
    }
}

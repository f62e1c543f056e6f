import CUtf8proc

/// What a folded scalar does to the words around it.
enum ScalarClass {
    /// A letter or digit that goes on or begins a word.
    case word
    /// A letter of a script without spaces, which is compared by itself.
    case run
    /// A mark: it belongs to the scalar before it.
    case mark
    /// An apostrophe: part of a word between two of its letters.
    case apostrophe
    /// A scalar that is a picture by default.
    case emoji
    /// A character that is a picture only before U+FE0F: ©, ™, ‼, ↔ and their like.
    case emojiOnRequest
    /// Format characters and variation selectors, which are ignored.
    case invisible
    /// Everything else.
    case gap

    init(_ scalar: Int32) {
        if scalar < 0x80 {
            switch scalar {
            case 0x30...0x39, 0x61...0x7A: self = .word
            case 0x27: self = .apostrophe
            default: self = .gap
            }
            return
        }
        switch scalar {
        case 0xFE00...0xFE0F, 0xE0100...0xE01EF: self = .invisible
        case 0xFF9E, 0xFF9F: self = .mark  // halfwidth voicing
        case 0x1F1E6...0x1F1FF, 0x1F3FB...0x1F3FF: self = .emoji
        default: self.init(property: utf8proc_get_property(scalar).pointee, of: scalar)
        }
    }

    private init(property: utf8proc_property_t, of scalar: Int32) {
        let category = utf8proc_category_t(UInt32(UInt16(bitPattern: property.category)))
        if property.boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC.rawValue {
            let isPicture = category == UTF8PROC_CATEGORY_SO || category == UTF8PROC_CATEGORY_CN
            self = isPicture && scalar >= 0x2300 ? .emoji : .emojiOnRequest
            return
        }
        switch category {
        case UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LL, UTF8PROC_CATEGORY_LT, UTF8PROC_CATEGORY_LM,
            UTF8PROC_CATEGORY_LO, UTF8PROC_CATEGORY_NL:
            self = Self.isWithoutSpaces(scalar) ? .run : .word
        case UTF8PROC_CATEGORY_ND, UTF8PROC_CATEGORY_NO: self = .word
        case UTF8PROC_CATEGORY_MN, UTF8PROC_CATEGORY_MC, UTF8PROC_CATEGORY_ME: self = .mark
        case UTF8PROC_CATEGORY_CF: self = .invisible
        default: self = .gap
        }
    }

    /// Whether a letter is of a script without spaces between words. Whole blocks are listed, because other scalars in
    /// them were classified before.
    private static func isWithoutSpaces(_ scalar: Int32) -> Bool {
        switch scalar {
        case 0x0E00...0x0EFF: true  // Thai, Lao
        case 0x1000...0x109F, 0xA9E0...0xA9FF, 0xAA60...0xAA7F: true  // Myanmar
        case 0x1780...0x17FF: true  // Khmer
        case 0x3005...0x3007, 0x3021...0x303B, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            true  // Han
        case 0x3041...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9F, 0x1AFF0...0x1AFFF, 0x1B000...0x1B16F: true  // Kana
        default: false
        }
    }
}

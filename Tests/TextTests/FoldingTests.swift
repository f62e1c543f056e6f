import Testing
import Text

@Suite struct FoldingTests {
    private func folded(_ text: String) -> [Unicode.Scalar] {
        Array(String(decoding: Folding.fold(text), as: UTF8.self).unicodeScalars)
    }

    static let table: [(String, String)] = [
        // ASCII
        ("", ""), ("Hello, WORLD 42 @[`{", "hello, world 42 @[`{"), ("\0\t\u{7F}", "\0\t\u{7F}"),
        // Latin: accents go, letters with a stroke or of their own stay
        ("Crème BRÛLÉE", "creme brulee"), ("e\u{301}", "e"), ("Ñandú", "nandu"), ("Ångström", "angstrom"),
        ("\u{212B}\u{212A}", "ak"), ("Łódź", "łodz"), ("Æther Øre", "æther øre"),
        // German: ß is not ss
        ("Größe", "große"), ("STRASSE", "strasse"), ("straße", "straße"), ("STRAẞE", "straße"),
        // Turkish: İ is i, ı is not
        ("İSTANBUL", "istanbul"), ("Isparta", "isparta"), ("ısparta", "ısparta"),
        // Vietnamese, composed and decomposed
        ("Tiếng Việt", "tieng viet"), ("Tie\u{302}\u{301}ng Vie\u{323}\u{302}t", "tieng viet"), ("Đường", "đuong"),
        // Greek: tones go, the final sigma is a sigma
        ("ΟΔΌΣ", "οδοσ"), ("οδός", "οδοσ"), ("ΐ", "ι"), ("ᾂ", "α"),
        // Cyrillic: ё and й lose their marks
        ("Ёлка ЙОД", "елка иод"), ("Ґанок Їжак", "ґанок іжак"),
        // A typographic apostrophe is a plain one; other quotes stay
        ("Don’t", "don't"), ("‘don’", "‘don'"), ("rock ʼn roll", "rock ʼn roll"),
        // Marks of other scripts stay
        ("हिन्दी", "हिन्दी"), ("\u{958}", "\u{915}\u{93C}"), ("مُحَمَّد", "مُحَمَّد"), ("\u{623}", "\u{627}\u{654}"),
        ("שָׁלוֹם", "ש\u{5B8}\u{5C1}לו\u{5B9}ם"), ("น้ำ", "น้ำ"),
        // Kana voicing stays, in its decomposed form
        ("がパ", "か\u{3099}ハ\u{309A}"), ("ｶﾞ", "ｶﾞ"),
        // Hangul comes apart
        ("각", "\u{1100}\u{1161}\u{11A8}"),
        // Compatibility forms are other characters
        ("ﬁ", "ﬁ"), ("ＡＢ", "ａｂ"), ("Ⅷ", "ⅷ"), ("㎏", "㎏"),
        // Beyond the first plane
        ("𐐀", "𐐨"), ("👍🏽", "👍🏽"), ("\u{2F800}", "\u{4E3D}"),
    ]

    @Test("a text folds to lower case without accents", arguments: table)
    func folds(text: String, expected: String) {
        #expect(folded(text) == Array(expected.unicodeScalars))
    }

    @Test("the marks U+0300 to U+036F are left out, their neighbours are not")
    func marks() {
        for value in UInt32(0x300)...0x36F {
            #expect(folded("a" + String(Character(Unicode.Scalar(value)!))) == ["a"])
        }
        #expect(folded("a\u{2FF}\u{373}\u{483}") == ["a", "\u{2FF}", "\u{373}", "\u{483}"])
    }

    @Test("folding a folded text changes nothing")
    func isIdempotent() {
        for value in UInt32(0)...0x1FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let once = Folding.fold(String(Character(scalar)))
            if Folding.fold(String(decoding: once, as: UTF8.self)) != once { Issue.record("U+\(value)") }
        }
    }

    @Test(
        "scripts without Latin marks fold to canonically equivalent text",
        arguments: [
            0x5D0...0x74F, 0x900...0x109F, 0x1100...0x11FF, 0x3041...0x30FF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFB1D...0xFB4F, 0x1D15E...0x1D164, 0x2F800...0x2FA1D,
        ] as [ClosedRange<UInt32>])
    func isCanonical(range: ClosedRange<UInt32>) {
        for value in range {
            // Georgian capitals have small letters.
            guard let scalar = Unicode.Scalar(value), !scalar.properties.isUppercase else { continue }
            let text = String(Character(scalar))
            // The standard library compares strings by canonical equivalence.
            if String(decoding: Folding.fold(text), as: UTF8.self) != text { Issue.record("U+\(value)") }
        }
    }

    @Test("marks are folded into one order")
    func orderOfMarks() {
        let vowel = "\u{5B8}"
        let point = "\u{5C1}"
        let meteg = "\u{5BD}"
        let orders = [[vowel, point, meteg], [meteg, vowel, point], [point, meteg, vowel], [point, vowel, meteg]]
        #expect(Set(orders.map { Folding.fold("ש" + $0.joined() + "ל") }).count == 1)
        // A letter between two marks keeps them apart.
        #expect(Folding.fold("ש" + point + "ל" + vowel) != Folding.fold("ש" + vowel + "ל" + point))
    }

    @Test("a text of marks alone is folded")
    func onlyMarks() {
        let marks = String(repeating: "\u{5C1}\u{5B8}\u{301}", count: 20_000)
        #expect(Folding.fold(marks).count == 80_000)
    }

    @Test(
        "whole texts are equal apart from case, accents and white space around them",
        arguments: [
            ("", "", true), (" \t\r\n", "", true), ("Yes", " yes\n", true), ("Oui, café", "OUI, CAFE\u{301}", true),
            ("\u{3000}はい\u{A0}", "はい", true), ("é \u{2003}", "e", true), ("yes.", "yes", false),
            ("a  b", "a b", false), ("yes", "yess", false), ("", "a", false),
            ("I don’t", "i don't", true), ("I don't", "I don’t", true), ("が", "か", false),
        ])
    func equals(line: String, text: String, areEqual: Bool) {
        #expect(Line(line).equals(FoldedText(text)) == areEqual)
        #expect((FoldedText(line) == FoldedText(text)) == areEqual)
    }
}

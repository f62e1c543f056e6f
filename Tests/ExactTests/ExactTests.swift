import Exact
import Testing

@Suite("Texts by their bytes")
struct ExactTests {
    /// Texts that Swift's own `==` takes for one, and what differs by a little.
    static let texts = [
        "", "\0", "a", "a\0", "K", "\u{212A}", ";", "\u{37E}", "`", "\u{1FEF}", "\u{E9}", "e\u{301}", "\u{301}",
        "\u{301}\u{327}",
        "\u{327}\u{301}", "\u{C5}", "\u{212B}", "A\u{30A}", "\u{FEFF}", "\u{200C}", "\u{200D}", "\u{FE0F}", "☕",
        "☕\u{FE0F}",
        "\u{AC00}", "\u{1100}\u{1161}", "12345678", "12345679", "02345678", "123456789", "12345678\u{301}",
        "\u{1F1E9}\u{1F1EA}",
        "a text of more than fifteen bytes", "a text of more than fifteen bytez",
    ]

    @Test("a text equals only the text with the same bytes", arguments: texts)
    func equality(_ text: String) {
        for other in Self.texts {
            let areSame = Array(text.utf8) == Array(other.utf8)
            #expect((text === other) == areSame, "\(other.debugDescription)")
            #expect((text !== other) == !areSame)
            #expect((ExactText(text) == ExactText(other)) == areSame)
            #expect((Optional(text) === Optional(other)) == areSame)
        }
        let (one, none): (String?, String?) = (text, nil)
        #expect(one !== none)
        #expect(none === none)
    }

    @Test("texts that differ in bytes are different keys, and are sorted by bytes")
    func keys() {
        let set = Set(exact: Self.texts)
        #expect(set.count == Self.texts.count)
        let sorted = set.sorted().map { Array($0.text.utf8) }
        #expect(sorted == Self.texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
        var texts: Texts = ["\u{E9}": "one"]
        texts["e\u{301}"] = "two"
        let name = "\u{E9}"
        #expect(texts[name] == "one")
        #expect(texts.count == 2)
    }

    struct Place: Sendable {
        let text, part: String
        let begins, ends, holds: Bool

        init(_ text: String, _ part: String, _ begins: Bool, _ ends: Bool, _ holds: Bool) {
            (self.text, self.part, self.begins, self.ends, self.holds) = (text, part, begins, ends, holds)
        }
    }

    static let places = [
        Place("", "", true, true, true), Place("a", "", true, true, true), Place("", "a", false, false, false),
        Place("-\u{301}x", "-", true, false, true), Place("x-\u{301}", "-", false, false, true),
        Place("key\u{301}", "key", true, false, true), Place("\u{301}key", "key", false, true, true),
        Place("\u{E9}", "e", false, false, false), Place("e\u{301}", "e", true, false, true),
        Place("e\u{301}", "\u{E9}", false, false, false), Place("ab", "abc", false, false, false),
    ]

    @Test("begins, ends and holds compare bytes, also beside a combining mark", arguments: places)
    func parts(_ place: Place) {
        #expect(place.text.begins(with: place.part) == place.begins)
        #expect(place.text.ends(with: place.part) == place.ends)
        #expect(place.text.holds(place.part) == place.holds)
    }

    @Test("a byte is found wherever it is, also inside a character")
    func bytes() {
        #expect("a text of more than fifteen bytes%".holds(UInt8(ascii: "%")))
        #expect("%\u{301}".holds(UInt8(ascii: "%")))
        #expect("\u{E9}".holds(0xA9 as UInt8))
        #expect(!"".holds(UInt8(ascii: "%")))
        #expect(!"a".holds(UInt8(ascii: "%")))
    }

    @Test("a text is replaced also before a combining mark")
    func replacing() {
        let text = "it'\u{301}s '".with("\\'", inPlaceOf: "'")
        #expect(Array(text.utf8) == Array("it\\'\u{301}s \\'".utf8))
        #expect("a".with("b", inPlaceOf: "") == "a")
    }

    @Test("length is counted in Unicode scalars", arguments: ["a", "\u{E9}", "\u{301}", "☕", "\u{1F525}"])
    func length(_ scalar: String) {
        let text = String(repeating: scalar, count: 10)
        #expect(text.hasScalars(atMost: 10))
        #expect(!text.hasScalars(atMost: 9))
        #expect("".hasScalars(atMost: 0))
    }

    @Test("a family emoji has seven scalars, and many marks are counted up to the limit only")
    func marks() {
        #expect(!"👨‍👩‍👧‍👦".hasScalars(atMost: 6))
        #expect("👨‍👩‍👧‍👦".hasScalars(atMost: 7))
        #expect(!("e" + String(repeating: "\u{301}", count: 1 << 19)).hasScalars(atMost: 10_000))
    }

    static let blanks = [
        ("", true), (" \t\r\n", true), ("\u{2003}\u{A0}\u{3000}\u{85}", true), (" \u{301}", false), ("\u{301}", false),
        ("\u{200B}", false), ("\u{200C}", false), ("\0", false), (" a", false),
    ]

    @Test("a text is blank if every scalar is white space", arguments: blanks)
    func blank(_ text: String, _ isBlank: Bool) {
        #expect(text.isBlank == isBlank)
    }

    static let trims = [
        ("", ""), (" \t\r\n", ""), ("a", "a"), (" a b\n", "a b"), ("\u{2003}\u{A0}a\u{3000}", "a"),
        ("\u{200B}a", "\u{200B}a"),
        (" \u{301}", "\u{301}"), ("\u{1C}a", "\u{1C}a"), ("é ", "é"), ("\u{B}a\u{85}", "a"),
    ]

    @Test("a trimmed text has no white space before and after it", arguments: trims)
    func trimmed(_ text: String, _ trimmed: String) {
        #expect(text.trimmed === trimmed)
    }
}

import Testing

@testable import Program

@Suite("Text on a terminal")
struct ShownTextTests {
    static let texts = [
        ("", ""), ("Grumpy Barista", "Grumpy Barista"), ("Zoë 漢 😀", "Zoë 漢 😀"),
        ("Mira\u{1B}[31m", "Mira\\u{1b}[31m"), ("a\u{7}b\u{9B}c\u{7F}", "a\\u{7}b\\u{9b}c\\u{7f}"),
        ("a\u{202E}b", "a\\u{202e}b"), ("a\u{2066}b\u{2069}", "a\\u{2066}b\\u{2069}"), ("a\r\nb", "a\\u{d}\nb"),
        ("a\tb\nc", "a\tb\nc"), ("👩\u{200D}🚀", "👩\u{200D}🚀"),
    ]

    @Test("control characters and changes of direction are written out; lines and tabs stay", arguments: texts)
    func shown(_ text: String, _ shown: String) {
        #expect(text.shown.unicodeScalars.elementsEqual(shown.unicodeScalars))
    }

    @Test("in one line a line feed cannot begin another row")
    func inLine() {
        #expect("a\n  API key   pk_evil\tb".shownInLine == "a\\n  API key   pk_evil\\tb")
    }
}

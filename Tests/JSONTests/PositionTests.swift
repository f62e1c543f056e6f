import JSON
import Testing

@Suite struct PositionTests {
    struct Case: Sendable {
        let text: String
        let offset: Int
        let line: Int
        let column: Int

        init(_ text: String, _ offset: Int, _ line: Int, _ column: Int) {
            (self.text, self.offset, self.line, self.column) = (text, offset, line, column)
        }
    }

    static let cases = [
        Case("", 0, 1, 1),
        Case("abc", 0, 1, 1),
        Case("abc", 2, 1, 3),
        Case("abc", 3, 1, 4),
        // Beyond either end.
        Case("abc", 9, 1, 4),
        Case("abc", -1, 1, 1),
        // Each line end, and the places before, on and behind it.
        Case("a\nb", 1, 1, 2),
        Case("a\nb", 2, 2, 1),
        Case("a\r\nb", 1, 1, 2),
        Case("a\r\nb", 3, 2, 1),
        Case("a\rb", 2, 2, 1),
        Case("a\r\rb", 3, 3, 1),
        Case("\n\r\n\n", 4, 4, 1),
        Case("a\r", 2, 2, 1),
        // A column is a scalar: é is two bytes, 漢 three, 😀 four, e + U+0301 two scalars.
        Case("éb", 2, 1, 2),
        Case("漢b", 3, 1, 2),
        Case("😀b", 4, 1, 2),
        Case("e\u{301}b", 3, 1, 3),
        Case("x\n漢字", 5, 2, 2),
        // A byte order mark has no column, and U+FEFF elsewhere has one.
        Case("\u{FEFF}", 0, 1, 1), Case("\u{FEFF}ab", 3, 1, 1), Case("\u{FEFF}ab", 4, 1, 2),
        Case("\u{FEFF}a\nb", 5, 2, 1),
        Case("a\u{FEFF}b", 4, 1, 3),
        // Inside a scalar.
        Case("é", 1, 1, 1),
        Case("a😀", 4, 1, 2),
    ]

    @Test("an offset has its line and column", arguments: cases)
    func position(_ item: Case) {
        let position = JSONPositions(Array(item.text.utf8)).of(item.offset)
        #expect(position == (item.line, item.column))
    }

    @Test(
        "a position after much text is the same, wherever the text is cut for counting",
        arguments: [254, 255, 256, 511, 512])
    func afterMuch(_ length: Int) {
        let before = Array(repeating: UInt8(ascii: "x"), count: length)
        for item in Self.cases
        where !item.text.hasPrefix("\u{FEFF}") && (0...item.text.utf8.count).contains(item.offset) {
            let position = JSONPositions(before + Array(item.text.utf8)).of(length + item.offset)
            #expect(position == (item.line, item.line == 1 ? item.column + length : item.column), "\(item)")
        }
    }

    @Test("JSONLines counts the same lines without columns, in any order of offsets")
    func lines() {
        let text = Array(Self.cases.map(\.text).joined(separator: "\r\n").utf8)
        let positions = JSONPositions(text)
        let offsets = Array(-1...text.count + 1)
        for order in [offsets, offsets.reversed(), offsets.map { $0 * 7 % text.count }] {
            var lines = JSONLines(text)
            for offset in order { #expect(lines.of(offset) == positions.of(offset).line, "\(offset)") }
        }
    }

    @Test("the error in a fixture has the line and column that an editor shows")
    func ofAnError() throws {
        let text = Array("{\r\n  \"née\": 1,\r\n  \"漢\": tru\r\n}".utf8)
        let offset = try #require(error(text)?.offset)
        #expect(JSONPositions(text).of(offset) == (3, 8))
    }
}

import JSON
import Testing

@Suite("Keys by their bytes")
struct KeyByteTests {
    private static let value = JSONValue.object([
        .init("\u{E9}", .integer(1)), .init("e\u{301}", .integer(2)), .init("\u{212A}", .integer(3)),
        .init("K", .integer(4)),
    ])

    @Test("a key is found by its bytes", arguments: [("\u{E9}", 1), ("e\u{301}", 2), ("\u{212A}", 3), ("K", 4)])
    func subscripts(_ key: String, _ number: Int) {
        #expect(Self.value[key]?.integer == number)
        #expect(Self.value.setting(key, to: nil).members?.count == 3)
    }

    @Test("a patch changes the member whose key has the same bytes")
    func patch() {
        let patched = Self.value.merging(.object([.init("e\u{301}", .null), .init("\u{212A}", .integer(5))]))
        #expect(patched.members?.map { Array($0.key.utf8) } == ["\u{E9}", "\u{212A}", "K"].map { Array($0.utf8) })
        #expect(patched["\u{212A}"]?.integer == 5)
    }
}

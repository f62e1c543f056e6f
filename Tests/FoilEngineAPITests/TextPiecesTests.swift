import Testing

@testable import FoilEngineAPI

@Suite("The pieces of a streamed text")
struct TextPiecesTests {
    static let cases: [(String, [String])] = [
        ("", []), ("Halt.", ["Halt."]), ("Halt, you there", ["Halt, ", "you ", "there"]),
        ("  two  spaces ", ["  ", "two  ", "spaces "]), ("a\nb\tc", ["a\n", "b\t", "c"]),
        (String(repeating: "\r\n", count: 25), [24, 1].map { String(repeating: "\r\n", count: $0) }),
        ("a\r\nb\u{301}c\rd", ["a\r\n", "b\u{301}c\r", "d"]),
        ("👩‍👩‍👧 👋🏽", ["👩‍👩‍👧 ", "👋🏽"]),
        (String(repeating: "語", count: 50), [24, 24, 2].map { String(repeating: "語", count: $0) }),
        (String(repeating: "e\u{301}", count: 25), [24, 1].map { String(repeating: "e\u{301}", count: $0) }),
    ]

    @Test("Words go with the space after them; long runs are cut between characters", arguments: cases)
    func pieces(_ text: String, _ expected: [String]) {
        #expect(TextPieces.of(text) == expected)
    }

    @Test(
        "The pieces together are the text",
        arguments: cases.map(\.0) + [
            "\u{2028}a\u{85}b", "\r\n\r\n x", "\u{301} \u{301} a", "\u{645}\u{6CC}\u{200C}\u{62E} \u{200D}x",
            "\u{5E9}\u{5B8}\u{5C1} \u{E2A}\u{E27}\u{E31} \u{928}\u{92E}\u{938}\u{94D}", "\0 \0",
        ])
    func whole(_ text: String) {
        #expect(Array(TextPieces.of(text).joined().utf8) == Array(text.utf8))
        #expect(TextPieces.of(text).allSatisfy { !$0.isEmpty })
    }
}

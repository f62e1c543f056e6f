import JSON
import Testing

@Suite("Places in strings")
struct StringPlaceTests {
    /// A string as written, a byte of its value, and that byte's place behind the opening quote.
    static let places: [(String, Int, Int)] = [
        ("abc", 0, 0), ("abc", 2, 2), ("abc", 3, 3), ("", 0, 0), (#"\\w"#, 1, 2), (#"\n\t\"x"#, 3, 6), ("é🔥x", 6, 6),
        (#"\u0041x"#, 1, 6), (#"\u00e9x"#, 2, 6), (#"\u20ACx"#, 3, 6), (#"\ud83d\uDE00x"#, 4, 12),
        (#"a\u00e9"#, 3, 7),
    ]

    @Test("a byte of a string's value is found in the text, behind longer escapes", arguments: places)
    func place(_ written: String, _ byte: Int, _ expected: Int) throws {
        let bytes = Array("[ \"\(written)\"]".utf8)
        #expect(try JSONReader.read(bytes).array?.first?.string != nil)
        #expect(JSONReader.offset(ofByte: byte, inStringAt: 2, of: bytes) == 3 + expected)
    }
}

import JSON
import Testing

@Suite("A long text of an object that comes in pieces")
struct LongMemberTests {
    /// An object, what is kept of it, and the long text `data`.
    static let objects: [(String, String, String?)] = [
        (#"{"data":"Zm9v"}"#, #"{"data":""}"#, "Zm9v"),
        (#"{"a": 1, "data" : "Zm9v", "b": [{}]}"#, #"{"a": 1, "data" : "", "b": [{}]}"#, "Zm9v"),
        ("{\n\t\"data\":\r\n \"Zm9v\"\n}", "{\n\t\"data\":\r\n \"\"\n}", "Zm9v"),
        (#"{"data":"a\"b\\"}"#, #"{"data":""}"#, #"a\"b\\"#),
        (#"{"data":""}"#, #"{"data":""}"#, ""),
        // The last of several, as the reader takes it.
        (#"{"data":"first","data":"last"}"#, #"{"data":"","data":""}"#, "last"),
        // Other members, deeper ones, values with the same text, and other kinds of values are kept.
        (#"{"date":"x"}"#, #"{"date":"x"}"#, nil), (#"{"o":{"data":"x"}}"#, #"{"o":{"data":"x"}}"#, nil),
        (#"{"a":"data","b":"x"}"#, #"{"a":"data","b":"x"}"#, nil), (#"{"data":["x"]}"#, #"{"data":["x"]}"#, nil),
        (#"{"data":null,"a":"x"}"#, #"{"data":null,"a":"x"}"#, nil), (#"{"\"data":"x"}"#, #"{"\"data":"x"}"#, nil),
        (#"{"a":"\\","data":"x"}"#, #"{"a":"\\","data":""}"#, "x"), (#""data""#, #""data""#, nil),
        // What is no JSON is kept as none.
        (#"{"data":"x"#, #"{"data":""#, nil), (#"{"data" "x"}"#, #"{"data" ""}"#, "x"), ("]]", "]]", nil),
        ("", "", nil),
    ]

    @Test("the text is left out, however the object is cut", arguments: objects)
    func leftOut(_ object: String, _ rest: String, _ text: String?) {
        let bytes = Array(object.utf8)
        for size in 1...max(1, bytes.count) {
            var member = LongMember("data")
            for start in stride(from: 0, to: bytes.count, by: size) {
                member.append(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(String(decoding: member.rest, as: UTF8.self) == rest)
            #expect(member.place.map { String(decoding: bytes[$0], as: UTF8.self) } == text)
        }
    }

    static let escapes: [(String, String?)] = [
        ("Zm9v", "Zm9v"), (#"a\/b\u002b\u003Dc"#, "a/b+=c"), (#"\\\""#, #"\""#), (#"\n"#, "\n"), (#"\q"#, nil),
        (#"\u00e9"#, nil), (#"\ud83d\ude00"#, nil), (#"\u00zz"#, nil),
    ]

    @Test("escapes of ASCII are read, however the text is cut; others are refused", arguments: escapes)
    func read(_ written: String, _ text: String?) {
        let bytes = Array(written.utf8)
        for size in 1...bytes.count {
            var (reader, found) = (ASCIIText(), [UInt8]?([]))
            for start in stride(from: 0, to: bytes.count, by: size) {
                let piece = reader.append(Array(bytes[start..<min(start + size, bytes.count)]))
                found = piece.flatMap { piece in found.map { $0 + piece } }
                if found == nil { break }
            }
            #expect(found.map { String(decoding: $0, as: UTF8.self) } == text)
        }
    }
}

import JSON
import Testing

@Suite struct WriterTests {
    private func written(asciiOnly: Bool = false, _ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(capacity: 16, asciiOnly: asciiOnly)
        write(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("a reply is written as FastAPI writes it")
    func reply() {
        let text = written { json in
            json.beginObject()
            json.member("session_id", "s-1")
            json.member("message", "Rare? — “can you afford it?”")
            json.member("score", -15)
            json.member("follow_up", true)
            json.member("outcome", nil as String?)
            json.member("redirect_limit", nil as Int?)
            json.member("sealed", nil as Bool?)
            json.key("machines")
            json.beginArray()
            json.string("a")
            json.beginObject()
            json.endObject()
            json.beginArray()
            json.endArray()
            json.beginObject()
            json.member("b", false)
            json.member("c", 0)
            json.endObject()
            json.null()
            json.endArray()
            json.member("last", "")
            json.endObject()
        }
        let expected = """
            {"session_id":"s-1","message":"Rare? — “can you afford it?”","score":-15,"follow_up":true,"outcome":null,\
            "redirect_limit":null,"sealed":null,"machines":["a",{},[],{"b":false,"c":0},null],"last":""}
            """
        #expect(text == expected)
    }

    @Test(
        "integers are written in full",
        arguments: [
            (0, "0"), (7, "7"), (-1, "-1"), (10, "10"), (1_234_567_890, "1234567890"),
            (Int.max, "9223372036854775807"), (Int.min, "-9223372036854775808"),
        ])
    func integers(value: Int, text: String) {
        #expect(written { $0.integer(value) } == text)
    }

    @Test(
        "a string is escaped only where JSON requires it",
        arguments: [
            ("", "\"\""),
            ("plain /text'", "\"plain /text'\""),
            ("\"\\", #""\"\\""#),
            ("a\"b", #""a\"b""#),
            ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#),
            ("\0\u{1}\u{B}\u{E}\u{1F} ", #""\u0000\u0001\u000b\u000e\u001f ""#),
            ("\u{7F}\u{80}\u{85}", "\"\u{7F}\u{80}\u{85}\""),
            ("é漢😀\u{2028}", "\"é漢😀\u{2028}\""),
        ])
    func strings(value: String, text: String) {
        #expect(written { $0.string(value) } == text)
        #expect(written { $0.key(named: value) } == text + ":")
    }

    @Test(
        "an ASCII-only string has every other scalar escaped",
        arguments: [
            ("plain ~", #""plain ~""#),
            ("\u{7F}\u{80}\u{7FF}", #""\u007f\u0080\u07ff""#),
            ("\u{800}\u{2028}\u{FFFF}", #""\u0800\u2028\uffff""#),
            ("\u{10000}😀\u{10FFFF}", #""\ud800\udc00\ud83d\ude00\udbff\udfff""#),
            ("aéb", #""a\u00e9b""#),
        ])
    func asciiOnly(value: String, text: String) {
        #expect(written(asciiOnly: true) { $0.string(value) } == text)
    }

    @Test(
        "what is escaped is found at every place of a text, once and twice, and nothing else is changed",
        arguments: [
            ("\"", #"\""#, #"\""#), ("\\", #"\\"#, #"\\"#),
            ("\u{1F}", #"\u001f"#, #"\u001f"#), ("\u{7F}", "\u{7F}", #"\u007f"#),
            ("é", "é", #"\u00e9"#), ("😀", "😀", #"\ud83d\ude00"#),
        ])
    func places(special: String, text: String, ascii: String) {
        for (before, after) in (0...20).flatMap({ before in (0...20).map { (before, $0) } }) {
            let (start, end) = (String(repeating: "!", count: before), String(repeating: "~", count: after))
            for (value, isTwice) in [(start + special + end, false), (start + special + end + special, true)] {
                #expect(written { $0.string(value) } == "\"\(start)\(text)\(end)\(isTwice ? text : "")\"")
                #expect(
                    written(asciiOnly: true) { $0.string(value) }
                        == "\"\(start)\(ascii)\(end)\(isTwice ? ascii : "")\"")
            }
        }
    }

    @Test("a plain string is written between quotes, among others with its commas")
    func plain() {
        let text = written { json in
            json.beginArray()
            for _ in 1...2 { json.string(plain: 3) { $0.copyBytes(from: "abc".utf8) } }
            json.endArray()
        }
        #expect(text == #"["abc","abc"]"#)
    }

    @Test("an encoded value is written among others with its commas")
    func encoded() {
        var writer = JSONWriter(capacity: 16)
        writer.beginArray()
        writer.encoded(Array(#"{"a":1}"#.utf8))
        writer.encoded(Array("2".utf8))
        writer.integer(3)
        writer.endArray()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"[{"a":1},2,3]"#)
    }

    @Test("an indented value has one member or item a line")
    func indented() throws {
        let value = try JSONReader.read(Array(#"{"a":[1,{"b":"c\n"},[]],"d":{},"e":null}"#.utf8))
        let text = """
            {
              "a": [
                1,
                {
                  "b": "c\\n"
                },
                []
              ],
              "d": {},
              "e": null
            }

            """
        #expect(String(decoding: value.indented, as: UTF8.self) == text)
        #expect(try JSONReader.read(value.indented).bytes == value.bytes)
    }

    @Test("an ASCII character is escaped or not wherever it is in a text", arguments: [false, true])
    func everywhere(asciiOnly: Bool) {
        for value in UInt8(0)..<0x80 {
            let character = String(Unicode.Scalar(value))
            let alone = written(asciiOnly: asciiOnly) { $0.string(character) }.dropFirst().dropLast()
            for before in 0..<18 {
                let (start, end) = (String(repeating: "a", count: before), String(repeating: "z", count: 17 - before))
                #expect(
                    written(asciiOnly: asciiOnly) { $0.string(start + character + end) } == "\"\(start)\(alone)\(end)\""
                )
            }
        }
    }
}

import HTTP
import Testing

@Suite("Fields and their names")
struct FieldsTests {
    @Test("A name is kept in lower case", arguments: ["Content-Type", "CONTENT-TYPE", "content-type"])
    func lowerCase(_ text: String) {
        #expect(FieldName(text) == .contentType)
        #expect(FieldName(text)?.text == "content-type")
        #expect(FieldName(Array(text.utf8)[...]) == .contentType)
    }

    @Test(
        "A text that is no token is no field name",
        arguments: [
            "", " ", "a b", "a ", " a", "a:", "a\r\n", "a\0", "é", "a\u{7F}", "(a)", "a/b", "\"a\"", "a@b", "{a}",
        ])
    func notAToken(_ text: String) {
        #expect(FieldName(text) == nil)
        #expect(FieldName(Array(text.utf8)[...]) == nil)
    }

    @Test("A name may have every character of a token")
    func token() {
        #expect(FieldName("!#$%&'*+-.^_`|~09AZaz")?.text == "!#$%&'*+-.^_`|~09azaz")
    }

    @Test("A long name is kept whole")
    func longName() {
        let text = String(repeating: "x", count: 5000)
        #expect(FieldName(text)?.text == text)
    }

    @Test("A name gives its first value, or all of them in order")
    func lookup() {
        var fields = Fields()
        fields.add(.allow, "a")
        fields.add(.host, "b")
        fields.add(.allow, "c")
        #expect(fields[.allow] == "a")
        #expect(fields.all(.allow) == ["a", "c"])
        #expect(fields[.expect] == nil)
        #expect(fields.all(.expect).isEmpty)
        #expect(fields.list.map(\.name) == [.allow, .host, .allow])
    }

    @Test("Every control character in a value becomes a space", arguments: Array(0x00...0x1F) + [0x7F] as [UInt8])
    func controls(_ byte: UInt8) {
        var fields = Fields()
        fields.add(.host, "a" + String(Unicode.Scalar(byte)) + "é")
        #expect(fields[.host] == "a é")
    }

    @Test("A value without control characters is kept")
    func kept() {
        var fields = Fields()
        fields.add(.host, "a \u{80}\u{2028}é~")
        #expect(fields[.host] == "a \u{80}\u{2028}é~")
    }

    @Test("Values are replaced in their places; without new values the fields are the same")
    func replacing() {
        var fields = Fields()
        for (name, value) in [("one", "1"), ("two", "2"), ("three", "3"), ("two", "4")] {
            fields.add(FieldName(name)!, value)
        }
        let replaced = fields.replacing { name, value in
            name.elementsEqual("two".utf8) ? "new \(String(decoding: value, as: UTF8.self))" : nil
        }
        #expect(replaced.list.map(\.name.text) == ["one", "two", "three", "two"])
        #expect(replaced.list.map(\.value) == ["1", "new 2", "3", "new 4"])
        #expect(fields.replacing { _, _ in nil } == fields)
        let last = fields.replacing { name, _ in name.elementsEqual("three".utf8) ? "" : nil }
        #expect(last.list.map(\.value) == ["1", "2", "", "4"])
    }
}

import FuzzChecks
@testable import JSON
import Testing

@Suite struct ReaderTests {
    @Test("every accepted vector is read as its expected value", arguments: AcceptedVector.all)
    func accepted(_ vector: AcceptedVector) throws {
        #expect(contents(try JSONReader.read(vector.input)) == vector.holds)
    }

    @Test("every refused vector is refused with its message at its offset", arguments: RefusedVector.all)
    func refused(_ vector: RefusedVector) {
        #expect(error(vector.input) == vector.error)
    }

    @Test("an accepted vector that is cut short is refused at an offset in the text")
    func cutShort() {
        for vector in AcceptedVector.all where [UInt8(ascii: "{"), UInt8(ascii: "["), 0x22].contains(vector.input[0]) {
            for length in vector.input.indices {
                guard let error = error(Array(vector.input[..<length])) else {
                    Issue.record("\(vector) reads when cut to \(length)")
                    continue
                }
                #expect((0...length).contains(error.offset))
            }
        }
    }

    @Test("nesting is read up to the limit and refused at the bracket beyond it", arguments: ["[", "{\"a\":"])
    func depth(opening: String) {
        let closing = opening == "[" ? "]" : "}"
        func nested(_ levels: Int) -> [UInt8] {
            Array((opening * levels + "0" + closing * levels).utf8)
        }
        #expect(error(nested(64)) == nil)
        let tooDeep = "expected at most 64 levels of nesting, found one more"
        #expect(error(nested(65)) == JSONError(message: tooDeep, offset: opening.utf8.count * 64))
        #expect(error(nested(2), depthLimit: 1)?.offset == opening.utf8.count)
        #expect(error(Array("0".utf8), depthLimit: 0) == nil)
    }

    @Test(
        "a hundred thousand opening brackets are refused at the limit of nesting",
        arguments: ["[", "{\"a\":", "[{\"a\":"])
    func abyss(opening: String) {
        #expect(error(Array((opening * 100_000).utf8))?.message.hasPrefix("expected at most 64 levels") == true)
    }

    @Test("brackets side by side do not count as nesting")
    func breadth() throws {
        let text = "[" + "[[]]," * 10_000 + "1]"
        #expect(try JSONReader.read(Array(text.utf8), depthLimit: 3).array?.count == 10_001)
    }

    @Test("values and keys have the offsets of their first bytes")
    func offsets() throws {
        let value = try JSONReader.read(Array(" {\"é\": [1, \"b\"],\n\"c\":null}".utf8))
        #expect(value.offset == 1)
        let members = try #require(value.members)
        #expect(members.map(\.keyOffset) == [2, 18])
        #expect(members.map(\.value.offset) == [8, 22])
        #expect(value["é"]?.array?.map(\.offset) == [9, 12])
    }

    @Test("a subscript finds the last member with the key, and nothing in a value that is no object")
    func lastMember() throws {
        let value = try JSONReader.read(Array(#"{"a":1,"b":2,"a":3}"#.utf8))
        #expect(value["a"]?.integer == 3)
        #expect(value["b"]?.integer == 2)
        #expect(value["c"] == nil)
        #expect(value["a"]?["a"] == nil)
    }

    @Test(
        "a number written with a point or an exponent is an integer when it is whole and exact",
        arguments: [
            ("3.0", 3), ("1e3", 1000), ("-0.0", 0), ("1.5e1", 15), ("-2.50E2", -250), ("9007199254740992.0", 1 << 53),
            ("9007199254740994.0", nil), ("0.5", nil), ("1e300", nil), ("-1e19", nil),
        ] as [(String, Int?)])
    func wholeNumber(_ text: String, _ number: Int?) throws {
        #expect(try JSONReader.read(Array(text.utf8)).integer == number)
    }

    @Test("an accessor returns a value of its own kind only")
    func accessors() throws {
        let value = try JSONReader.read(Array(#"[null,true,7,1.5,"s",[],{}]"#.utf8))
        let values = try #require(value.array)
        #expect(values.map(\.isNull) == [true, false, false, false, false, false, false])
        #expect(values.map(\.bool) == [nil, true, nil, nil, nil, nil, nil])
        #expect(values.map(\.integer) == [nil, nil, 7, nil, nil, nil, nil])
        #expect(values.map(\.string) == [nil, nil, nil, nil, "s", nil, nil])
        #expect(values.map { $0.array?.count } == [nil, nil, nil, nil, nil, 0, nil])
        #expect(values.map { $0.members?.count } == [nil, nil, nil, nil, nil, nil, 0])
    }
}

private func * (text: String, count: Int) -> String {
    String(repeating: text, count: count)
}

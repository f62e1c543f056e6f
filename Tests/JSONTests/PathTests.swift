import JSON
import Testing

@Suite struct PathTests {
    private static let text = #"{"a": [1, {"b": 2, "c d": [true]}, []], "": {"e": null}, "f": ""}"#

    @Test(
        "each value and each key has its path",
        arguments: [
            ("{\"a\"", ""), ("\"a\"", "a"), ("[1", "a"), ("1,", "a[0]"), ("{\"b\"", "a[1]"), ("\"b\"", "a[1].b"),
            ("2", "a[1].b"), ("\"c d\"", #"a[1]["c d"]"#), ("true", #"a[1]["c d"][0]"#), ("[]", "a[2]"),
            ("\"\":", #"[""]"#), ("{\"e\"", #"[""]"#), ("null", #"[""].e"#), ("\"f\"", "f"), ("\"\"}", "f"),
        ])
    func way(_ place: String, _ path: String) throws {
        let range = try #require(Self.text.firstRange(of: place))
        let offset = Self.text.utf8.distance(from: Self.text.startIndex, to: range.lowerBound)
        #expect(JSONPath.of(offset, in: try JSONReader.read(Array(Self.text.utf8))) == path)
    }

    @Test("an offset between values has the path of what is around it")
    func between() throws {
        let value = try JSONReader.read(Array(Self.text.utf8))
        #expect(JSONPath.of(9, in: value) == "a[0]")
        #expect(JSONPath.of(-1, in: value) == "")
        #expect(JSONPath.of(100_000, in: value) == "f")
    }
}

@Suite struct EditingTests {
    private func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8)) }

    @Test(
        "a member is set in its place or at the end, and removed with all its repeats",
        arguments: [
            (#"{"a":1,"b":2}"#, "a", JSONValue.null, #"{"a":null,"b":2}"#),
            (#"{"a":1}"#, "b", .string("x"), #"{"a":1,"b":"x"}"#),
            (#"{"b":1,"a":2,"b":3}"#, "b", .bool(true), #"{"b":true,"a":2}"#),
            (#"{"b":1,"a":2,"b":3}"#, "b", nil, #"{"a":2}"#), ("[1]", "a", .integer(1), "[1]"),
        ])
    func set(_ text: String, _ key: String, _ value: JSONValue?, _ expected: String) throws {
        #expect(String(decoding: try read(text).setting(key, to: value).bytes, as: UTF8.self) == expected)
    }

    @Test(
        "a number with a point or an exponent is written as the same number",
        arguments: ["1.5", "-0.0", "1e300", "5e-324", "12345678901234567890", "0.1"])
    func doubles(_ text: String) throws {
        let value = try read(text)
        guard case .double(let before) = value.kind, case .double(let after) = try JSONReader.read(value.bytes).kind
        else {
            Issue.record("no double")
            return
        }
        #expect(before.bitPattern == after.bitPattern)
    }
}

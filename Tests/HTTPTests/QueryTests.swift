import HTTP
import Testing

@Suite("Queries and percent-encoding")
struct QueryTests {
    @Test(
        "A query is decoded as a form is",
        arguments: [
            ("", []),
            ("a=1", ["a", "1"]),
            ("a=1&b=2", ["a", "1", "b", "2"]),
            ("a=1&a=2", ["a", "1", "a", "2"]),
            ("&&a=1&", ["a", "1"]),
            ("a", ["a", ""]),
            ("a=", ["a", ""]),
            ("=", ["", ""]),
            ("=b", ["", "b"]),
            ("a=b=c", ["a", "b=c"]),
            ("a=1;b=2", ["a", "1;b=2"]),
            ("a?b=c?d", ["a?b", "c?d"]),
            ("first+name=J%C3%B6rg+K", ["first name", "Jörg K"]),
            ("%61%3D%26=%2B%25", ["a=&", "+%"]),
            ("a=%zz&b=%4&c=%", ["a", "%zz", "b", "%4", "c", "%"]),
            ("a=%%41", ["a", "%A"]),
            ("a=%C3", ["a", "\u{FFFD}"]),
            ("a=x%FFy", ["a", "x\u{FFFD}y"]),
            ("a=b%00c", ["a", "b\0c"]),
        ] as [(String, [String])])
    func pairs(_ raw: String, _ expected: [String]) {
        #expect(Query(raw).pairs.flatMap { [$0.name, $0.value] } == expected)
    }

    @Test("A query returns the first value of a name")
    func lookup() {
        let query = Query("limit=10&limit=20&empty=")
        #expect(query["limit"] == "10")
        #expect(query["empty"] == "")
        #expect(query["Limit"] == nil)
    }

    @Test(
        "A path segment is decoded, or refused",
        arguments: [
            ("", ""), ("plain", "plain"), ("a+b", "a+b"), ("a%20b", "a b"), ("%2Fetc%2fpasswd", "/etc/passwd"),
            ("J%C3%B6rg", "Jörg"), ("%F0%9F%A6%8A", "🦊"), ("%25", "%"), ("%2525", "%25"), ("%00", "\0"),
            ("%", nil), ("%4", nil), ("%zz", nil), ("%4g", nil), ("a%", nil), ("%+1", nil), ("%C3", nil),
            ("%FF", nil), ("%C0%AF", nil), ("%ED%A0%80", nil),
        ] as [(String, String?)])
    func segment(_ text: String, _ expected: String?) {
        #expect(PercentEncoding.decode(text) == expected)
    }
}

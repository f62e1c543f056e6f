import Exact
import Testing
import Text

@Suite("Patterns")
struct PatternTests {
    struct Case: Sendable {
        let pattern: String
        let text: String
        let captures: Texts?

        init(_ pattern: String, _ text: String, _ captures: Texts?) {
            (self.pattern, self.text, self.captures) = (pattern, text, captures)
        }
    }

    static let matches = [
        // Caseless, anywhere in the text
        Case("gold", "Some GOLD, please", [:]), Case("^gold$", "some gold", nil), Case("gold", "silver", nil),
        Case("(?-i)gold", "GOLD", nil), Case("", "", [:]), Case("a", "", nil),
        // Unicode
        Case("straße", "STRAẞE", [:]), Case("ÉTÉ", "été", [:]), Case(#"^\w+$"#, "žluťoučký", [:]),
        Case(#"^\p{L}+$"#, "Ωмега", [:]), Case(#"\d"#, "٣", [:]), Case("^.$", "🔥", [:]),
        Case("^.{2}$", "e\u{301}", [:]),
        // Unfolded: an accent counts
        Case("cafe", "café", nil), Case("café", "CAFÉ", [:]),
        // A typographic apostrophe is a plain one, in the pattern and in the text; a capture has the text's own
        Case("don't", "I don’t", [:]), Case("don’t", "I don't", [:]), Case("[’]", "'", [:]),
        Case("^[^']*$", "don’t", nil), Case("^.{5}$", "don’t", [:]), Case("^don.{3}$", "don’t", nil),
        Case("(?<first>.+)’(?<last>.)", "é’s ‘x’y", ["first": "é’s ‘x", "last": "y"]),
        Case("(?<all>.*)", "’", ["all": "’"]), Case("(?<none>)$", "’", ["none": ""]),
        // Named groups
        Case(#"i am (?<alias>\p{L}+)"#, "Well, I am Kestrel.", ["alias": "Kestrel"]),
        Case("(?<a>.)(?<b>.)", "🔥é!", ["a": "🔥", "b": "é"]),
        Case("(?<a>x)|(?<b>y)", "y", ["b": "y"]), Case("(?<a>x)?y", "y", [:]), Case("(?<a>)y", "y", ["a": ""]),
        Case("(x)(?<a>y)(z)", "xyz", ["a": "y"]), Case("(?<a>x)+", "xxX", ["a": "X"]),
        Case("(?<out>a(?<in>b))", "ab", ["out": "ab", "in": "b"]), Case("(?<a>x)", "y", nil),
        Case(#"(?=(?<a>\w+))\w"#, "abc", ["a": "abc"]),
        // The first match
        Case(#"(?<n>\d+)"#, "12 then 34", ["n": "12"]),
    ]

    @Test("a pattern matches or does not, and its named groups catch (FIXTURES.md pattern)", arguments: matches)
    func captures(_ item: Case) throws {
        #expect(try Pattern(item.pattern).captures(in: item.text) == item.captures)
    }

    @Test("groups are listed in the order of their numbers")
    func groups() throws {
        #expect(try Pattern("(?<zeta>a)(b)(?<alpha>c)(?<mid>d)").groups == ["zeta", "alpha", "mid"])
        #expect(try Pattern("(a)").groups.isEmpty)
    }

    static let broken = [
        ("(", 1), ("a(b", 3), ("[a", 2), ("a**+", 2), ("(?<a", 4), ("é(?<1>x)", 5), (#"\C"#, 2),
        ("’(", 4), ("’*’**+", 8),
    ]

    @Test("a pattern that does not compile is refused with the byte where it breaks", arguments: broken)
    func refused(_ source: String, _ offset: Int) {
        let error = #expect(throws: Pattern.CompileError.self) { try Pattern(source) }
        #expect(error?.offset == offset)
        #expect(error?.message.isEmpty == false)
    }

    @Test("a pattern of 4096 bytes compiles, a longer one is refused")
    func long() throws {
        #expect(try Pattern(String(repeating: "a", count: 4096)).groups.isEmpty)
        let error = #expect(throws: Pattern.CompileError.self) { try Pattern(String(repeating: "a", count: 4097)) }
        #expect(error?.message == "the pattern is longer than 4096 bytes")
        #expect(error?.offset == 0)
    }
}

@Suite("Patterns that would never end")
struct PatternLimitTests {
    static let run = String(repeating: "a", count: 10_000)
    static let spaces = String(repeating: " ", count: 10_000)
    static let mixed = String(repeating: "ab ", count: 3_333)

    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: String
        let text: String

        init(_ pattern: String, _ text: String) { (self.pattern, self.text) = (pattern, text) }

        var testDescription: String { "\(pattern) on \(text.prefix(6))…" }
    }

    /// Ends in a class or in `$`, where PCRE2 cannot see beforehand that a letter is missing.
    static let cases = [
        // Nested quantifiers: an exponential number of ways
        Case("(a+)+b", run), Case("(.*a){25}", spaces), Case("(a+)+[bc]", run), Case("(a*)*[bc]", run),
        Case("(a|a)*[bc]", run), Case("(a|aa)+$", run + "!"), Case("(.*a){25}[bc]", run), Case("((a+)+)+$", run + "!"),
        Case("(?:(?:a?){30}){30}[bc]", run), Case(#"^(\w+\s?)+$"#, mixed + "!"), Case("(a+a+)+[bc]", run),
        Case("(?<x>(?<y>a+)+)+[bc]", run),
        // Many places to start at, each a long way
        Case("a*a*[bc]", run), Case("a+[bc]", run), Case(#"\s+$"#, spaces + "!"), Case("(?=.*[bc])a", run),
        Case(".*.*.*[xy]", mixed), Case("(?<!b)a*[bc]", run), Case("[^x]*+[^y]*+[xy]", run),
        // References and recursion
        Case(#"(.*)\1[bc]"#, run), Case(#"(a*)\1*[bc]"#, run), Case("(a(?1)?a)[bc]", run), Case("(?:a(?R)?)+[bc]", run),
    ]

    @Test("a match that takes too long is given up", arguments: cases)
    func bounded(_ item: Case) throws {
        #expect(try Pattern(item.pattern).captures(in: item.text) == nil)
    }

    @Test("a thousand matches that take too long come to an end")
    func many() throws {
        let pattern = try Pattern("(a+)+$")
        let line = String(repeating: "a", count: 40) + "!"
        #expect((0..<1_000).allSatisfy { _ in pattern.captures(in: line) == nil })
    }

    @Test("a pattern whose match was given up still matches the next line")
    func next() throws {
        let pattern = try Pattern("(?<run>(a+)+)[bc]")
        #expect(pattern.captures(in: Self.run) == nil)
        #expect(pattern.captures(in: "xaab") == ["run": "aa"])
    }

    @Test("a plain pattern is found at the end of the longest line")
    func far() throws {
        #expect(try Pattern("(?<last>gold)$").captures(in: Self.mixed + "gold") == ["last": "gold"])
        #expect(try Pattern(#"(?<last>\p{N}+)"#).captures(in: Self.mixed + "42") == ["last": "42"])
    }
}

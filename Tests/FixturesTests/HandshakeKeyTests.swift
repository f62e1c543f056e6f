import Fixtures
import Testing

@Suite("Handshake keys of accounts.json")
struct HandshakeKeyTests {
    private static func accounts(_ keys: String, _ own: String = #""pk_live_a""#) -> String {
        #"{"accounts": [{"name": "a", "keys": [\#(own)], "handshake_keys": [\#(keys)]}]}"#
    }

    @Test("a key has a persona's folder, a machine's key, and the number of conversations it can start")
    func decoded() throws {
        let text = Self.accounts(
            """
            {"key": "ft_sk_a", "persona": "mira", "machine": "gate", "credits": 0},
            {"key": "ft_sk_b", "persona": "mira", "machine": "road"}
            """)
        let account = try #require(try Folder.load(Folder.files(accounts: text)).accounts.accounts.first)
        #expect(
            account.bindings == [
                KeyBinding(dialect: "handshake", key: "ft_sk_a", persona: "mira", machine: "gate", credits: 0),
                KeyBinding(dialect: "handshake", key: "ft_sk_b", persona: "mira", machine: "road"),
            ])
    }

    static let broken: [(String, String)] = [
        (
            #"{"key": "k", "persona": "mora", "machine": "gate"}"#,
            #""persona" names no persona's folder: "mora"; did you mean "mira"?"#
        ),
        (
            #"{"key": "k", "persona": "mira", "machine": "gat"}"#,
            #""machine" names no machine of the persona "mira": "gat"; did you mean "gate"?"#
        ),
        (#"{"persona": "mira", "machine": "gate"}"#, #"a handshake key has no "key""#),
        (#"{"key": "k", "machine": "gate"}"#, #"a handshake key has no "persona""#),
        (
            #"{"key": "a b", "persona": "mira", "machine": "gate"}"#,
            "a key must be a text of 1 to 200 letters, digits, _ and -"
        ),
        (#"{"key": "pk_live_a", "persona": "mira", "machine": "gate"}"#, #"this key is already one of "a""#),
        (
            #"{"key": "k", "persona": "mira", "machine": "gate", "credits": -1}"#,
            #""credits" of a handshake key must be between 0 and 1000000000, not -1"#
        ),
        (
            #"{"key": "k", "persona": "mira", "machine": "gate", "credit": 1}"#,
            #"unknown key "credit" in a handshake key; did you mean "credits"?"#
        ),
        ("7", "a handshake key must be an object, not a number"),
    ]

    @Test("a wrong Handshake key is refused, with what is meant", arguments: broken)
    func refused(_ key: String, _ message: String) {
        let files = Folder.files(accounts: Self.accounts(key))
        let refusal = #expect(throws: Catalog.Refusal.self) { try Folder.load(files) }
        #expect(refusal?.diagnostics.map(\.message) == [message])
    }

    @Test("a persona with mistakes of its own is not reported as missing")
    func brokenPersona() {
        let files = Folder.files(
            gate: "nonsense", accounts: Self.accounts(#"{"key": "k", "persona": "mira", "machine": "gate"}"#))
        let refusal = #expect(throws: Catalog.Refusal.self) { try Folder.load(files) }
        #expect(refusal?.diagnostics.map(\.file) == [Folder.gate])
    }
}

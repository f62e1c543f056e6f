import EventLoop
import Testing

/// `Tests/clients/once/test_health.py` has what /etc/hosts and DNS answer.
@Suite("Looking up names")
struct NameLookupTests {
    private static func texts(_ host: String) throws -> [String] {
        try NameLookup.addresses(of: host, port: 80, seconds: 1).map(\.text)
    }

    @Test(
        "localhost, and what ends with it, is this machine in both families",
        arguments: ["localhost", "LOCALHOST", "localhost.", "a.localhost"])
    func thisMachine(_ name: String) throws {
        #expect(try Self.texts(name) == ["[::1]:80", "127.0.0.1:80"])
    }

    @Test(
        "an address is itself",
        arguments: [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("fe80::1%lo", "[fe80::1%lo]:80")])
    func literals(_ host: String, _ text: String) throws {
        #expect(try Self.texts(host) == [text])
    }
}

import Testing

@testable import Program

@Suite("The address of metrics")
struct MetricsAddressTests {
    static let good: [(String, String, UInt16, String)] = [
        ("127.0.0.1:9464", "127.0.0.1", 9464, "127.0.0.1:9464"), ("9464", "127.0.0.1", 9464, "127.0.0.1:9464"),
        ("[::1]:0", "::1", 0, "[::1]:0"), ("localhost:65535", "localhost", 65535, "localhost:65535"),
    ]

    @Test("it is a host and a port, or a port", arguments: good)
    func taken(_ text: String, _ host: String, _ port: UInt16, _ shown: String) throws {
        let address = try #require(MetricsAddress(text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.text == shown)
    }

    static let bad = [
        "", ":", ":9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+1", "::1:9464", "a:b",
    ]

    @Test("anything else is refused", arguments: bad)
    func refused(_ text: String) {
        #expect(MetricsAddress(text) == nil)
    }
}

import EventLoop
import Glibc
import Testing

@testable import Program

@Suite("foilmock health")
struct HealthTests {
    static let addresses: [(String, String, UInt16)] = [
        ("http://127.0.0.1:8000", "127.0.0.1", 8000), ("http://localhost", "localhost", 80),
        ("http://h:1/", "h", 1), ("http://h/path?x", "h", 80), ("http://[::1]:9", "::1", 9),
        ("http://[fe80::1]", "fe80::1", 80), ("http://h:65535/a:b", "h", 65535),
    ]

    @Test("a URL has a host and a port", arguments: addresses)
    func address(_ url: String, _ host: String, _ port: UInt16) throws {
        let address = try Health.address(url)
        #expect((address.host, address.port) == (host, port))
    }

    @Test(
        "another text is refused, with an example",
        arguments: [
            "", "127.0.0.1:8000", "https://h", "http://", "http:///x", "http://:80", "http://h:", "http://h:x",
            "http://h:-1", "http://a b", "http://[zz>]", "http://a@b", "http://h:+1", "http://::1", "http://[::1]x",
            "http://[]:1", "HTTP://h",
        ])
    func refused(_ url: String) {
        #expect(throws: AppError.usage("the URL must look like http://127.0.0.1:8000, not '\(url)'")) {
            try Health.address(url)
        }
    }

    @Test("a port beyond 65535 is named as the mistake")
    func port() {
        #expect(throws: AppError.usage("the port of 'http://h:65536' must be a number from 0 to 65535")) {
            try Health.address("http://h:65536")
        }
    }

    @Test("a refused text is shown in one line")
    func lines() {
        let error = #expect(throws: AppError.self) { try Health.address("http://a\nb") }
        #expect(error?.message.contains("'http://a\\nb'") == true)
    }

    /// Two addresses as a name can have them. The sockets of both are open; only those that listen accept.
    private static func connect(listening: [Bool]) throws -> Int32 {
        let loop = Loop()
        var listeners = try listening.map { _ in try Listener(loop, host: "127.0.0.1", port: 0) { _ in } }
        let addresses = try listeners.map { try SocketAddress(host: "127.0.0.1", port: $0.port) }
        for (index, isListening) in listening.enumerated().reversed() where !isListening {
            listeners.remove(at: index)
        }
        defer { withExtendedLifetime(listeners) {} }
        return try Health.connect(to: addresses, "name:1")
    }

    @Test("the first address of a name that accepts is asked", arguments: [[true, true], [false, true]])
    func connects(_ listening: [Bool]) throws {
        let descriptor = try Self.connect(listening: listening)
        #expect(descriptor >= 0)
        close(descriptor)
    }

    @Test("when none accepts, each is named with its reason")
    func refusals() throws {
        let error = #expect(throws: AppError.self) { try Self.connect(listening: [false, false]) }
        let message = try #require(error?.message)
        #expect(message.hasPrefix("Error: http://name:1 cannot be reached: 127.0.0.1:"))
        #expect(message.split(separator: ";").count == 2)
        #expect(message.hasSuffix(" Connection refused"))
    }
}

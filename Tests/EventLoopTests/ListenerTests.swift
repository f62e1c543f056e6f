import EventLoop
import Support
import Testing

struct ListenerTests {
    @Test(
        "With port 0 the system chooses a port, which the listener knows",
        arguments: ["127.0.0.1", "localhost", "::1", "[::1]", "0.0.0.0"])
    func choosesPort(host: String) throws {
        let listener = try Listener(Loop(), host: host, port: 0) { _ in }
        #expect(listener.port != 0)
    }

    @Test("A taken port is refused with its address and the reason")
    func taken() throws {
        let loop = Loop()
        let first = try Listener(loop, host: "127.0.0.1", port: 0) { _ in }
        let expected = "cannot listen on 127.0.0.1:\(first.port): Address already in use"
        #expect {
            _ = try Listener(loop, host: "127.0.0.1", port: first.port) { _ in }
        } throws: {
            String(describing: $0) == expected
        }
    }

    @Test(
        "A host must be an address or localhost",
        arguments: [
            ("example.org", "example.org:80"), ("", ":80"), ("1.2.3", "1.2.3:80"), ("127.0.0.1 ", "127.0.0.1 :80"),
            ("::g", "[::g]:80"),
        ])
    func badHost(host: String, address: String) {
        #expect {
            _ = try Listener(Loop(), host: host, port: 80) { _ in }
        } throws: {
            ($0 as? ListenError)?.address == address
        }
    }

    @Test("The port is free again when the listener ends, though connections are open")
    func freesPort() throws {
        let loop = Loop()
        var accepted: [EventLoop.Stream] = []
        var listener: Listener? = try Listener(loop, host: "127.0.0.1", port: 0) { accepted.append($0) }
        let port = try #require(listener?.port)
        let client = RawClient(port: port)
        #expect(run(loop) { accepted.count == 1 })
        listener = nil
        let again = try Listener(loop, host: "127.0.0.1", port: port) { _ in }
        #expect(again.port == port)
        withExtendedLifetime(client) {}
    }

    @Test("A listener may be released while it accepts a connection")
    func endsWithin() throws {
        let loop = Loop()
        var listener: Listener?
        var accepted = 0
        listener = try Listener(loop, host: "127.0.0.1", port: 0) { _ in
            accepted += 1
            listener = nil
        }
        let port = try #require(listener?.port)
        let clients = [RawClient(port: port), RawClient(port: port)]
        #expect(run(loop) { accepted > 0 })
        #expect(accepted == 1)
        withExtendedLifetime(clients) {}
    }
}

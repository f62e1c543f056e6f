import EventLoop
import Support
import Testing

@testable import HTTPServer

struct ServerRefusalTests {
    private static let never = Duration.seconds(600)

    /// To be called as soon as the port is closed: later the system may have given it to another test.
    private func isRefused(_ world: World) -> Bool { world.server.port.map { RawClient.isRefused(port: $0) } ?? false }

    private func isListening(_ world: World) -> Bool { world.server.socket.isListening }

    /// Runs the loop for so long.
    private func pass(_ duration: Duration, _ world: World) {
        var isOver = false
        let timer = Timer(world.loop) { isOver = true }
        timer.arm(after: duration)
        #expect(world.run { isOver })
    }

    @Test("Connections are refused for the given time, and accepted again at the same port")
    func refuses() throws {
        let world = try World()
        let port = world.server.port
        world.server.socket.refuseConnections(for: .milliseconds(20))
        #expect(isRefused(world))
        #expect(world.server.port == port)
        #expect(world.run { isListening(world) })
        #expect(world.server.port == port)
        #expect(bodies(world.exchange(try world.client(), get("/a", last))) == ["200 GET /a "])
    }

    @Test("Open connections go on while new ones are refused")
    func existing() throws {
        let world = try World()
        let client = try world.client()
        client.send(get("/a"))
        #expect(world.run(client) { !$0.received.isEmpty })
        world.server.socket.refuseConnections(for: Self.never)
        #expect(bodies(world.exchange(client, get("/b", last))) == ["200 GET /a ", "200 GET /b "])
        #expect(!isListening(world))
    }

    @Test("A second call replaces the time of the first", arguments: [true, false])
    func replaces(byLess: Bool) throws {
        let world = try World()
        let (first, second) = byLess ? (Self.never, .milliseconds(5)) : (.milliseconds(5), Self.never)
        world.server.socket.refuseConnections(for: first)
        world.server.socket.refuseConnections(for: second)
        #expect(isRefused(world))
        if byLess {
            #expect(world.run { isListening(world) })
        } else {
            pass(.milliseconds(20), world)
            #expect(!isListening(world))
        }
    }

    @Test(
        "A time of zero or less ends the refusal at once, and changes nothing else",
        arguments: [Duration.zero, .seconds(-1)])
    func ends(time: Duration) throws {
        let world = try World()
        world.server.socket.refuseConnections(for: .milliseconds(5))
        for _ in 0..<2 {
            world.server.socket.refuseConnections(for: time)
            #expect(!isRefused(world))
        }
        let client = try world.client()
        pass(.milliseconds(20), world)
        #expect(bodies(world.exchange(client, get("/a", last))) == ["200 GET /a "])
    }

    @Test("A port taken meanwhile is reported once, and the server listens when it is free")
    func taken() throws {
        var failures: [String] = []
        let world = try World(failed: { failures.append("\($0)") })
        let port = try #require(world.server.port)
        world.server.socket.refuseConnections(for: .milliseconds(5))
        var other: Listener? = try Listener(world.loop, host: "127.0.0.1", port: port) { $0.abort() }
        #expect(other?.port == port)
        pass(.milliseconds(250), world)
        #expect(failures == ["cannot listen on 127.0.0.1:\(port): Address already in use"])
        other = nil
        #expect(!isListening(world))
        #expect(world.run { isListening(world) })
        #expect(failures.count == 1)
    }

    @Test("After a drain the server does not listen again")
    func drains() throws {
        let world = try World()
        world.server.socket.refuseConnections(for: .milliseconds(5))
        var isDone = false
        world.server.drain { isDone = true }
        #expect(world.server.port == nil)
        pass(.milliseconds(20), world)
        #expect(isDone)
        #expect(!isListening(world))
    }

    @Test("A server that did not listen does not begin to", arguments: [Duration.zero, .milliseconds(5)])
    func notListening(time: Duration) {
        let loop = Loop()
        let server = Server(loop: loop, handler: TestHandler())
        server.socket.refuseConnections(for: time)
        var isOver = false
        let timer = Timer(loop) { isOver = true }
        timer.arm(after: .milliseconds(20))
        #expect(run(loop) { isOver })
        #expect(server.port == nil)
    }
}

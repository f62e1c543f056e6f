import EventLoop
import HTTP
import HTTPServer
import Support
import Testing

struct ServerDrainTests {
    @Test("A drain closes idle connections, answers begun requests, and is done when no connection is left")
    func drains() throws {
        let world = try World()
        let port = try #require(world.server.port)
        let idle = try world.client()
        idle.send(get("/a"))
        #expect(world.run(idle) { !$0.received.isEmpty })
        let begun = try world.client()
        begun.send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nh")
        #expect(world.run { world.handler.planned.contains("/b") })
        let pending = try world.client()
        pending.send(get("/c"))
        var isDone = false
        world.handler.whenAsked = { [unowned world] request in
            if request.head.path == "/c" { world.server.drain { isDone = true } }
        }
        #expect(world.run(pending) { $0.hasEnded })
        #expect(pending.text.contains("Connection: close\r\n"))
        #expect(world.run(idle) { $0.hasEnded })
        #expect(!isDone)
        #expect(world.server.port == nil)
        // The port is free for a successor.
        _ = try Listener(world.loop, host: "127.0.0.1", port: port) { _ in }

        #expect(bodies(world.exchange(begun, "i")) == ["200 POST /b hi"])
        #expect(begun.text.contains("Connection: close\r\n"))
        pending.close()
        begun.close()
        #expect(world.run { isDone })
    }

    @Test("Connections still open at the drain limit are cut")
    func limit() throws {
        let world = try World(.brief(\.drain))
        let client = try world.client()
        client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nh")
        var isDone = false
        #expect(world.run { world.handler.planned == ["/a"] })
        world.server.drain { isDone = true }
        #expect(!isDone)
        #expect(world.run { isDone })
        #expect(world.run(client) { $0.hasEnded || $0.wasReset })
    }

    @Test("A drain without connections is done in the next iteration")
    func empty() throws {
        let world = try World()
        var isDone = false
        world.server.drain { isDone = true }
        #expect(!isDone)
        #expect(world.run { isDone })
    }
}

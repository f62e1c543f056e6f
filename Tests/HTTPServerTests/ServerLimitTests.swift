import HTTPServer
import Support
import Testing

struct ServerTimeTests {
    @Test("A slow head gets 408 at its deadline")
    func slowHead() throws {
        let world = try World(.brief(\.headDeadline))
        let client = try world.client()
        client.send("GET /")
        #expect(
            world.run(client) { client in
                if client.received.isEmpty { client.send("a") }
                return client.hasEnded
            })
        #expect(bodies(client.text) == ["408 - The request took too long to arrive"])
    }

    @Test("A slow body gets 408 at its deadline")
    func slowBody() throws {
        let world = try World(.brief(\.bodyDeadline))
        let text = world.exchange(try world.client(), "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab")
        #expect(bodies(text) == ["408 /a The request took too long to arrive"])
    }

    @Test("An idle connection is closed without an answer, new or used", arguments: ["", get("/a")])
    func idle(text: String) throws {
        let world = try World(.brief(\.idle))
        #expect(bodies(world.exchange(try world.client(), text)) == (text.isEmpty ? [] : ["200 GET /a "]))
    }

    @Test("A client that does not read is cut when its answer stalls")
    func stall() throws {
        let world = try World(.brief(\.writeStall))
        world.handler.largeBody = [UInt8](repeating: 0, count: 16 << 20)
        let client = try world.client(receiveBuffer: 4096)
        client.send(get("/large"))
        var isDone = false
        #expect(world.run { world.handler.log.contains("endBatch") })
        world.server.drain { isDone = true }
        #expect(world.run { isDone })
        client.receive()
        #expect(client.received.count < 16 << 20)
    }

    @Test("A client that does not close after the last answer is cut")
    func lingering() throws {
        let world = try World(.brief(\.lingering))
        let client = try world.client()
        #expect(bodies(world.exchange(client, get("/a", last))) == ["200 GET /a "])
        #expect(
            world.run {
                client.send("x")
                return client.wasReset
            })
    }
}

struct ServerLimitTests {
    @Test("A connection too many gets 503, and a closed one makes room")
    func connections() throws {
        var limits = Limits()
        limits.connections = 2
        let world = try World(limits)
        let first = try world.client()
        let second = try world.client()
        for client in [first, second] {
            client.send(get("/a"))
            #expect(world.run(client) { !$0.received.isEmpty })
        }
        let third = try world.client()
        let text = world.exchange(third, get("/b"))
        #expect(bodies(text) == ["503 - The server has too many open connections; try again later"])
        third.close()
        first.close()
        // The batch that answers the second has seen the others go.
        second.send(get("/again"))
        #expect(world.run(second) { $0.text.hasSuffix("GET /again ") })
        #expect(bodies(world.exchange(try world.client(), get("/c", last))) == ["200 GET /c "])
    }

    @Test("Beyond the limit of refusals a connection is closed without an answer")
    func refusals() throws {
        var limits = Limits()
        limits.connections = 0
        limits.refusals = 1
        let world = try World(limits)
        let told = try world.client()
        #expect(world.run(told, until: \.hasEnded))
        #expect(bodies(told.text).count == 1)
        let untold = try world.client()
        #expect(world.run(untold) { $0.hasEnded || $0.wasReset })
        #expect(untold.received.isEmpty)
    }

    @Test("The limit of descriptors has room for all connections and refusals")
    func descriptors() {
        #expect(Limits().descriptors > Limits().connections + Limits().refusals)
    }
}

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

    @Test("Beyond the limit of refusals a connection is closed as soon as it has its answer")
    func refusals() throws {
        var limits = Limits()
        limits.connections = 0
        limits.refusals = 1
        let world = try World(limits)
        let told = try world.client()
        #expect(world.run(told, until: \.hasEnded))
        #expect(bodies(told.text).count == 1)
        let oneMore = try world.client()
        #expect(world.run(oneMore, until: \.hasEnded))
        #expect(bodies(oneMore.text).count == 1)
    }

    @Test("The limit of descriptors has room for all connections and refusals")
    func descriptors() {
        #expect(Limits().descriptors > Limits().connections + Limits().refusals)
    }

    static let shares: [(Int, connections: Int, refusals: Int)] = [
        (1_048_576, 10_000, 100), (Limits().descriptors, 10_000, 100), (1024, 465, 62), (200, 79, 10), (64, 15, 2),
        (35, 1, 1),
    ]

    @Test("Where there are fewer, connections have to share them", arguments: shares)
    func lowered(_ descriptors: Int, _ connections: Int, _ refusals: Int) throws {
        let limits = try #require(Limits().lowered(to: descriptors))
        #expect((limits.connections, limits.refusals) == (connections, refusals))
        #expect(2 * connections + refusals + 32 <= max(descriptors, Limits().descriptors))
    }

    @Test("Fewer connections than there is room for stay as they are")
    func fewConnections() throws {
        var limits = Limits()
        limits.connections = 3
        #expect(try #require(limits.lowered(to: 64)).connections == 3)
    }

    @Test("There can be too few for a single connection", arguments: [0, 32, 34])
    func tooFew(_ descriptors: Int) {
        #expect(Limits().lowered(to: descriptors) == nil)
    }
}

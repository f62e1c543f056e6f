import EventLoop
import HTTP
import Support
import Testing

@testable import HTTPServer

struct ServerDeliveryTests {
    private func part(_ text: String) -> Delivery.Step { .bytes(Array(text.utf8)) }

    private func world(_ steps: [Delivery.Step], _ framing: Delivery.Framing = .stream, limits: Limits = Limits())
        throws -> World
    {
        let world = try World(limits)
        world.handler.stepwise = Response(status: .ok, delivery: Delivery(steps, framing: framing))
        return world
    }

    @Test("Each step goes out at its time, and then the connection serves the next request")
    func paced() throws {
        let world = try world([part("one"), .wait(.milliseconds(30)), part("two")])
        let client = try world.client()
        client.send(get("/steps") + get("/next", last))
        #expect(world.run(client) { $0.text.contains("one") })
        #expect(!client.text.contains("two"))
        #expect(world.run(client, until: \.hasEnded))
        #expect(client.text.contains("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"))
        #expect(client.text.hasSuffix("GET /next "))
    }

    @Test("A wait on one connection does not delay another")
    func others() throws {
        let world = try world([.wait(.seconds(600)), part("late")])
        let patient = try world.client()
        patient.send(get("/steps"))
        let other = try world.client()
        #expect(bodies(world.exchange(other, get("/other", last))) == ["200 GET /other "])
        patient.receive()
        #expect(patient.received.isEmpty)
    }

    @Test("A cut ends the connection in the middle of the body, and what was sent before arrives")
    func cut() throws {
        let world = try world([part("one"), .close, part("two")])
        let client = try world.client()
        let text = world.exchange(client, get("/steps"))
        #expect(text.hasSuffix("\r\n\r\n3\r\none\r\n"))
        #expect(!client.wasReset)
    }

    @Test("A reset ends the connection at once, and what was sent before arrives", arguments: ["", "one"])
    func reset(before: String) throws {
        let world = try world((before.isEmpty ? [] : [part(before)]) + [.reset, part("two")])
        let client = try world.client()
        client.send(get("/steps") + get("/never"))
        #expect(world.run(client, until: \.wasReset))
        #expect(client.text.hasSuffix(before.isEmpty ? "" : "\r\n\r\n3\r\none\r\n"))
        #expect(client.received.isEmpty == before.isEmpty)
        #expect(world.server.connections.isEmpty)
        #expect(world.handler.planned == ["/steps"])
    }

    @Test("A connection closes without a reset after a body of another length than announced", arguments: [1, 5])
    func falseLength(said: Int) throws {
        let world = try world([part("one")], .exact(contentLength: said))
        let client = try world.client()
        let text = world.exchange(client, get("/steps") + get("/never"))
        #expect(text.contains("\r\nContent-Length: \(said)\r\n"))
        #expect(bodies(text) == ["200 one"])
        #expect(!client.wasReset)
    }

    @Test("A wait of zero separates two writes, even inside a character")
    func split() throws {
        let world = try world([.bytes([0xC3]), .wait(.zero), .bytes([0xA9])], .length)
        let client = try world.client()
        client.send(get("/steps", last))
        #expect(
            world.run {
                guard world.handler.log.contains("endBatch") else { return false }
                for _ in 0..<10_000 where client.received.isEmpty { client.receive() }
                return true
            })
        #expect(client.received.last == 0xC3)
        #expect(world.run(client, until: \.hasEnded))
        #expect(client.text.hasSuffix("\r\n\r\né"))
    }

    @Test("A client that leaves in the middle of an answer frees its connection")
    func leaving() throws {
        let steps = (0..<1000).flatMap { _ in [part("part"), .wait(.milliseconds(2))] }
        let world = try world(steps)
        let client = try world.client()
        client.send(get("/steps"))
        #expect(world.run(client) { $0.text.contains("part") })
        #expect(world.server.connections.count == 1)
        client.close()
        #expect(world.run { world.server.connections.count == 0 })
    }

    @Test(
        "A client that does not read is cut after the write stall, and its pending output stays small",
        arguments: [[], [.wait(.zero)]] as [[Delivery.Step]])
    func slowReader(between: [Delivery.Step]) throws {
        let steps = (0..<2000).flatMap { _ in [part(String(repeating: "x", count: 10_000))] + between }
        let world = try world(steps, limits: .brief(\.writeStall))
        let client = try world.client(receiveBuffer: 4096)
        client.send(get("/steps"))
        var mostPending = 0
        #expect(
            world.run {
                mostPending = max(mostPending, world.server.connections.values.first?.stream.pendingOutput ?? 0)
                return mostPending > 0 && world.server.connections.isEmpty
            })
        #expect(mostPending < 200_000)
    }

    @Test("A long stream reaches a client that reads")
    func long() throws {
        let world = try world((0..<300).map { _ in part(String(repeating: "x", count: 10_000)) }, .length)
        let text = world.exchange(try world.client(), get("/steps", last))
        #expect(text.utf8.count { $0 == UInt8(ascii: "x") } == 3_000_000)
    }

    @Test("A drain lets a stream end")
    func drain() throws {
        let world = try world([part("one"), .wait(.milliseconds(50)), part("two")])
        let client = try world.client()
        client.send(get("/steps"))
        #expect(world.run(client) { $0.text.contains("one") })
        var isDrained = false
        world.server.drain { isDrained = true }
        #expect(
            world.run {
                client.receive()
                if client.hasEnded { client.close() }
                return isDrained
            })
        #expect(client.text.hasSuffix("3\r\ntwo\r\n0\r\n\r\n"))
    }
}

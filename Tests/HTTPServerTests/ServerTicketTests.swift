import HTTP
import Support
import Testing

@testable import HTTPServer

struct ServerTicketTests {
    private func world(_ steps: [Delivery.Step] = [], limits: Limits = Limits()) throws -> World {
        let world = try World(limits)
        world.handler.ticket = 1
        world.handler.stepwise = Response(status: .ok, delivery: Delivery(steps, framing: .stream))
        return world
    }

    private static let part = Delivery.Step.bytes(Array("part".utf8))

    @Test("Each answer with a ticket is reported once, in order")
    func complete() throws {
        let world = try world()
        _ = world.exchange(try world.client(), get("/a") + get("/b") + get("/c", last))
        #expect(world.handler.deliveries == ["1 complete", "2 complete", "3 complete"])
    }

    @Test("An answer without a ticket is not reported")
    func noTicket() throws {
        let world = try world()
        world.handler.ticket = 0
        _ = world.exchange(try world.client(), get("/a", last))
        #expect(world.handler.deliveries.isEmpty)
    }

    @Test("An answer in steps is reported after its last step", arguments: [nil, .close, .reset] as [Delivery.Step?])
    func steps(end: Delivery.Step?) throws {
        let world = try world([Self.part, .wait(.milliseconds(20)), Self.part] + (end.map { [$0] } ?? []))
        let client = try world.client()
        client.send(get("/steps", last))
        #expect(world.run(client) { !$0.received.isEmpty })
        #expect(world.handler.deliveries.isEmpty)
        #expect(world.run(client) { $0.hasEnded || $0.wasReset })
        #expect(world.handler.deliveries == [end == nil ? "1 complete" : "1 cut"])
    }

    @Test(
        "An answer with pending output is reported as complete when the system has taken all of it",
        arguments: ["", last])
    func pending(fields: String) throws {
        let world = try world()
        world.handler.largeBody = [UInt8](repeating: 0, count: 16 << 20)
        let client = try world.client()
        client.send(get("/large", fields))
        #expect(world.run { world.handler.log.contains("endBatch") })
        #expect(world.handler.deliveries.isEmpty)
        #expect(world.run(client) { $0.received.count > 16 << 20 })
        #expect(world.run { world.handler.deliveries == ["1 complete"] })
        client.close()
        #expect(world.run { world.server.connections.isEmpty })
        #expect(world.handler.deliveries == ["1 complete"])
    }

    @Test("A cut with pending output is reported when the system has taken all of it")
    func pendingCut() throws {
        let world = try world([.bytes([UInt8](repeating: 0, count: 16 << 20)), .close])
        let client = try world.client()
        client.send(get("/steps"))
        #expect(world.run { world.handler.log.contains("endBatch") })
        #expect(world.handler.deliveries.isEmpty)
        #expect(world.run(client, until: \.hasEnded))
        #expect(world.handler.deliveries == ["1 cut"])
    }

    @Test("An answer is reported as aborted when its client leaves between two steps")
    func leaves() throws {
        let world = try world([Self.part, .wait(.seconds(600)), Self.part])
        let client = try world.client()
        client.send(get("/steps"))
        #expect(world.run(client) { !$0.received.isEmpty })
        client.reset()
        #expect(world.run { world.handler.deliveries == ["1 aborted"] })
        #expect(world.server.connections.isEmpty)
    }

    @Test("An answer is reported as aborted when its client left before it was released")
    func leavesEarly() throws {
        let world = try world()
        let client = try world.client()
        world.handler.whenAsked = { _ in client.reset() }
        client.send(get("/a"))
        #expect(world.run { world.handler.deliveries == ["1 aborted"] })
    }

    @Test("A held answer is reported as aborted when its connection is cut")
    func heldWhenCut() throws {
        let world = try world()
        world.handler.whenAsked = { [unowned world] _ in
            world.server.connections.values.first?.abort()
        }
        try world.client().send(get("/a"))
        #expect(world.run { world.handler.log.contains("endBatch") })
        #expect(world.handler.deliveries == ["1 aborted"])
    }

    @Test("An answer is reported as aborted when a deadline cuts the connection", arguments: ["", last])
    func deadline(fields: String) throws {
        let world = try world(limits: .brief(\.writeStall))
        world.handler.largeBody = [UInt8](repeating: 0, count: 16 << 20)
        let client = try world.client(receiveBuffer: 4096)
        client.send(get("/large", fields))
        #expect(world.run { world.server.connections.isEmpty && !world.handler.log.isEmpty })
        #expect(world.handler.deliveries == ["1 aborted"])
    }

    @Test("An answer is reported as aborted when a drain ends before it")
    func drain() throws {
        let world = try world([Self.part, .wait(.seconds(600))], limits: .brief(\.drain))
        let client = try world.client()
        client.send(get("/steps"))
        #expect(world.run(client) { !$0.received.isEmpty })
        var isDone = false
        world.server.drain { isDone = true }
        #expect(world.run { isDone })
        #expect(world.handler.deliveries == ["1 aborted"])
    }

    @Test("An answer that was not saved is not reported, the one in its place is")
    func unsaved() throws {
        let world = try world()
        world.handler.isSaving = false
        _ = world.exchange(try world.client(), get("/a", last))
        #expect(world.handler.deliveries.isEmpty)
        world.handler.unsavedTicket = 99
        _ = world.exchange(try world.client(), get("/a", last))
        #expect(world.handler.deliveries == ["99 complete"])
    }
}

import EventLoop
import HTTP
import Support
import Testing

@testable import HTTPServer

/// Bodies that have no part for a while.
struct ServerPauseTests {
    /// A client whose body pauses for this time whenever it has no part.
    private func paused(_ pause: Duration, _ limits: Limits = Limits()) throws -> (World, RawClient) {
        let world = try World(limits)
        world.handler.stepwise = Response(status: .ok, delivery: Delivery([.later(7)], framing: .stream))
        world.handler.rest = .pause(pause)
        let client = try world.client()
        client.send(get("/steps"))
        #expect(world.run(client) { _ in asked(world) == 1 })
        return (world, client)
    }

    private func asked(_ world: World) -> Int { world.handler.log.count { $0 == "part 7" } }

    private func offer(_ text: String, _ world: World) { world.handler.parts[7] = [.bytes(Array(text.utf8))] }

    @Test("The head goes out before the first part")
    func head() throws {
        let (world, client) = try paused(.seconds(1_000))
        #expect(world.run(client) { $0.text.hasSuffix("\r\n\r\n") })
    }

    @Test("A part is asked for after the next batch, and not before")
    func afterBatch() throws {
        let (world, client) = try paused(.seconds(1_000))
        offer("two", world)
        let idle = try world.client()
        #expect(world.run { world.server.connections.count == 2 })
        #expect(asked(world) == 1)
        idle.send(get("/other"))
        #expect(world.run(client) { $0.text.contains("3\r\ntwo\r\n") })
        let log = world.handler.log
        #expect(log.lastIndex(of: "endBatch") ?? .max < log.lastIndex(of: "part 7") ?? 0)
        #expect(world.run { world.server.paused.count == 1 })
    }

    @Test("A part is asked for after a request that was refused")
    func afterRefusal() throws {
        let (world, client) = try paused(.seconds(1_000))
        offer("two", world)
        #expect(world.exchange(try world.client(), "nonsense\r\n\r\n").hasPrefix("HTTP/1.1 400"))
        #expect(world.run(client) { $0.text.contains("two") })
    }

    @Test("A part is asked for when the pause is over")
    func afterTime() throws {
        let (world, client) = try paused(.milliseconds(20))
        offer("two", world)
        #expect(world.run(client) { $0.text.contains("two") })
    }

    @Test("A pause passes no deadline")
    func deadlines() throws {
        var limits = Limits.brief(\.writeStall)
        limits.lingering = .milliseconds(50)
        limits.idle = .milliseconds(50)
        let (world, client) = try paused(.milliseconds(300), limits)
        offer("two", world)
        #expect(world.run(client) { $0.text.contains("two") || $0.hasEnded })
        #expect(client.text.contains("two"))
    }

    @Test("A drain tells the handler, and asks for the last part at once")
    func drain() throws {
        let (world, client) = try paused(.seconds(1_000))
        offer("last", world)
        var isDone = false
        world.server.drain { isDone = true }
        #expect(world.run(client) { $0.hasEnded && isDone })
        #expect(client.text.hasSuffix("4\r\nlast\r\n0\r\n\r\n"))
        #expect(world.handler.log.contains("beginDrain"))
        #expect(world.handler.dropped == [7])
    }

    @Test("The body of a client that was reset in a pause is dropped")
    func reset() throws {
        let (world, client) = try paused(.seconds(1_000))
        client.reset()
        #expect(world.run { world.server.connections.isEmpty })
        #expect(world.handler.dropped == [7])
        #expect(world.server.paused.isEmpty)
    }

    @Test("A client that has closed is noticed by the parts that are sent to it")
    func closed() throws {
        let (world, client) = try paused(.milliseconds(5))
        client.close()
        world.handler.parts[7] = Array(repeating: .bytes([0x78]), count: 1_000)
        #expect(world.run { world.server.connections.isEmpty })
        #expect(world.handler.dropped == [7])
    }
}

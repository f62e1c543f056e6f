import EventLoop
import HTTP
import Support
import Testing

@testable import HTTPServer

@Suite("Bodies whose parts come later")
struct ServerLaterPartTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func world(_ parts: [LaterPart], limits: Limits = Limits()) throws -> World {
        let world = try World(limits)
        world.handler.stepwise = Response(
            status: .ok, delivery: Delivery([.bytes(bytes("one")), .later(7), .bytes(bytes("last"))], framing: .stream))
        world.handler.parts[7] = parts
        return world
    }

    @Test("Later parts go out in order, then the rest, and the connection serves the next request")
    func inOrder() throws {
        let world = try world([.bytes(bytes("two")), .bytes([]), .bytes(bytes("three")), .end])
        let text = world.exchange(try world.client(), get("/steps") + get("/next", last))
        #expect(
            text.contains("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n4\r\nlast\r\n0\r\n\r\nHTTP/1.1 200 OK"))
        #expect(text.hasSuffix("GET /next "))
        #expect(world.handler.dropped == [7])
    }

    @Test("An HTTP/1.0 client gets later parts without chunks, and the connection ends the body")
    func oldClient() throws {
        let world = try world([.bytes(bytes("two"))])
        let text = world.exchange(try world.client(), "GET /steps HTTP/1.0\r\n\r\n")
        #expect(text.hasSuffix("\r\n\r\nonetwolast"))
    }

    @Test("A HEAD request asks for no part")
    func head() throws {
        let world = try world([.bytes(bytes("two"))])
        let text = world.exchange(try world.client(), "HEAD /steps HTTP/1.1\r\nHost: x\r\n\(last)\r\n")
        #expect(text.hasSuffix("\r\n\r\n"))
        #expect(!world.handler.log.contains("part 7"))
        #expect(world.handler.dropped == [7])
    }

    @Test("A part that fails closes the connection in the middle of the body")
    func failing() throws {
        let world = try world([.bytes(bytes("two")), .failed, .bytes(bytes("never"))])
        let text = world.exchange(try world.client(), get("/steps"))
        #expect(text.hasSuffix("3\r\none\r\n3\r\ntwo\r\n"))
        #expect(world.handler.dropped == [7])
    }

    @Test("Another request is answered between two parts")
    func others() throws {
        let world = try world(Array(repeating: .bytes([]), count: 1000) + [.bytes(bytes("two"))])
        let patient = try world.client()
        patient.send(get("/steps", last))
        #expect(world.run { world.handler.log.contains("part 7") })
        #expect(bodies(world.exchange(try world.client(), get("/other", last))) == ["200 GET /other "])
        #expect(world.handler.parts[7]?.isEmpty == false)
        #expect(world.run(patient, until: \.hasEnded))
        #expect(patient.text.contains("two"))
    }

    @Test("One iteration of the loop asks for at most laterParts parts, and all bodies get theirs in time")
    func fair() throws {
        var limits = Limits()
        limits.laterParts = 2
        let world = try world([], limits: limits)
        world.handler.parts[7] = nil
        let clients = try (0..<5).map { _ in try world.client() }
        for client in clients { client.send(get("/steps", last)) }
        var (before, most) = (0, 0)
        #expect(
            world.run {
                for client in clients { client.receive() }
                let parts = world.handler.log.count { $0 == "part 7" }
                most = max(most, parts - before)
                before = parts
                return clients.allSatisfy(\.hasEnded)
            })
        #expect(before == 5)
        #expect(most <= 2)
    }

    @Test("No part is asked for while a client does not read, and its body is dropped when it is cut")
    func slowReader() throws {
        let part = LaterPart.bytes([UInt8](repeating: 0x78, count: 100_000))
        let world = try world(Array(repeating: part, count: 1000), limits: .brief(\.writeStall))
        let client = try world.client(receiveBuffer: 4096)
        client.send(get("/steps"))
        var mostPending = 0
        #expect(
            world.run {
                mostPending = max(mostPending, world.server.connections.values.first?.stream.pendingOutput ?? 0)
                return mostPending > 0 && world.server.connections.isEmpty
            })
        #expect(mostPending < 200_000)
        #expect(world.handler.dropped == [7])
    }

    @Test("The body of a client that leaves is dropped, also before the answer is released", arguments: [false, true])
    func leaving(early: Bool) throws {
        let world = try world(Array(repeating: .bytes([]), count: 1_000_000))
        let client = try world.client()
        client.send(get("/steps"))
        if early {
            world.handler.whenAsked = { _ in for connection in world.server.connections.values { connection.abort() } }
        } else {
            #expect(world.run(client) { $0.text.contains("one") })
            client.close()
            world.handler.parts[7] = Array(repeating: .bytes(bytes("x")), count: 10_000)
        }
        #expect(world.run { world.server.connections.isEmpty && !world.handler.dropped.isEmpty })
        #expect(world.handler.dropped == [7])
    }

    @Test("Beyond the limit of waiting output the connections that have waited longest are cut")
    func budget() throws {
        var limits = Limits()
        limits.waitingOutput = 20_000_000
        let world = try World(limits)
        world.handler.largeBody = [UInt8](repeating: 0x78, count: 8_000_000)
        let slow = try (0..<3).map { _ in try world.client(receiveBuffer: 4096) }
        for (count, client) in slow.enumerated() {
            client.send(get("/large"))
            #expect(world.run { world.handler.log.count { $0 == "/large" } == count + 1 })
        }
        #expect(world.run { world.server.connections.count == 2 })
        #expect(world.server.waitingOutput <= 20_000_000)
        // The first is gone; the last gets all of its answer.
        let last = try #require(slow.last)
        #expect(world.run(last) { $0.received.count > 8_000_000 })
        #expect(world.run(slow[0], until: \.hasEnded))
        #expect(slow[0].received.count < 8_000_000)
    }

    @Test("What waits for its time counts too, though its client reads")
    func timedBudget() throws {
        var limits = Limits()
        limits.waitingOutput = 20_000_000
        let world = try World(limits)
        let large = Delivery.Step.bytes([UInt8](repeating: 0x78, count: 8_000_000))
        world.handler.stepwise = Response(
            status: .ok, delivery: Delivery([.bytes([0x78]), .wait(.seconds(1_000)), large]))
        let clients = try (0..<3).map { _ in try world.client() }
        for (count, client) in clients.enumerated() {
            client.send(get("/steps"))
            #expect(world.run { world.handler.log.count { $0 == "/steps" } == count + 1 })
        }
        #expect(world.run { world.server.connections.count == 2 })
        #expect(world.server.waitingOutput == 16_000_002)
        #expect(world.run(clients[0], until: \.hasEnded))
        for client in clients { client.close() }
        #expect(world.run { world.server.connections.isEmpty })
        #expect(world.server.waitingOutput == 0)
    }

    @Test(
        "The handler is told of a client that sends its end while its body is not complete", arguments: [true, false])
    func inputEnd(_ isAtOnce: Bool) throws {
        let world = try world([])
        world.handler.parts[7] = nil
        world.handler.rest = .pause(.seconds(60))
        let client = try world.client()
        client.send(get("/steps"))
        if !isAtOnce {
            #expect(world.run { world.handler.log.contains("part 7") })
            #expect(world.handler.endedInputs.isEmpty)
        }
        client.endOutput()
        #expect(world.run { world.handler.endedInputs.contains(7) })
        #expect(world.handler.dropped.isEmpty)
        world.handler.rest = nil
        #expect(world.exchange(try world.client(), get("/other", last)).contains("/other"))
        #expect(world.run(client, until: \.hasEnded))
        #expect(client.text.hasSuffix("last\r\n0\r\n\r\n"))
    }
}

import Glibc
import HTTP
import Support
import Testing

@testable import HTTPServer

@Suite("An answer that is worked out on another thread")
struct ServerWorkTests {
    /// A server whose work waits until the pipe has a byte.
    private func world(waitingFor pipe: Pipe) throws -> World {
        let world = try World()
        world.handler.ticket = 1
        let end = pipe.reader
        world.handler.work = {
            var byte: UInt8 = 0
            return read(end, &byte, 1) == 1 ? "worked out" : "no byte"
        }
        return world
    }

    @Test("Work delays no other connection, and keeps the order of requests on its own")
    func order() throws {
        let pipe = Pipe()
        let world = try world(waitingFor: pipe)
        let (slow, other) = (try world.client(), try world.client())
        slow.send(get("/work") + get("/behind", last))
        #expect(world.run { world.handler.log == ["/work"] })
        #expect(bodies(world.exchange(other, get("/other", last))) == ["200 GET /other "])
        #expect(world.handler.log == ["/work", "/other", "endBatch"])
        _ = write(pipe.writer, "x", 1)
        #expect(world.run(slow, until: \.hasEnded))
        #expect(bodies(slow.text) == ["200 worked out", "200 GET /behind "])
        #expect(world.handler.deliveries == ["1 complete", "2 complete", "3 complete"])
    }

    @Test("Work ends although its client has left, and its answer is reported as aborted")
    func leaves() throws {
        let pipe = Pipe()
        let world = try world(waitingFor: pipe)
        let client = try world.client()
        client.send(get("/work"))
        #expect(world.run { world.handler.log == ["/work"] })
        client.reset()
        _ = write(pipe.writer, "x", 1)
        #expect(world.run { world.handler.deliveries == ["1 aborted"] })
        #expect(world.handler.log == ["/work", "endBatch"])
    }
}

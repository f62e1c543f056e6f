import HTTPServer
import Support
import Testing

struct ServerBatchTests {
    @Test("A batch is ended once, before a byte of its answers goes out")
    func oncePerTurn() throws {
        let world = try World()
        let clients = try (0..<5).map { _ in try world.client() }
        for (index, client) in clients.enumerated() { client.send(get("/\(index)")) }
        var sawBytesEarly = false
        world.handler.whenAsked = { _ in
            for client in clients {
                client.receive()
                if !client.received.isEmpty { sawBytesEarly = true }
            }
        }
        // All have connected and sent before the loop first runs: one turn takes them in, the next their requests.
        #expect(
            world.run {
                for client in clients { client.receive() }
                return clients.allSatisfy { !$0.received.isEmpty }
            })
        #expect(!sawBytesEarly)
        #expect(world.handler.log.sorted() == ["/0", "/1", "/2", "/3", "/4", "endBatch"])
        #expect(world.handler.log.last == "endBatch")
    }

    @Test("Every answer of a batch that is not saved is replaced")
    func unsaved() throws {
        let world = try World()
        world.handler.isSaving = false
        let clients = try (0..<3).map { _ in try world.client() }
        for (index, client) in clients.enumerated() { client.send(get("/\(index)", last)) }
        #expect(
            world.run {
                for client in clients { client.receive() }
                return clients.allSatisfy(\.hasEnded)
            })
        #expect(clients.map { bodies($0.text) } == (0..<3).map { ["503 unsaved /\($0)"] })
    }

    @Test("A batch without requests does not call the handler")
    func nothingHandled() throws {
        let world = try World()
        _ = world.exchange(try world.client(), "nonsense\r\n\r\n")
        #expect(world.handler.log.isEmpty)
    }

    @Test("Pipelined requests of one client have a batch each")
    func pipelinedTurns() throws {
        let world = try World()
        _ = world.exchange(try world.client(), get("/a") + get("/b", last))
        #expect(world.handler.log == ["/a", "endBatch", "/b", "endBatch"])
    }
}

import HTTPServer
import Support
import Testing

struct ServerTests {
    @Test("Pipelined requests are answered in their order, and an error after them last")
    func pipelined() throws {
        let world = try World()
        let requests =
            get("/a") + "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi" + get("/c") + "nonsense\r\n\r\n"
        let text = world.exchange(try world.client(), requests)
        #expect(Array(bodies(text).prefix(3)) == ["200 GET /a ", "200 POST /b hi", "200 GET /c "])
        #expect(bodies(text).count == 4)
        #expect(bodies(text).last?.hasPrefix("400 - ") == true)
    }

    @Test("Pipelined requests longer than any buffer are all answered")
    func longRow() throws {
        let world = try World()
        let client = try world.client()
        let count = 5000
        var rest = Array(String(repeating: get("/a"), count: count).utf8)[...]
        #expect(
            world.run(client) { client in
                rest = rest.dropFirst(client.send(Array(rest)))
                return world.handler.planned.count == count
            })
        #expect(world.run(client) { bodies($0.text).count == count })
    }

    @Test("A request may arrive byte by byte")
    func singleBytes() throws {
        let world = try World()
        let client = try world.client()
        var rest = Array(
            "POST /a HTTP/1.1\r\nHost: x\r\n\(last)Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n".utf8)[...]
        #expect(
            world.run(client) { client in
                if let byte = rest.popFirst() { client.send([byte]) }
                return client.hasEnded
            })
        #expect(bodies(client.text) == ["200 POST /a hi"])
    }

    @Test("An answer to HEAD has the length and no body")
    func head() throws {
        let world = try World()
        let text = world.exchange(try world.client(), "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n" + get("/b", last))
        #expect(text.contains("Content-Length: 8\r\n"))
        #expect(bodies(text) == ["200 ", "200 GET /b "])
    }

    @Test("A client that has ended its output receives every answer whole")
    func halfClosed() throws {
        let world = try World()
        world.handler.largeBody = [UInt8](repeating: UInt8(ascii: "x"), count: 8 << 20)
        let client = try world.client()
        client.send(get("/a") + get("/large") + get("/b"))
        client.endOutput()
        #expect(world.run(client, until: \.hasEnded))
        #expect(client.received.count > 8 << 20)
        #expect(client.text.hasSuffix("GET /b "))
        #expect(world.handler.log.filter { $0 != "endBatch" } == ["/a", "/large", "/b"])
    }

    @Test("100 Continue is sent to a client that waits for it")
    func continues() throws {
        let world = try World()
        let client = try world.client()
        client.send("POST /a HTTP/1.1\r\nHost: x\r\n\(last)Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(world.run(client) { $0.text == "HTTP/1.1 100 Continue\r\n\r\n" })
        #expect(bodies(world.exchange(client, "hi")) == ["100 ", "200 POST /a hi"])
    }

    @Test("A body that is too large is refused before it arrives", arguments: ["", "Expect: 100-continue\r\n"])
    func tooLarge(field: String) throws {
        let world = try World()
        let text = world.exchange(
            try world.client(), "POST /a HTTP/1.1\r\nHost: x\r\n\(field)Content-Length: 1001\r\n\r\n")
        #expect(bodies(text) == ["413 /a The body has more than 1000 bytes, the most that are taken here"])
        #expect(text.contains("Connection: close\r\n"))
        #expect(world.handler.log.isEmpty)
    }

    @Test("The refusal of a body reaches a client that goes on sending it")
    func tooLargeWhileSending() throws {
        let world = try World()
        let client = try world.client()
        let size = 8 << 20
        client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: \(size)\r\n\r\n")
        var left = size
        #expect(
            world.run {
                left -= client.send([UInt8](repeating: 0, count: min(left, 1 << 20)))
                return left == 0
            })
        #expect(world.run(client, until: \.hasEnded))
        let refusal = "413 /a The body has more than 1000 bytes, the most that are taken here"
        #expect(bodies(client.text) == [refusal])
    }

    @Test("A client that leaves while its request is pending disturbs no other")
    func leaves() throws {
        let world = try World()
        let leaving = try world.client()
        world.handler.whenAsked = { _ in leaving.reset() }
        leaving.send(get("/a") + get("/never"))
        #expect(world.run { world.handler.log == ["/a", "endBatch"] })
        world.handler.whenAsked = { _ in }
        #expect(bodies(world.exchange(try world.client(), get("/b", last))) == ["200 GET /b "])
        #expect(!world.handler.log.contains("/never"))
    }

    @Test("A Date set by the handler is kept; otherwise the server adds one")
    func date() throws {
        let world = try World()
        #expect(world.exchange(try world.client(), get("/a", last)).contains("\r\nDate: "))
        world.handler.date = "Sun, 06 Nov 1994 08:49:37 GMT"
        let text = world.exchange(try world.client(), get("/a", last))
        #expect(
            text.split(separator: "\r\n").filter { $0.hasPrefix("Date:") } == ["Date: Sun, 06 Nov 1994 08:49:37 GMT"])
    }
}

import Glibc
import HTTP
import Support
import Testing

@testable import HTTPServer

@Suite("Bodies that arrive at the same time")
struct ServerBodyTests {
    /// Where a body is while it arrives. The path is of a request whose body goes there.
    enum Kind: String, CaseIterable {
        case memory = "/collected"
        case files = "/spooled"
        case work = "/work"

        static let ordinary = [memory, files]

        func limit(_ limits: inout Limits, to bytes: Int) {
            if self == .files { limits.arrivingInFiles = bytes } else { limits.arrivingInMemory = bytes }
        }
    }

    private static let size = 250_000

    /// A server that takes one body of `size` bytes at a time, and not two.
    private static func world(_ kind: Kind) throws -> World {
        var limits = Limits()
        kind.limit(&limits, to: 400_000)
        let world = try World(limits)
        (world.handler.bodyLimit, world.handler.spoolLimit) = (1_000_000, 1_000_000)
        return world
    }

    /// Sends so many bytes of a body, and waits until the server has read most of them.
    private static func begin(_ count: Int, _ kind: Kind, _ world: World) throws -> RawClient {
        let client = try world.client()
        let before = world.server.arriving
        client.send("POST \(kind.rawValue) HTTP/1.1\r\nHost: x\r\n\(last)Content-Length: \(size)\r\n\r\n")
        send(count, client, world)
        #expect(
            world.run {
                let now = world.server.arriving
                return now.inMemory + now.inFiles >= before.inMemory + before.inFiles + count - 16_384
            })
        return client
    }

    private static func send(_ count: Int, _ client: RawClient, _ world: World) {
        var rest = [UInt8](repeating: 0x78, count: count)[...]
        #expect(
            world.run(client) { client in
                rest = rest.dropFirst(client.send(Array(rest)))
                return rest.isEmpty || client.hasEnded
            })
    }

    private static func answer(_ client: RawClient, _ world: World) -> String {
        #expect(world.run(client, until: \.hasEnded))
        return String(client.text.prefix(12))
    }

    @Test(
        "One that is too much for all together is a 503; the others go on, and then there is room",
        arguments: Kind.ordinary)
    func refused(_ kind: Kind) throws {
        let world = try Self.world(kind)
        let first = try Self.begin(200_000, kind, world)
        let second = try world.client()
        second.send("POST \(kind.rawValue) HTTP/1.1\r\nHost: x\r\nContent-Length: \(Self.size)\r\n\r\n")
        Self.send(Self.size, second, world)
        #expect(world.run(second) { $0.text.contains("later") })
        #expect(second.text.hasPrefix("HTTP/1.1 503 "))
        #expect(second.text.hasSuffix("may take 400000 bytes in \(kind); try again later"))
        #expect(bodies(world.exchange(try world.client(), get("/a", last))) == ["200 GET /a "])
        Self.send(50_000, first, world)
        #expect(Self.answer(first, world) == "HTTP/1.1 200")
        let third = try Self.begin(200_000, kind, world)
        Self.send(50_000, third, world)
        #expect(Self.answer(third, world) == "HTTP/1.1 200")
        #expect(world.server.arriving == ArrivingBytes())
    }

    @Test("A client that leaves makes room", arguments: Kind.ordinary, [false, true])
    func leaving(_ kind: Kind, byReset: Bool) throws {
        let world = try Self.world(kind)
        let client = try Self.begin(200_000, kind, world)
        if byReset { client.reset() } else { client.close() }
        #expect(world.run { world.server.arriving == ArrivingBytes() })
    }

    @Test("A body that is worked on takes its room until it is answered")
    func working() throws {
        let kind = Kind.work
        let world = try Self.world(kind)
        let pipe = Pipe()
        let end = pipe.reader
        world.handler.work = {
            var byte: UInt8 = 0
            return read(end, &byte, 1) == 1 ? "worked out" : "no byte"
        }
        let client = try Self.begin(200_000, kind, world)
        Self.send(50_000, client, world)
        #expect(world.run { world.handler.log == ["/work"] })
        #expect(world.server.arriving.inMemory >= 200_000)
        _ = write(pipe.writer, "x", 1)
        #expect(Self.answer(client, world) == "HTTP/1.1 200")
        #expect(world.server.arriving == ArrivingBytes())
    }
}

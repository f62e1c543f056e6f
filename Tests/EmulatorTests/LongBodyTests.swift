import Dialogue
import HTTP
import Store
import Support
import Testing

@testable import Emulator

@Suite("Long bodies")
struct LongBodyTests {
    /// So many pieces of so many bytes, each of another letter.
    private static func pieces(_ count: Int, of size: Int) -> BodyPieces {
        var done = 0
        return { () throws(Failure) in
            done += 1
            return BodyPiece(
                [UInt8](repeating: UInt8(ascii: "a") + UInt8(done % 26), count: size), isLast: done == count)
        }
    }

    /// All of a response, as a client that reads gets it.
    private static func whole(_ response: Response, _ world: World) -> [UInt8] {
        var body = response.body
        guard let ticket = response.delivery.laterTicket else { return body }
        while case .bytes(let part) = world.emulator.nextPart(ticket) { body += part }
        return body
    }

    @Test("a body of one piece goes out whole, with its length", arguments: [0, 1, 300_000])
    func short(size: Int) throws {
        let response = try World().emulator.response(Self.pieces(1, of: size))
        #expect(response.delivery.steps.count == 1)
        #expect(response.delivery.framing == .length)
        #expect(response.body.count == size)
    }

    @Test("a longer body is a stream of its first piece, then the rest piece by piece", arguments: [2, 100])
    func long(count: Int) throws {
        let world = try World()
        let response = try world.emulator.response(Self.pieces(count, of: 1_000))
        #expect(response.delivery.framing == .stream)
        #expect(response.body.count == 1_000)
        let pieces = Self.pieces(count, of: 1_000)
        var expected: [UInt8] = []
        for _ in 0..<count { expected += try pieces().bytes }
        #expect(Self.whole(response, world) == expected)
    }

    @Test("a body that was closed, and one of a failed batch, have no further part")
    func dropped() throws {
        let world = try World()
        let closed = try #require(try world.emulator.response(Self.pieces(9, of: 99_999)).delivery.laterTicket)
        #expect(world.emulator.endBatch(failed: false))
        world.emulator.longBodies.close(closed)
        let failed = try #require(try world.emulator.response(Self.pieces(9, of: 99_999)).delivery.laterTicket)
        let kept = closed
        #expect(kept != failed)
        #expect(!world.emulator.endBatch(failed: true))
        #expect(world.emulator.nextPart(closed) == .end)
        #expect(world.emulator.nextPart(failed) == .end)
    }

    @Test("a store that fails in the middle cuts the body, and the warning has the reason")
    func failing() throws {
        let world = try World()
        var left = 10
        let response = try world.emulator.response { () throws(Failure) in
            left -= 1
            guard left > 0 else { throw Failure(StoreError("the disk is gone")) }
            return BodyPiece([0], isLast: false)
        }
        let ticket = try #require(response.delivery.laterTicket)
        while case .bytes = world.emulator.nextPart(ticket) {}
        #expect(world.emulator.nextPart(ticket) == .failed)
        #expect(world.warnings.last == "an answer was cut, because the store failed: the disk is gone")
    }

    @Test("a long body can be completed for a fault that counts bytes")
    func complete() throws {
        let world = try World()
        var response = try world.emulator.response(Self.pieces(100, of: 10_000))
        try world.emulator.complete(&response)
        #expect(response.body.count == 1_000_000)
        #expect(response.delivery.framing == .length)
        #expect(response.delivery.laterTicket == nil)
    }

    @Test("a body that is too large for memory is a 503 when a fault counts its bytes, and is closed")
    func tooLarge() throws {
        let world = try World()
        let size = Emulator.completeLimit / 16
        var fitting = try world.emulator.response(Self.pieces(16, of: size))
        try world.emulator.complete(&fitting)
        #expect(fitting.body.count == Emulator.completeLimit)
        var response = try world.emulator.response(Self.pieces(17, of: size))
        let ticket = try #require(response.delivery.laterTicket)
        let failure = #expect(throws: Failure.self) { try world.emulator.complete(&response) }
        #expect(failure?.status == .unavailable)
        #expect(failure?.message.hasPrefix("The answer has more than 16777216 bytes, and no fault changes") == true)
        #expect(world.emulator.nextPart(ticket) == .end)
    }

    @Test("a snapshot shows the moment of its request, whatever changes while it is read", arguments: [false, true])
    func moment(inMemory: Bool) throws {
        let store: any Store = inMemory ? MemoryStore() : try SQLiteStore(path: ":memory:")
        let world = try World(store: store)
        let account = try world.account()
        for player in 0..<200 {
            let play = try world.play(player: "player \(player)")
            try play.begin()
            try play.pass()
        }
        #expect(world.emulator.endBatch(failed: false))
        let before = try world.emulator.wholeSnapshot(of: account)
        let response = try world.emulator.response(try world.emulator.snapshot(of: account))
        #expect(response.delivery.laterTicket != nil, "it is too short for this test")
        #expect(world.emulator.endBatch(failed: false))
        // Changed, begun again, removed.
        try world.play(player: "player 199").pass()
        try world.play(player: "player 198").begin()
        _ = try world.play(player: "player 197").reset()
        #expect(world.emulator.endBatch(failed: false))
        try world.emulator.reset(account)
        #expect(world.emulator.endBatch(failed: false))
        #expect(Self.whole(response, world) == before)
    }
}

@Suite("Histories in pieces")
struct HistoryReaderTests {
    @Test("the pieces make the history, from either kind of store", arguments: [0, 1, 99, 100, 101, 2_500])
    func pieces(count: Int) throws {
        for store: any Store in [MemoryStore(), try SQLiteStore(path: ":memory:")] {
            let world = try World(store: store)
            let player = try world.play()
            let play = player.play
            var session = try player.begin()
            let key = play.key
            for number in 0..<count {
                session.turnCount = number + 1
                let turn = Turn(
                    number: number + 1, at: Timestamp(seconds: 1), line: "line \(number)", reply: "reply",
                    decision: .pass, followUp: false, stateKey: session.stateKey, score: 0)
                try store.append(turn, to: session, of: key)
            }
            let next = try play.history(of: try #require(play.persona.machine(gateID)))
            var turns: [Turn] = []
            var most = 0
            while let some = try next() {
                turns += some
                most = max(most, some.count)
            }
            #expect(turns.map(\.number) == Array(0...count))
            #expect(most <= 100)
        }
    }
}

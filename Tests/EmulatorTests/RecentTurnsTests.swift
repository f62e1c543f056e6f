import Dialogue
import Support
import Testing

@testable import Emulator

@Suite("The latest answered turns")
struct RecentTurnsTests {
    private static func turn(_ number: Int, of session: UInt64 = 1, at seconds: Int64 = 0) throws -> AnsweredTurn {
        let persona = samplePersona()
        var before = Session.silent(
            id: SessionID(high: 0, low: session), machine: persona.machines[0],
            player: Player(name: "Sam", gender: .male), at: Timestamp(seconds: 0))
        before.turnCount = number - 1
        return AnsweredTurn(
            session: before, input: Session.Input(message: "", instruction: Instruction(plain: "")),
            machine: persona.machines[0], persona: persona, player: "sam", at: Timestamp(seconds: seconds))
    }

    private static let session = SessionID(high: 0, low: 1)

    @Test("turns are remembered up to the limit, the oldest leave first")
    func bound() throws {
        var recent = RecentTurns()
        for number in 1...RecentTurns.limit + 3 {
            recent.add(try Self.turn(number))
            recent.keepBatch()
        }
        #expect(recent.turn(3, of: Self.session) == nil)
        for number in [4, 5, RecentTurns.limit, RecentTurns.limit + 3] {
            #expect(recent.turn(number, of: Self.session)?.number == number)
        }
        #expect(recent.turn(5, of: SessionID(high: 0, low: 2)) == nil)
    }

    @Test("of two turns with the same number, as after a reset, the later one is found", arguments: [true, false])
    func later(_ isKept: Bool) throws {
        var recent = RecentTurns()
        for seconds: Int64 in 1...2 {
            recent.add(try Self.turn(1, at: seconds))
            if isKept { recent.keepBatch() }
        }
        #expect(recent.turn(1, of: Self.session)?.at == Timestamp(seconds: 2))
    }

    @Test("turns of a failed batch are forgotten, and no others")
    func dropped() throws {
        var recent = RecentTurns()
        recent.add(try Self.turn(1))
        recent.keepBatch()
        for number in 2...RecentTurns.limit + 5 { recent.add(try Self.turn(number)) }
        #expect(recent.turn(2, of: Self.session) != nil)
        recent.dropBatch()
        #expect(recent.turn(1, of: Self.session) != nil)
        #expect(recent.turn(2, of: Self.session) == nil)
    }
}

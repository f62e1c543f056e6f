import Dialogue
import Support
import Testing

@testable import Emulator

@Suite("The turns answered last")
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

    @Test("so many are remembered, and no more")
    func bound() throws {
        var recent = RecentTurns()
        for number in 1...RecentTurns.limit + 3 { recent.add(try Self.turn(number)) }
        #expect(recent.turn(3, of: Self.session) == nil)
        for number in [4, 5, RecentTurns.limit, RecentTurns.limit + 3] {
            #expect(recent.turn(number, of: Self.session)?.number == number)
        }
        #expect(recent.turn(5, of: SessionID(high: 0, low: 2)) == nil)
    }

    @Test("of two of one number, which a reset leaves, the later one counts")
    func later() throws {
        var recent = RecentTurns()
        recent.add(try Self.turn(1, at: 1))
        recent.add(try Self.turn(1, at: 2))
        #expect(recent.turn(1, of: Self.session)?.at == Timestamp(seconds: 2))
    }

    @Test("those that the store has not kept are forgotten", arguments: [0, 1, 5, RecentTurns.limit + 5])
    func dropped(_ count: Int) throws {
        var recent = RecentTurns()
        for number in 1...150 { recent.add(try Self.turn(number)) }
        recent.keepTurn()
        for number in 0..<count { recent.add(try Self.turn(1000 + number)) }
        recent.dropTurn()
        for number in 0..<count { #expect(recent.turn(1000 + number, of: Self.session) == nil) }
        let isLeft = count + 150 <= RecentTurns.limit
        #expect((recent.turn(1, of: Self.session) != nil) == isLeft)
        recent.add(try Self.turn(151))
        #expect(recent.turn(151, of: Self.session) != nil)
        if count < RecentTurns.limit { #expect(recent.turn(150, of: Self.session) != nil) }
    }
}

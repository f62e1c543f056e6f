import Dialogue
import Support
import Testing

@testable import Emulator

@Suite("The latest answered turns")
struct RecentTurnsTests {
    private static let persona = samplePersona()

    private static func turn(
        _ number: Int, of session: UInt64 = 1, at seconds: Int64 = 0, persona: Persona = persona,
        input: Session.Input = Session.Input(message: "", instruction: Instruction(plain: ""))
    ) throws -> AnsweredTurn {
        var before = Session.silent(
            id: SessionID(high: 0, low: session), machine: persona.machines[0],
            player: Player(name: "Sam", gender: .male), at: Timestamp(seconds: 0))
        before.turnCount = number - 1
        return AnsweredTurn(
            session: before, input: input, machine: persona.machines[0], persona: persona, player: "sam",
            at: Timestamp(seconds: seconds))
    }

    /// The numbers of the turns that are kept, of 1 to `count`.
    private static func numbers(_ recent: RecentTurns, upTo count: Int = 100) -> [Int] {
        (1...count).filter { recent.turn($0, of: session) != nil }
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

    private static let text = String(repeating: "x", count: 300_000)

    /// Inputs that each have 300,000 bytes or more.
    private static let large: [(String, Session.Input)] = [
        ("message", Session.Input(message: text, instruction: Instruction(plain: ""))),
        ("text", Session.Input(message: "", instruction: Instruction(plain: text))),
        ("variables", Session.Input(message: "", instruction: Instruction(plain: ""), variables: ["a": text])),
        (
            "earlier",
            Session.Input(
                message: "", instruction: Instruction(plain: ""),
                earlier: (0..<1_000).map { _ in String(repeating: "y", count: 260) })
        ),
        (
            "event",
            Session.Input(
                message: "", instruction: Instruction(plain: ""),
                event: MatchContext.Event(id: "e", context: ["a": text]))
        ),
        ("reply", Session.Input(message: "", instruction: Instruction(plain: ""), reply: text)),
    ]

    @Test("so many bytes are remembered, and no more, in one batch or in many", arguments: large, [false, true])
    func bytes(_ large: (name: String, input: Session.Input), inOneBatch: Bool) throws {
        var recent = RecentTurns()
        for number in 1...40 {
            recent.add(try Self.turn(number, input: large.input))
            if !inOneBatch { recent.keepBatch() }
        }
        recent.keepBatch()
        let numbers = Self.numbers(recent)
        #expect((8...13).contains(numbers.count))
        #expect(numbers == Array((1...40).suffix(numbers.count)))
        #expect((2_000_000...RecentTurns.byteLimit).contains(recent.bytes))
    }

    @Test("a turn beyond all bytes is not remembered, and none before it")
    func tooLarge() throws {
        var recent = RecentTurns()
        recent.add(try Self.turn(1))
        let text = String(repeating: "x", count: RecentTurns.byteLimit)
        recent.add(try Self.turn(2, input: Session.Input(message: text, instruction: Instruction(plain: ""))))
        recent.keepBatch()
        #expect(Self.numbers(recent) == [])
        #expect(recent.bytes == 0)
        recent.add(try Self.turn(3))
        recent.keepBatch()
        #expect(Self.numbers(recent) == [3])
    }

    @Test("of a persona that was replaced only the last version is remembered, and the others stay")
    func replaced() throws {
        var recent = RecentTurns()
        let other = samplePersona(number: 8)
        for (number, persona) in [Self.persona, other, Self.persona, samplePersona(), other].enumerated() {
            recent.add(try Self.turn(number + 1, persona: persona))
            recent.keepBatch()
        }
        #expect(Self.numbers(recent) == [2, 4, 5])
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
        #expect(recent.turn(RecentTurns.limit + 5, of: Self.session) != nil)
        recent.dropBatch()
        #expect(Self.numbers(recent) == [1])
    }
}

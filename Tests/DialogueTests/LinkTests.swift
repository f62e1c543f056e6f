import Dialogue
import Testing

@Suite("Links and unlocks")
struct LinkTests {
    /// A session of machine 1 that has ended so.
    static func session(_ outcome: Outcome?, score: Int = 0, machine: UInt64 = 1) -> Session {
        Session(
            id: SessionID(high: 0, low: 0), machine: machineID(machine), player: Player(name: "Sam", gender: .male),
            startedAt: Timestamp(seconds: 0), lastMessageAt: Timestamp(seconds: 0), stateKey: key("end"), score: score,
            outcome: outcome)
    }

    static func link(
        _ source: UInt64, _ target: UInt64, _ condition: Link.Condition, isAutoAdvance: Bool = false
    ) -> Link {
        Link(
            source: machineID(source), target: machineID(target), condition: condition, isAutoAdvance: isAutoAdvance)
    }

    /// The keys of the machines that one more ended session unlocks.
    static func unlocked(_ persona: Persona, by session: Session, _ progress: inout Progress) -> [String] {
        persona.unlocks(by: session, progress: &progress).map(\.machine.key)
    }

    struct Case: Sendable {
        let condition: Link.Condition
        let outcome: Outcome
        let score: Int
        let unlocks: Bool

        init(_ condition: Link.Condition, _ outcome: Outcome, _ score: Int, _ unlocks: Bool) {
            (self.condition, self.outcome, self.score, self.unlocks) = (condition, outcome, score, unlocks)
        }
    }

    static let cases = [
        Case(.outcome(.accept), .accept, 0, true), Case(.outcome(.accept), .reject, 99, false),
        Case(.outcome(.accept), .kickOut, 99, false), Case(.outcome(.reject), .reject, 0, true),
        Case(.outcome(.kickOut), .kickOut, 0, true), Case(.outcome(.kickOut), .accept, 0, false),
        Case(.scoreAtLeast(5), .accept, 5, true), Case(.scoreAtLeast(5), .accept, 4, false),
        Case(.scoreAtLeast(5), .kickOut, 6, true), Case(.scoreAtLeast(-5), .reject, -5, true),
        Case(.scoreAtMost(5), .accept, 5, true), Case(.scoreAtMost(5), .accept, 6, false),
        Case(.scoreAtMost(-1), .reject, -2, true), Case(.always, .accept, 0, true), Case(.always, .reject, -9, true),
        Case(.always, .kickOut, 9, true),
    ]

    @Test("a link unlocks its target when its condition holds (B.9)", arguments: cases)
    func condition(_ item: Case) {
        let persona = persona(
            machine(id: 1, key: "a"), machine(id: 2, key: "b"), links: [Self.link(1, 2, item.condition)])
        var progress = Progress()
        let unlocked = Self.unlocked(persona, by: Self.session(item.outcome, score: item.score), &progress)
        #expect(unlocked == (item.unlocks ? ["b"] : []))
        #expect(progress.unlocked == (item.unlocks ? [machineID(2)] : []))
    }

    @Test("a session that has not ended unlocks nothing")
    func running() {
        let persona = persona(machine(id: 1), machine(id: 2), links: [Self.link(1, 2, .always)])
        var progress = Progress(inits: 3)
        #expect(Self.unlocked(persona, by: Self.session(nil), &progress) == [])
        #expect(progress == Progress(inits: 3))
    }

    @Test("only links of the completed machine count")
    func otherSource() {
        let persona = persona(machine(id: 1), machine(id: 2), machine(id: 3), links: [Self.link(2, 3, .always)])
        var progress = Progress()
        #expect(Self.unlocked(persona, by: Self.session(.accept), &progress) == [])
    }

    @Test("a machine is newly unlocked once (G-24)")
    func once() {
        let persona = persona(
            machine(id: 1, key: "a"), machine(id: 2, key: "b"), machine(id: 3, key: "c"),
            links: [Self.link(1, 2, .outcome(.accept)), Self.link(1, 2, .always), Self.link(1, 3, .scoreAtLeast(5))])
        var progress = Progress()
        #expect(Self.unlocked(persona, by: Self.session(.accept), &progress) == ["b"])
        #expect(Self.unlocked(persona, by: Self.session(.accept), &progress) == [])
        #expect(Self.unlocked(persona, by: Self.session(.accept, score: 5), &progress) == ["c"])
        #expect(progress.unlocked == [machineID(2), machineID(3)])
    }

    @Test("a machine that was available before is never newly unlocked")
    func availableBefore() {
        let persona = persona(machine(id: 1), machine(id: 2, isEntry: true), links: [Self.link(1, 2, .always)])
        var progress = Progress()
        #expect(Self.unlocked(persona, by: Self.session(.accept), &progress) == [])
        #expect(progress.unlocked.isEmpty)
    }

    @Test("an unlock has the auto-advance flag of its link", arguments: [true, false])
    func autoAdvance(_ flag: Bool) {
        let persona = persona(machine(id: 1), machine(id: 2), links: [Self.link(1, 2, .always, isAutoAdvance: flag)])
        var progress = Progress()
        #expect(
            persona.unlocks(by: Self.session(.accept), progress: &progress).map(\.isAutoAdvance) == [flag])
    }

    @Test("available machines are entries, those that no link leads to, and unlocked ones (C-13)")
    func availability() {
        let entry = machine(id: 1, isEntry: true)
        let (target, standalone) = (machine(id: 2), machine(id: 3))
        let persona = persona(
            entry, target, standalone, links: [Self.link(3, 1, .always), Self.link(1, 2, .always)])
        #expect(persona.isAvailable(entry, to: Progress()))
        #expect(persona.isAvailable(standalone, to: Progress()))
        #expect(!persona.isAvailable(target, to: Progress()))
        #expect(!persona.isAvailable(target, to: Progress(unlocked: [machineID(1), machineID(3)])))
        #expect(persona.isAvailable(target, to: Progress(unlocked: [machineID(2)])))
    }

    @Test("a machine is linked when a link leads to it or from it")
    func linked() {
        let machines = (machine(id: 1), machine(id: 2), machine(id: 3))
        let persona = persona(machines.0, machines.1, machines.2, links: [Self.link(1, 2, .always)])
        #expect(persona.isLinked(machines.0))
        #expect(persona.isLinked(machines.1))
        #expect(!persona.isLinked(machines.2))
    }
}

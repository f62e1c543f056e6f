import Dialogue
import Testing
import Text

@Suite("Conversations that do not start with the player (FIXTURES.md Entries)")
struct EntryTests {
    private static let reaction = MatchContext.Event(id: "reaction", context: ["kind": "🔥"])

    private func says(_ id: String, _ texts: String...) throws -> ReplyList {
        ReplyList(id: id, try texts.map { Reply([try Template($0)]) })
    }

    /// Two states that a line moves between, an end, two events and a nudge.
    private func machine(cap: Int? = 2) throws -> Machine {
        let states = [
            State(key: StateKey("cold")!, isInitial: true, says: try says("cold", "never spoken")),
            State(key: StateKey("warm")!), State(key: StateKey("done")!, isTerminal: true),
        ]
        let event = Matcher.every([
            .event("reaction"), .context("kind", ValueMatcher(texts: [.any([try #require(Phrase("🔥"))])])),
        ])
        let transitions = [
            Transition(from: nil, decision: .redirect, priority: 1, when: event, says: try says("fire", "hot")),
            Transition(
                from: nil, to: StateKey("done")!, decision: .pass, priority: 2,
                when: .text(.any([try #require(Phrase("deal"))]))),
            Transition(from: nil, to: StateKey("warm")!, decision: .pass, priority: 3, when: .image(true)),
            Transition(
                from: StateKey("cold")!, to: StateKey("warm")!, decision: .pass, priority: 4, when: .otherwise,
                says: try says("hey", "hey")),
            Transition(
                from: nil, decision: .redirect, priority: 5, when: .text(.none(words("hi"))),
                says: try says("n", "none")),
        ]
        let warm = StateKey("warm")!
        let entries = Entries(
            opener: .init(to: warm, says: try says("opener", "hello {target}")),
            events: [
                "reaction": .init(to: warm, says: try says("reaction", "saw that {event.kind}")),
                "end": .init(to: StateKey("done")!, says: try says("end", "bye")),
            ],
            nudge: .init(says: try says("nudge", "still there?", "hello?"), cooldownSeconds: 60, cap: cap))
        return Machine(
            id: MachineID(high: 0, low: 1), key: "dm", name: "dm", scoringMode: .passFail, entries: entries,
            states: states, transitions: transitions)
    }

    private func persona(_ machine: Machine) -> Persona {
        Persona(id: PersonaID(high: 0, low: 2), slug: "maya", name: "Maya", machines: [machine])
    }

    private func begin(
        _ machine: Machine, _ entry: Entries.Entry?, event: MatchContext.Event? = nil
    ) -> (session: Session, turn: Turn, said: Utterance) {
        Session.begin(
            id: SessionID(high: 1, low: 1), machine: machine, of: persona(machine),
            player: Player(name: "@lead", gender: .nonBinary), variables: [:], entry: entry, event: event,
            at: Timestamp(seconds: 1))
    }

    private func answer(
        _ session: inout Session, _ machine: Machine, _ line: String, event: MatchContext.Event? = nil,
        hasImage: Bool = false
    ) -> (turn: Turn, said: Utterance) {
        let input = Session.Input(
            message: line, instruction: Instruction(plain: line), event: event, hasImage: hasImage)
        let answered = session.answer(input, on: machine, of: persona(machine), at: Timestamp(seconds: 2))
        return (answered.turn, answered.said)
    }

    @Test("an opener speaks first, and puts the session into the state that it names")
    func opener() throws {
        let machine = try machine()
        let begun = begin(machine, machine.entries.opener)
        #expect(begun.said.bubbles == ["hello @lead"])
        #expect(begun.session.stateKey.text == "warm")
        #expect((begun.turn.number, begun.turn.line == nil, begun.turn.reply) == (0, true, "hello @lead"))
    }

    @Test("an event begins a conversation with its own line and its context")
    func event() throws {
        let machine = try machine()
        let begun = begin(machine, machine.entries.events["reaction"], event: Self.reaction)
        #expect(begun.said.bubbles == ["saw that 🔥"])
        #expect(begun.session.stateKey.text == "warm")
    }

    @Test("an entry to a terminal state ends the conversation")
    func ending() throws {
        let machine = try machine()
        #expect(begin(machine, machine.entries.events["end"]).session.outcome == .accept)
    }

    @Test("the player's first line is judged in the initial state, whose own line is not spoken")
    func inbound() throws {
        let machine = try machine()
        var session = Session.silent(
            id: SessionID(high: 1, low: 1), machine: machine, player: Player(name: "@lead", gender: .nonBinary),
            at: Timestamp(seconds: 1))
        let (turn, said) = answer(&session, machine, "hi")
        #expect(said.bubbles == ["hey"])
        #expect((turn.number, turn.stateKey.text) == (1, "warm"))
    }

    @Test("an event fires the transition that asks for it, and leaves no line in the history")
    func taken() throws {
        let machine = try machine()
        var session = begin(machine, machine.entries.opener).session
        let (turn, said) = answer(&session, machine, "", event: Self.reaction)
        #expect(said.bubbles == ["hot"])
        #expect((turn.decision, turn.line) == (.redirect, nil))
        #expect(session.redirectCount == 1)
    }

    @Test(
        "an event that no transition takes speaks its own line and changes nothing"
    )
    func untaken() throws {
        let machine = try machine()
        for start in [nil, machine.entries.opener] {
            var session = begin(machine, start).session
            let before = session
            let (turn, said) = answer(&session, machine, "", event: .init(id: "reaction", context: ["kind": "👀"]))
            #expect(said.bubbles == ["saw that 👀"])
            #expect(turn.decision == nil)
            #expect(!turn.followUp)
            #expect((session.stateKey, session.redirectCount) == (before.stateKey, 0))
        }
    }

    @Test("a condition on an image holds for a line with an image")
    func image() throws {
        let machine = try machine()
        var session = begin(machine, nil).session
        _ = answer(&session, machine, "look", hasImage: true)
        #expect(session.stateKey.text == "warm")
    }

    private func nudge(_ session: inout Session, _ machine: Machine, at seconds: Int64) -> Result<
        String, Session.NudgeRefusal
    > {
        do throws(Session.NudgeRefusal) {
            return .success(
                try session.nudge(on: machine, of: persona(machine), variables: [:], at: Timestamp(seconds: seconds))
                    .said.text)
        } catch {
            return .failure(error)
        }
    }

    @Test("a nudge waits for its cooldown, stops at its cap, and changes nothing else")
    func nudges() throws {
        let machine = try machine()
        var session = begin(machine, machine.entries.opener).session
        let steps: [(Int64, Result<String, Session.NudgeRefusal>)] = [
            (100, .success("still there?")), (159, .failure(.cooldown)), (160, .success("hello?")),
            (1000, .failure(.cap)),
        ]
        for (second, expected) in steps { #expect(nudge(&session, machine, at: second) == expected) }
        #expect((session.stateKey.text, session.turnCount, session.redirectCount) == ("warm", 2, 0))
        let (turn, _) = answer(&session, machine, "deal")
        #expect(turn.number == 3)
        #expect(session.outcome == .accept)
    }

    @Test("a nudge waits for no cooldown that a clock set back would make longer")
    func nudgeSetBack() throws {
        let machine = try machine(cap: nil)
        var session = begin(machine, machine.entries.opener).session
        let steps: [(Int64, Result<String, Session.NudgeRefusal>)] = [
            (7200, .success("still there?")), (100, .success("hello?")), (159, .failure(.cooldown)),
            (160, .success("hello?")),
        ]
        for (second, expected) in steps { #expect(nudge(&session, machine, at: second) == expected) }
    }

    @Test("a machine without a nudge refuses it; a nudge without a cap has no limit")
    func unlimited() throws {
        let bare = Machine(
            id: MachineID(high: 0, low: 1), key: "dm", name: "dm",
            states: [State(key: StateKey("a")!, isInitial: true)], transitions: [])
        var session = begin(bare, nil).session
        #expect(nudge(&session, bare, at: 1) == .failure(.none))
        let machine = try machine(cap: nil)
        session = begin(machine, nil).session
        for count in 1...5 { #expect((try? nudge(&session, machine, at: Int64(count * 60)).get()) != nil) }
    }

    @Test("nudges are not counted as the player's turns")
    func playerTurns() throws {
        let machine = try machine()
        var session = begin(machine, machine.entries.opener).session
        _ = nudge(&session, machine, at: 100)
        let third = Machine(
            id: machine.id, key: "dm", name: "dm",
            states: [State(key: StateKey("warm")!, isInitial: true), State(key: StateKey("end")!, isTerminal: true)],
            transitions: [
                Transition(
                    from: nil, to: StateKey("end")!, decision: .pass, when: .turn(NumberMatcher(atLeast: 2)))
            ])
        _ = answer(&session, third, "first")
        #expect(session.outcome == nil)
        _ = answer(&session, third, "second")
        #expect(session.outcome != nil)
    }

    @Test("the count of nudges and the conversation's holder are stored and read again")
    func stored() throws {
        let memory = Memory(nudges: 2, nudgedAt: Timestamp(nanoseconds: 1_773_144_000_000_000_001), note: "@me")
        #expect(Memory(encoded: memory.encoded) == memory)
    }
}

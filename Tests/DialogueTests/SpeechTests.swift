import Dialogue
import Testing
import Text

@Suite("An explanation's speech: the speaker and the line")
struct SpeechTests {
    typealias Speaker = Explanation.Speech.Speaker

    static let never = Matcher.text(.any(words("never")))

    /// A list of one line, which fits or not.
    static func list(_ id: String, fits: Bool = true) -> ReplyList {
        ReplyList(id: id, [Reply([template(id)], when: fits ? nil : never)])
    }

    /// A pass on which all five may speak, of whom `silent` have nothing that fits.
    static func talk(silent: Int) -> Talk {
        let fits = (0..<5).map { $0 >= silent }
        let states = [
            State(key: key("start"), isInitial: true, saysOn: [.pass: list("state", fits: fits[2])]),
            State(key: key("middle"), says: list("entered", fits: fits[1])),
        ]
        return Talk(
            machine(
                saysOn: [.pass: list("machine", fits: fits[3])], states: states,
                [.pass(to: "middle", says: list("transition", fits: fits[0]))]),
            saysOn: [.pass: list("persona", fits: fits[4])])
    }

    @Test("the first speaker with a line that fits speaks", arguments: 0...5)
    func speaker(_ silent: Int) throws {
        let speakers: [Speaker] = [.transition, .enteredState, .state, .machine, .persona, .builtIn]
        let speech = try Self.talk(silent: silent).explain("go").speech
        #expect(speech.speaker == speakers[silent])
        #expect(speech.silent == Array(speakers[..<silent]))
        #expect(speech.choice?.list == ["transition", "entered", "state", "machine", "persona", nil][silent])
    }

    @Test("a speaker whose line comes out empty is passed over for the next")
    func empty() throws {
        let talk = Talk(machine(saysOn: [.redirect: says("Hm.", id: "m")], [.on(.redirect, says: says("{capture.x}"))]))
        let speech = try talk.explain("go").speech
        #expect((speech.speaker, speech.silent) == (.machine, [.transition]))
        #expect((speech.choice?.list, speech.entering) == ("m", []))
    }

    @Test("a follow-up, an event and a given reply are speakers of their own")
    func others() throws {
        let asking = Talk(FollowUpTests.machine(FollowUpTests.asks()))
        #expect(try asking.explain("maybe").speech.speaker == .followUp)
        #expect(try Talk(FollowUpTests.machine()).explain("[[follow_up]]").speech.speaker == .builtIn)
        let given = try asking.explain("maybe", reply: "So.").speech
        #expect((given.speaker, given.choice, given.silent, given.said.text) == (.given, nil, [], "So."))
        let entries = Entries(events: ["gift": .init(to: key("start"), says: says("Thanks!"))])
        let talk = Talk(
            Machine(id: machineID(1), key: "m", name: "m", entries: entries, states: places, transitions: []))
        #expect(try talk.explain("", event: .init(id: "gift")).speech.speaker == .event)
        #expect(try talk.explain("", event: .init(id: "loss")).speech.speaker == .builtIn)
    }

    @Test("an explanation has the picked line, its list and the lines that fit", arguments: Pick.allCases)
    func choice(_ pick: Pick) throws {
        let list = ReplyList(
            id: "list",
            [Reply([template("a")], when: Self.never)] + ["b", "c", "d"].map { Reply([template($0)]) }, pick: pick)
        var talk = Talk(machine([.on(.redirect, says: list)]))
        for turn in 1...6 {
            let choice = try #require(try talk.explain("go").speech.choice)
            #expect((choice.list, choice.count, choice.fitting, choice.pick) == ("list", 4, [1, 2, 3], pick))
            #expect(try talk.hear("go").reply == ["a", "b", "c", "d"][choice.line])
            switch pick {
            case .inOrder: #expect(choice.line == min(turn, 3) && choice.draw == nil)
            case .byTurn: #expect(choice.line == choice.fitting[turn % 3] && choice.draw == nil)
            case .seeded: #expect(choice.line == choice.fitting[Int(try #require(choice.draw) % 3)])
            }
        }
    }

    @Test("of lines with a condition that holds, an explanation lists those alone as the ones that fit")
    func pool() throws {
        let list = ReplyList(
            id: "list",
            [Reply([template("a")]), Reply([template("b")], when: go), Reply([template("c")], when: Self.never)])
        let choice = try #require(try Talk(machine([.on(.redirect, says: list)])).explain("go").speech.choice)
        #expect((choice.line, choice.count, choice.fitting) == (1, 3, [1]))
    }

    @Test("a list of one line draws nothing")
    func single() throws {
        let list = ReplyList(id: "list", [Reply([template("a")])], pick: .seeded)
        #expect(try Talk(machine([.on(.redirect, says: list)])).explain("go").speech.choice?.draw == nil)
    }

    @Test("an explanation lists the lines that {entering} inserts")
    func entering() throws {
        let states = [
            State(key: key("start"), isInitial: true), State(key: key("middle"), says: says("x", "y", id: "in")),
        ]
        let talk = Talk(machine(states: states, [.pass(to: "middle", says: says("{entering} {entering}", id: "out"))]))
        let speech = try talk.explain("go").speech
        #expect((speech.choice?.list, speech.said.text) == ("out", "x y"))
        #expect(speech.entering.map(\.list) == ["in", "in"])
        #expect(speech.entering.map(\.line) == [0, 1])
    }
}

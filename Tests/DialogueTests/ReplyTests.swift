import Dialogue
import Testing
import Text

@Suite("The line that is spoken")
struct ReplyTests {
    /// What is said to each "go", which a redirect with that list answers.
    static func replies(_ list: ReplyList, to lines: [String]) throws -> [String] {
        var talk = Talk(machine([.on(.redirect, when: .otherwise, says: list)]))
        return try lines.map { try talk.hear($0).reply }
    }

    @Test("lines are spoken in order, and the last one repeats")
    func inOrder() throws {
        #expect(
            try Self.replies(says("one", "two", "three"), to: ["a", "b", "c", "d", "e"])
                == ["one", "two", "three", "three", "three"])
    }

    @Test("a list of one line repeats it")
    func single() throws {
        #expect(try Self.replies(says("one"), to: ["a", "b"]) == ["one", "one"])
    }

    @Test("each session counts its spoken lines apart")
    func perSession() throws {
        let list = says("one", "two")
        #expect(try Self.replies(list, to: ["a", "b"]) == ["one", "two"])
        #expect(try Self.replies(list, to: ["a"]) == ["one"])
    }

    @Test("each list counts its spoken lines apart")
    func perList() throws {
        var talk = Talk(
            machine([
                .on(.redirect, when: .text(.any(words("a"))), says: says("a1", "a2", id: "a")),
                .on(.redirect, when: .text(.any(words("b"))), says: says("b1", "b2", id: "b")),
            ]))
        #expect(try ["a", "b", "a", "b"].map { try talk.hear($0).reply } == ["a1", "b1", "a2", "b2"])
    }

    @Test("a line whose condition does not hold is passed over")
    func condition() throws {
        let list = ReplyList(
            id: "list",
            [
                Reply([template("By day.")], when: .text(.any(words("day")))),
                Reply([template("By night.")], when: .text(.any(words("night")))), Reply([template("Ever.")]),
            ])
        #expect(try Self.replies(list, to: ["night"]) == ["By night."])
        #expect(try Self.replies(list, to: ["day"]) == ["By day."])
        #expect(try Self.replies(list, to: ["dusk", "dusk"]) == ["Ever.", "Ever."])
    }

    @Test("a list without a line that fits is passed over for the next list")
    func noneFits() throws {
        let list = ReplyList(id: "list", [Reply([template("By day.")], when: .text(.any(words("day"))))])
        var talk = Talk(machine(saysOn: [.redirect: says("Pardon?")], [.on(.redirect, says: list)]))
        #expect(try talk.hear("go").reply == "Pardon?")
    }

    @Test("a list whose line comes out empty is passed over for the next list")
    func emptyLine() throws {
        var talk = Talk(machine(saysOn: [.redirect: says("Pardon?")], [.on(.redirect, says: says("{variable.x}"))]))
        #expect(try talk.hear("go").reply == "Pardon?")
    }

    @Test("conditions of lines see the message without its directives")
    func conditionWithoutDirectives() throws {
        let list = ReplyList(
            id: "list",
            [Reply([template("heard")], when: .text(.any(words("redirect")))), Reply([template("not heard")])])
        #expect(try Self.replies(list, to: ["[[redirect]]"]) == ["not heard"])
        #expect(try Self.replies(list, to: ["redirect"]) == ["heard"])
    }

    /// Who has words of its own for a redirect in "start", and whose are spoken.
    static let speakers: [(having: Set<String>, speaks: String)] = [
        (["transition", "state", "machine", "persona"], "transition"), (["state", "machine", "persona"], "state"),
        (["machine", "persona"], "machine"), (["persona"], "persona"), (["transition", "persona"], "transition"),
    ]

    @Test("the transition's line goes first, then the state's, the machine's and the persona's", arguments: speakers)
    func order(_ having: Set<String>, _ speaks: String) throws {
        func words(_ name: String) -> ReplyList? { having.contains(name) ? says(name, id: name) : nil }
        func table(_ name: String) -> SaysOn { words(name).map { [.redirect: $0] } ?? [:] }
        let start = State(key: key("start"), isInitial: true, says: says("entered"), saysOn: table("state"))
        var talk = Talk(
            machine(saysOn: table("machine"), states: [start], [.on(.redirect, says: words("transition"))]),
            saysOn: table("persona"))
        #expect(try talk.hear("go").reply == speaks)
    }

    @Test("the entered state's line goes after the transition's, and before every list for the decision")
    func enteredState() throws {
        let states = [places[0], State(key: key("middle"), says: says("Welcome."))]
        let table: SaysOn = [.pass: says("Well done.", id: "table")]
        var talk = Talk(machine(saysOn: table, states: states, [.pass(to: "middle")]), saysOn: table)
        #expect(try talk.hear("go").reply == "Welcome.")
        talk = Talk(machine(saysOn: table, states: states, [.pass(to: "middle", says: says("Go in."))]))
        #expect(try talk.hear("go").reply == "Go in.")
        talk = Talk(machine(saysOn: table, [.pass(to: "middle")]))
        #expect(try talk.hear("go").reply == "Well done.")
    }

    @Test("a line for one decision is not spoken on another")
    func otherDecision() throws {
        let table: SaysOn = [.pass: says("pass", id: "p"), .reject: says("reject", id: "r")]
        var talk = Talk(machine(saysOn: table, [.on(.reject)]))
        #expect(try talk.hear("go").reply == "reject")
    }

    static let builtIn: [(Decision, String)] = [
        (.pass, "Go on."), (.redirect, "That is not what we were talking about."), (.reject, "No. That will not do."),
        (.kickOut, "We are done here. Leave."),
    ]

    @Test("a built-in line for each decision is spoken where no list has one", arguments: builtIn)
    func lastResort(_ decision: Decision, _ line: String) throws {
        var talk = Talk(machine())
        #expect(try talk.hear("[[\(decision.rawValue)]]").reply == line)
    }
}

@Suite("Session.begin")
struct BeginTests {
    @Test("a session begins in the initial state with nothing scored, counted or decided")
    func fresh() {
        let talk = Talk(machine(id: 9))
        let session = talk.session
        #expect(session.id == SessionID(high: 1, low: 2))
        #expect(session.machine == machineID(9))
        #expect(session.player == Player(name: "Sam", gender: .female))
        #expect(session.stateKey == key("start"))
        #expect((session.score, session.redirectCount, session.turnCount) == (0, 0, 0))
        #expect(session.outcome == nil)
        #expect(session.startedAt == Timestamp(seconds: 100))
        #expect(session.lastMessageAt == Timestamp(seconds: 100))
    }

    @Test("the greeting is turn 0, without line, decision and follow-up")
    func turn() {
        #expect(
            Talk(machine(greeting: says("Hi."))).greeting
                == Turn(
                    number: 0, at: Timestamp(seconds: 100), line: nil, reply: "Hi.", decision: nil, followUp: false,
                    stateKey: key("start"), score: 0))
    }

    @Test("the machine's greeting is spoken, else the initial state's line, else a built-in one")
    func order() {
        let states = [State(key: key("start"), isInitial: true, says: says("From the state.", id: "state"))]
        #expect(
            Talk(machine(greeting: says("From the machine."), states: states)).greeting.reply == "From the machine.")
        #expect(Talk(machine(states: states)).greeting.reply == "From the state.")
        #expect(Talk(machine()).greeting.reply == "Hello, Sam.")
    }

    @Test("the greeting counts as a spoken line")
    func counted() throws {
        let states = [
            State(key: key("start"), isInitial: true, says: says("first", "second")), State(key: key("middle")),
        ]
        var talk = Talk(machine(states: states, [.pass(to: "start")]))
        #expect(talk.greeting.reply == "first")
        #expect(try talk.hear("go").reply == "second")
    }
}

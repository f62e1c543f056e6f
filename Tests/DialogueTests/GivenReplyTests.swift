import Dialogue
import Testing

@Suite("A reply that comes with the input")
struct GivenReplyTests {
    static let list = says("first", "second", id: "stay")

    static func input(_ line: String, reply: String?, event: MatchContext.Event? = nil) -> Session.Input {
        Session.Input(message: line, instruction: Instruction(plain: line), event: event, reply: reply)
    }

    static func hear(_ talk: inout Talk, _ input: Session.Input) -> (turn: Turn, said: Utterance) {
        let answered = talk.session.answer(input, on: talk.machine, of: talk.persona, at: Timestamp(seconds: 1))
        return (answered.turn, answered.said)
    }

    @Test("a given reply is spoken as it is, and the rules still decide")
    func said() {
        var talk = Talk(machine([.pass(to: "middle", 2, says: Self.list)]))
        let (turn, said) = Self.hear(&talk, Self.input("go", reply: "{player_name}, \"no\"\nyes"))
        #expect(said == Utterance(bubbles: ["{player_name}, \"no\"\nyes"]))
        #expect(turn.reply == said.text)
        #expect(Standing(talk.session, turn) == Standing("middle", 2, .pass))
    }

    @Test("a given reply marks no line of a list as spoken")
    func memory() {
        var talk = Talk(machine([.on(.redirect, says: Self.list)]))
        let before = talk.session.memory
        _ = Self.hear(&talk, Self.input("go", reply: "Well."))
        #expect(talk.session.memory == before)
        #expect(Self.hear(&talk, Self.input("go", reply: nil)).said.text == "first")
    }

    @Test("a given reply keeps what the patterns caught")
    func captures() {
        var talk = Talk(machine([.on(.redirect, when: MatcherTests.pattern("i am (?<name>\\w+)"))]))
        _ = Self.hear(&talk, Self.input("I am Tom", reply: "Hi."))
        #expect(talk.session.memory.captures == ["name": "Tom"])
    }

    @Test("a given reply also answers an event, and replaces a follow-up's line")
    func others() {
        var talk = Talk(FollowUpTests.machine(FollowUpTests.asks()))
        let (turn, said) = Self.hear(&talk, Self.input("maybe", reply: "Hm?"))
        #expect((turn.followUp, turn.decision, said.text) == (true, nil, "Hm?"))
        #expect(Self.hear(&talk, Self.input("", reply: "Oh!", event: .init(id: "x"))).said.text == "Oh!")
    }

    @Test("an empty given reply is no reply")
    func empty() {
        var talk = Talk(machine([.on(.redirect, says: Self.list)]))
        #expect(Self.hear(&talk, Self.input("go", reply: "")).said.text == "first")
    }
}

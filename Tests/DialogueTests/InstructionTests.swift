import Dialogue
import Testing

@Suite("Directives in a message")
struct InstructionTests {
    struct Case: Sendable {
        let message: String
        let text: String
        let decisions: [Decision]

        init(_ message: String, _ text: String, _ decisions: Decision...) {
            (self.message, self.text, self.decisions) = (message, text, decisions)
        }
    }

    static let cases = [
        // None
        Case("", ""), Case("hello", "hello"), Case("[pass]", "[pass]"), Case("a [ [pass]] b", "a [ [pass]] b"),
        Case("pass", "pass"), Case("]] [", "]] ["),
        // One
        Case("[[pass]]", "", .pass), Case("[[redirect]]", "", .redirect), Case("[[reject]]", "", .reject),
        Case("[[kick_out]]", "", .kickOut), Case("hi [[pass]]", "hi ", .pass), Case("[[pass]] hi", " hi", .pass),
        Case("a [[pass]] b", "a  b", .pass), Case("é[[pass]]🔥", "é🔥", .pass), Case("]][[pass]]", "]]", .pass),
        Case("[[ pass ]]", "", .pass),
        // Several
        Case("[[pass]][[reject]]", "", .pass, .reject), Case("a[[pass]]b[[pass]]c", "abc", .pass, .pass),
        // Unclosed
        Case("[[", "[["), Case("[[pass", "[[pass"), Case("[[pass]", "[[pass]"), Case("a [[pass] ]", "a [[pass] ]"),
        Case("[[pass]] and [[", " and [[", .pass),
    ]

    @Test("directives are taken out of a message, in order", arguments: cases)
    func parsed(_ item: Case) throws {
        let instruction = try Instruction(item.message)
        #expect(instruction.text == item.text)
        #expect(instruction.directives == item.decisions.map { .decide($0) })
    }

    static let unknown = [
        ("[[dance]]", "dance"), ("[[]]", ""), ("[[PASS]]", "PASS"), ("[[[pass]]]", "[pass"),
        ("[[a [[pass]]", "a [[pass"), ("[[pass]] [[nope]]", "nope"), ("[[kick-out]]", "kick-out"),
        ("[[pass x1]]", "pass x1"), ("[[follow-up]]", "follow-up"), ("[[follow_up 1]]", "follow_up 1"),
        ("[[error]]", "error"), ("[[error 399]]", "error 399"), ("[[error 600]]", "error 600"),
        ("[[error x]]", "error x"), ("[[error 503 x2]]", "error 503 x2"), ("[[error 503 x1 x1]]", "error 503 x1 x1"),
        ("[[delay]]", "delay"), ("[[delay 2]]", "delay 2"), ("[[delay 2m]]", "delay 2m"),
        ("[[delay -1s]]", "delay -1s"),
        ("[[delay 1.5s]]", "delay 1.5s"), ("[[delay 601s]]", "delay 601s"), ("[[delay 600001ms]]", "delay 600001ms"),
        ("[[delay s]]", "delay s"), ("[[stream_error 1]]", "stream_error 1"), ("[[drop]]", "drop"),
        ("[[drop 2]]", "drop 2"), ("[[drop after]]", "drop after"), ("[[drop after -1]]", "drop after -1"),
        ("[[drop after x]]", "drop after x"),
    ]

    @Test("an unknown directive is refused by name", arguments: unknown)
    func refused(_ message: String, _ name: String) {
        let error = #expect(throws: Instruction.UnknownDirective.self) { try Instruction(message) }
        #expect(error?.name == name)
    }

    static let others: [(String, Directive)] = [
        ("[[follow_up]]", .followUp), ("[[error 503]]", .error(status: 503, once: false)),
        ("[[error 503 x1]]", .error(status: 503, once: true)), ("[[error 400]]", .error(status: 400, once: false)),
        ("[[error  599  x1]]", .error(status: 599, once: true)),
        ("[[delay 2s]]", .delay(.seconds(2))), ("[[delay 300ms]]", .delay(.milliseconds(300))),
        ("[[delay 600s]]", .delay(.seconds(600))), ("[[delay 0s]]", .delay(.zero)), ("[[stream_error]]", .streamError),
        ("[[drop after 2]]", .drop(afterEvents: 2)), ("[[drop after 0]]", .drop(afterEvents: 0)),
    ]

    @Test("each other directive has a form of its own (FIXTURES.md Directives)", arguments: others)
    func forms(_ message: String, _ directive: Directive) throws {
        let instruction = try Instruction("a \(message)b")
        #expect(instruction.text == "a b")
        #expect(instruction.directives == [directive])
    }

    @Test(
        "a directive is printed as a message holds it",
        arguments: others.map(\.1) + Decision.allCases.map { .decide($0) })
    func description(_ directive: Directive) throws {
        #expect(try Instruction(directive.description).directives == [directive])
    }

    @Test("of several delays the last one counts")
    func delays() throws {
        #expect(try Instruction("[[delay 2s]] a [[delay 1s]]").delay == .seconds(1))
        #expect(try Instruction("[[pass]]").delay == nil)
    }

    @Test("a plain message holds no directives")
    func plain() {
        let instruction = Instruction(plain: "[[pass]] [[nope]]")
        #expect(instruction.text == "[[pass]] [[nope]]")
        #expect(instruction.directives.isEmpty)
    }

    @Test("directives given beside a plain message are carried out")
    func ordered() {
        let instruction = Instruction(plain: "[[pass]]", directives: [.decide(.reject)])
        #expect((instruction.text, instruction.directives) == ("[[pass]]", [.decide(.reject)]))
        var talk = Talk(machine([.pass(to: "end"), .on(.kickOut, when: nil)]))
        let turn = talk.hear("go", meaning: Instruction(plain: "go", directives: [.decide(.kickOut)]))
        #expect(turn.decision == .kickOut)
    }

    @Test("a message of 200000 opening brackets is read as text")
    func long() throws {
        let message = String(repeating: "[", count: 200_000)
        #expect(try Instruction(message).text == message)
    }
}

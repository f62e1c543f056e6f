import Dialogue
import Testing

@Suite("Session.answer: scores, ends and directives")
struct OutcomeTests {
    static let ends = [
        Scene("B.8 the threshold is enough", [.pass(to: "end", 3)], Standing("end", 3, .pass, .accept)),
        Scene("G-8 one less is not", [.pass(to: "end", 2)], Standing("end", 2, .pass, .reject)),
        Scene("B.8 the whole score counts", score: 2, [.pass(to: "end", 1)], Standing("end", 3, .pass, .accept)),
        Scene(
            "a threshold of its own", threshold: 20, score: 10, [.pass(to: "end", 10)],
            Standing("end", 20, .pass, .accept)),
        Scene(
            "a threshold of its own, missed", threshold: 20, score: 10, [.pass(to: "end", 9)],
            Standing("end", 19, .pass, .reject)),
        Scene("a negative threshold", threshold: -2, [.pass(to: "end", -2)], Standing("end", -2, .pass, .accept)),
        Scene(
            "G-9 pass_fail: reached by a pass", mode: .passFail, [.pass(to: "end")], Standing("end", 0, .pass, .accept)),
        Scene("G-9 an outcome of its own beats the score", [.pass(to: "won", 0)], Standing("won", 0, .pass, .accept)),
        Scene("G-9 and the other way", [.pass(to: "lost", 9)], Standing("lost", 9, .pass, .reject)),
        Scene("G-9 pass_fail too", mode: .passFail, [.pass(to: "lost")], Standing("lost", 0, .pass, .reject)),
        Scene("no outcome before a terminal state", [.pass(to: "middle", 99)], Standing("middle", 99, .pass)),
    ]

    @Test("a terminal state ends the conversation by its own outcome, the threshold or the mode", arguments: ends)
    func end(_ scene: Scene) throws { try scene.check() }

    static let early = [
        Scene("B.8 at the bound", [.on(.redirect, -3)], Standing("start", -3, .redirect, redirects: 1, .reject)),
        Scene("B.8 below it", [.on(.redirect, -9)], Standing("start", -9, .redirect, redirects: 1, .reject)),
        Scene("B.8 not above it", [.on(.redirect, -2)], Standing("start", -2, .redirect, redirects: 1)),
        Scene("a bound of its own", bound: -10, [.on(.redirect, -9)], Standing("start", -9, .redirect, redirects: 1)),
        Scene("G-12 before the move", [.pass(to: "middle", -3)], Standing("start", -3, .pass, .reject)),
        Scene(
            "G-12 a reject does not move either", [.on(.reject, -3), .pass(to: "middle", when: nil)],
            Standing("start", -3, .reject, .reject)),
        Scene("G-10 but to a terminal state it does", [.pass(to: "end", -3)], Standing("end", -3, .pass, .reject)),
        Scene("G-12 before the terminal state's outcome", [.pass(to: "won", -3)], Standing("won", -3, .pass, .reject)),
        Scene("G-12 before the threshold", threshold: -9, [.pass(to: "end", -3)], Standing("end", -3, .pass, .reject)),
        Scene(
            "B.8 pass_fail has no bound", mode: .passFail, [.on(.redirect, -9)],
            Standing("start", 0, .redirect, redirects: 1)),
    ]

    @Test("a score at the early-fail bound ends the conversation at once", arguments: early)
    func earlyFail(_ scene: Scene) throws { try scene.check() }

    static let clamps = [
        Scene(
            "F.2 at the top", score: 2_147_483_646, [.pass(to: "middle", 1)], Standing("middle", 2_147_483_647, .pass)),
        Scene(
            "F.2 not above", score: 2_147_483_647, [.pass(to: "middle", 1)], Standing("middle", 2_147_483_647, .pass)),
        Scene(
            "F.2 not below", bound: .min, score: -2_147_483_648, [.pass(to: "middle", -1)],
            Standing("middle", -2_147_483_648, .pass)),
        Scene("nor beyond 64 bits", score: 1, [.pass(to: "middle", .max)], Standing("middle", 2_147_483_647, .pass)),
        Scene(
            "nor below them", bound: .min, score: -1, [.pass(to: "middle", .min)],
            Standing("middle", -2_147_483_648, .pass)),
    ]

    @Test("scores stay within 32 bits", arguments: clamps)
    func clamp(_ scene: Scene) throws { try scene.check() }

    static let directives = [
        Scene(
            "fires the first of its decision, its condition ignored", message: "[[pass]]",
            [
                .on(.redirect, priority: 0, when: .otherwise), .pass(to: "end", priority: 2, when: nil),
                .pass(to: "middle", 4, priority: 1, when: .text(.any(words("never")))),
            ], Standing("middle", 4, .pass)),
        Scene(
            "beats what the line would fire", message: "go [[redirect]]", [.pass(to: "end")],
            Standing("start", 0, .redirect, redirects: 1)),
        Scene(
            "a pass with otherwise counts by its priority", message: "[[pass]]",
            [.pass(to: "end", priority: 2), .pass(to: "middle", priority: 1, when: .otherwise)],
            Standing("middle", 0, .pass)),
        Scene(
            "from * fits too", message: "[[kick_out]]", [.on(.kickOut, from: nil, to: "end")],
            Standing("end", 0, .kickOut, .kickOut)),
        Scene(
            "the last one decides", message: "[[pass]] [[kick_out]]", [.pass(to: "middle")],
            Standing("start", 0, .kickOut, .kickOut)),
        Scene(
            "its delta counts", message: "[[reject]]", [.on(.reject, -2), .pass(to: "middle")],
            Standing("middle", -2, .reject)),
        // Without one that fits
        Scene(
            "pass stays", redirects: 2, message: "[[pass]]", [.on(.redirect)],
            Standing("start", 0, .pass, redirects: 2)),
        Scene(
            "redirect stays and counts", redirects: 2, message: "[[redirect]]", [],
            Standing("start", 0, .redirect, redirects: 3)),
        Scene(
            "scoring: reject goes the pass's way", message: "[[reject]]", [.pass(to: "middle", 9)],
            Standing("middle", 0, .reject)),
        Scene("scoring: reject without a pass stays", message: "[[reject]]", [], Standing("start", 0, .reject)),
        Scene(
            "pass_fail: reject ends", mode: .passFail, message: "[[reject]]", [.pass(to: "middle")],
            Standing("start", 0, .reject, .reject)),
        Scene("kick_out ends", message: "[[kick_out]]", [], Standing("start", 0, .kickOut, .kickOut)),
        Scene(
            "pass_fail: kick_out ends", mode: .passFail, message: "[[kick_out]]", [],
            Standing("start", 0, .kickOut, .kickOut)),
    ]

    @Test("a directive decides, with and without a transition of its decision", arguments: directives)
    func directive(_ scene: Scene) throws { try scene.check() }

    @Test("a directive in a message taken as plain decides nothing")
    func plain() {
        var talk = Talk(machine([.pass(to: "middle", when: nil)]))
        let turn = talk.hear("[[pass]]", meaning: Instruction(plain: "[[pass]]"))
        #expect(turn.decision == .redirect)
        #expect(talk.session.stateKey == key("start"))
    }
}

import Dialogue
import Testing
import Text

@Suite("The line that a list picks, and its bubbles")
struct PickTests {
    static func talk(_ list: ReplyList, id: UInt64 = 2) -> Talk {
        Talk(machine([.on(.redirect, when: .otherwise, says: list)]), id: id)
    }

    static func replies(_ list: ReplyList, id: UInt64 = 2, _ count: Int) throws -> [String] {
        var talk = talk(list, id: id)
        return try (0..<count).map { _ in try talk.hear("hm").reply }
    }

    static let lines = (0..<8).map { "line \($0)" }

    static func list(_ pick: Pick, _ count: Int = 8) -> ReplyList {
        ReplyList(id: "list", lines.prefix(count).map { Reply([template($0)]) }, pick: pick)
    }

    @Test("in_order speaks one line after the other, and repeats the last")
    func inOrder() throws {
        #expect(try Self.replies(Self.list(.inOrder, 2), 4) == ["line 0", "line 1", "line 1", "line 1"])
    }

    /// A list with a greeting in two languages, of which the player chooses one by a word, and may choose again.
    static func greetings(_ pick: Pick) -> ReplyList {
        func chose(_ word: String) -> Matcher { .some([.text(.any(words(word))), .said(words(word))]) }
        return ReplyList(
            id: "list",
            [
                Reply([template("Hallo")], when: chose("deutsch")), Reply([template("Hello")]),
                Reply([template("Na")], when: chose("deutsch")), Reply([template("Well")]),
            ], pick: pick)
    }

    /// A pick, what the player says, and what is replied.
    static let pools: [(Pick, [String], [String])] = [
        (.inOrder, ["a", "b", "c"], ["Hello", "Well", "Well"]),
        (.inOrder, ["deutsch", "b", "c", "d"], ["Hallo", "Na", "Na", "Na"]),
        (.inOrder, ["a", "deutsch", "b", "c"], ["Hello", "Hallo", "Na", "Na"]),
        (.byTurn, ["a", "b", "c"], ["Well", "Hello", "Well"]),
        (.byTurn, ["a", "deutsch", "b", "c"], ["Well", "Hallo", "Na", "Hallo"]),
    ]

    @Test(
        "the lines whose condition holds are picked among, and only if there are none those without a condition",
        arguments: pools)
    func pool(_ pick: Pick, _ heard: [String], _ expected: [String]) throws {
        var talk = Self.talk(Self.greetings(pick))
        #expect(try heard.map { try talk.hear($0).reply } == expected)
    }

    @Test("seeded draws among the lines whose condition holds, and without one among the others")
    func seededPool() throws {
        var talk = Self.talk(Self.greetings(.seeded))
        #expect(Set(try (0..<20).map { _ in try talk.hear("hm").reply }) == ["Hello", "Well"])
        #expect(Set(try (0..<20).map { _ in try talk.hear("deutsch").reply }) == ["Hallo", "Na"])
    }

    @Test("in_order repeats the last line that fits, when each of them was spoken")
    func inOrderConditions() throws {
        let list = ReplyList(
            id: "list",
            [
                Reply([template("Gold!")], when: .text(.any(words("gold")))), Reply([template("Hm.")]),
                Reply([template("Well.")]),
            ])
        var talk = Self.talk(list)
        let said = try ["a", "gold", "gold", "b", "gold"].map { try talk.hear($0).reply }
        #expect(said == ["Hm.", "Gold!", "Gold!", "Well.", "Gold!"])
    }

    @Test("by_turn picks by the number of the turn, and begins again after the last line")
    func byTurn() throws {
        #expect(
            try Self.replies(Self.list(.byTurn, 3), 6) == ["line 1", "line 2", "line 0", "line 1", "line 2", "line 0"])
    }

    @Test("by_turn also counts turns in which the list was not used")
    func byTurnSilent() throws {
        var talk = Talk(machine([.on(.redirect, when: go, says: Self.list(.byTurn, 3))]))
        #expect(try ["go", "hm", "go"].map { try talk.hear($0).reply }.map { $0.suffix(1) } == ["1", ".", "0"])
    }

    @Test("seeded draws the same lines for the same session, and others for another")
    func seeded() throws {
        let first = try Self.replies(Self.list(.seeded), 20)
        #expect(try Self.replies(Self.list(.seeded), 20) == first)
        #expect(try Self.replies(Self.list(.seeded), id: 3, 20) != first)
        #expect(Set(first).count > 3, "draws, not one line")
    }

    @Test("seeded draws every line about as often")
    func even() throws {
        var counts: [String: Int] = [:]
        for id in 0..<UInt64(100) {
            for line in try Self.replies(Self.list(.seeded, 4), id: id, 10) { counts[line, default: 0] += 1 }
        }
        #expect(counts.count == 4)
        #expect(counts.values.allSatisfy { (170...330).contains($0) })
    }

    @Test("a line whose condition does not hold is not picked", arguments: Pick.allCases)
    func fitting(_ pick: Pick) throws {
        let never = Matcher.text(.any(words("never")))
        let list = ReplyList(
            id: "list",
            [Reply([template("no")], when: never), Reply([template("yes")]), Reply([template("no")], when: never)],
            pick: pick)
        #expect(try Self.replies(list, 5) == Array(repeating: "yes", count: 5))
    }

    @Test("bubbles are joined by a line feed, empty ones left out")
    func bubbles() throws {
        let reply = Reply([template("hey {player_name}!"), template("{variable.none}"), template("saw my post?")])
        #expect(try Self.replies(ReplyList(id: "l", [reply]), 1) == ["hey Sam!\nsaw my post?"])
    }

    @Test("an utterance's text is its bubbles, a line each")
    func text() {
        #expect(Utterance(bubbles: ["a", "b"], photo: "media/x.jpg").text == "a\nb")
        #expect(Utterance(bubbles: [], photo: "media/x.jpg").text == "📷", "no reply is empty")
        #expect(Utterance(bubbles: [], photo: "media/x.jpg").words == "")
        #expect(Utterance(bubbles: ["a"]).text == "a")
    }
}

import Journal
import Dialogue
import Fixtures
import HTTP
import JSON
import Testing

@testable import Emulator

/// Names that Swift takes for one: composed and decomposed, and marks alone in another order.
private let twins = [("Zo\u{EB}", "Zoe\u{308}"), ("\u{301}\u{327}", "\u{327}\u{301}"), ("\u{212B}", "\u{C5}")]

@Suite("Players by their bytes")
struct NameByteTests {
    @Test("a script is for the player whose name has the same bytes", arguments: twins)
    func scripts(_ one: String, _ two: String) throws {
        let world = try World()
        for player in [one, two] { try world.play(player: player).begin() }
        try world.script("{\"player\":\"\(one)\",\"steps\":[{\"reply\":\"SCRIPTED\"}]}")
        #expect(try world.play(player: two).say("hi").reply != "SCRIPTED")
        #expect(try world.play(player: one).say("hi").reply == "SCRIPTED")
    }

    @Test("a match compares player, persona and key by bytes", arguments: twins)
    func matches(_ one: String, _ two: String) {
        var facts = RequestFacts(RequestHead(method: .post, path: "/x"))
        facts.player = one
        facts.persona = PersonaName(
            Persona(
                id: PersonaID(high: 0, low: 1), slug: one, name: "Mira", machines: samplePersona().machines))
        facts.caller = one
        for (name, holds) in [(one, true), (two, false)] {
            var effort = RequestEffort()
            var match = RequestMatch()
            match.player = name
            #expect(match.holds(for: facts, &effort) == holds)
            match.player = nil
            match.persona = name
            #expect(match.holds(for: facts, &effort) == holds)
            match.persona = nil
            match.key = name
            #expect(match.holds(for: facts, &effort) == holds)
        }
    }

    @Test("a message is delivered again only if it has the same bytes", arguments: twins)
    func deliveries(_ one: String, _ two: String) throws {
        let world = try World()
        let key = try world.play(player: "sam").play.key
        let sandbox = try world.account().sandbox
        #expect(sandbox.isFirstDelivery(of: one, from: key))
        #expect(sandbox.isFirstDelivery(of: two, from: key))
        #expect(!sandbox.isFirstDelivery(of: one, from: key))
        #expect(sandbox.isFirstDelivery(of: one, from: try world.play(player: one).play.key))
    }

    @Test("a delivery is remembered in 32 bytes, however long the message is, and so many are")
    func deliveryMemory() throws {
        let world = try World()
        let key = try world.play(player: "sam").play.key
        let sandbox = try world.account().sandbox
        for number in 0..<2_500 {
            let message = "\(number)" + String(repeating: "x", count: 10_000)
            #expect(sandbox.isFirstDelivery(of: message, from: key))
        }
        #expect(sandbox.state.deliveries.allSatisfy { $0.count == 32 })
        #expect((1...1_000).contains(sandbox.state.deliveries.count))
    }
}

@Suite("Limits of names in Unicode scalars")
struct NameLimitTests {
    /// A letter and marks: one `Character`.
    private static func marked(_ count: Int) -> String { "e" + String(repeating: "\u{301}", count: count - 1) }

    @Test(
        "names in a script and in a match have at most 1000 scalars",
        arguments: ["method", "path", "persona", "player", "key"])
    func match(_ key: String) throws {
        for (count, mistakes) in [(1000, 0), (1001, 1)] {
            let value = try JSONReader.read(Array("{\"\(key)\":\"\(Self.marked(count))\"}".utf8))
            let findings = Findings(document: value)
            let reader = try #require(ObjectReader(value, "a match", findings))
            _ = RequestMatch(reader, routes: [])
            #expect(findings.diagnostics.count == mistakes)
        }
        let text = "$.\(key): \"\(key)\" of a match must have at most 1000 characters"
        let world = try World()
        guard key == "player" else { return }
        let error = #expect(throws: World.Mistake.self) {
            try world.script("{\"player\":\"\(Self.marked(1001))\",\"steps\":[{}]}")
        }
        #expect(error?.message == text.replacing("a match", with: "a script"))
    }
}

import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON
import Support
import Testing

@Suite("A persona from /full is the same when it is saved (spec G-36)")
struct CreatorRoundTripTests {
    private static func web() throws -> Web {
        try Web(files: Visitor.shipped() + [Web.accounts])
    }

    static let slugs = ["bakery", "grumpy-barista", "hollow-market", "warden", "maya"]

    private static func persona(_ slug: String, _ web: Web) throws -> Persona {
        try #require(web.client.emulator.catalog.personas.first { $0.slug == slug })
    }

    @Test("the slugs above are all that are shipped")
    func all() throws {
        #expect(Set(try Self.web().client.emulator.catalog.personas.map(\.slug)) == Set(Self.slugs))
    }

    @Test("a copy is equal but for ids and times, and a second save changes nothing", arguments: slugs)
    func documents(_ slug: String) throws {
        let web = try Self.web()
        let full = web.full(try Self.persona(slug, web).id.description)
        #expect(full.status == 200)
        let copy = web.save(full.text)
        #expect(copy.status == 200, "\(copy.error ?? "")")
        #expect(copy.json?.lasting == full.json?.lasting)
        let id = try #require(copy["persona"]?["id"]?.string)
        #expect(web.save(copy.text, over: id).text == copy.text)
        let ids = try #require(copy["machines"]?.array?.compactMap { $0["id"]?.string })
        #expect(Set(ids).isDisjoint(with: full["machines"]?.array?.compactMap { $0["id"]?.string } ?? []))
        #expect(!full.text.contains(#""from_state_key":"*""#))
    }

    /// Every word that some condition asks for, directives, and lines that nothing asks for, in a random order.
    private static func lines(_ full: JSONValue, _ dice: inout SeededGenerator) -> [String] {
        func words(_ value: JSONValue) -> [String] {
            (value.array ?? []).flatMap(words)
                + (value.members ?? []).flatMap { member in
                    ["any", "all"].contains(member.key)
                        ? (member.value.array ?? []).compactMap { $0.string?.replacing("*", with: "e") }
                        : words(member.value)
                }
        }
        let some =
            words(full) + ["I am Kestrel", "call me Ann", "hm", "well", "[[pass]]", "[[redirect]]", "[[reject]]"]
        return (0..<30).map { _ in some.randomElement(using: &dice) ?? "" }
    }

    @Test("conversations with a copy go like those with the original", arguments: slugs)
    func conversations(_ slug: String) throws {
        let web = try Self.web()
        let original = try Self.persona(slug, web)
        let full = web.full(original.id.description)
        let saved = web.save(full.text)
        let copyID = try #require(saved["persona"]?["id"]?.string)
        let copy = try #require(saved["machines"]?.array)
        var dice = SeededGenerator(seed: 1)
        for (machine, copied) in zip(original.machines, copy) {
            for round in 0..<8 {
                let lines = Self.lines(try #require(full.json), &dice)
                let courses = try [
                    (original.id.description, machine.id.description), (copyID, try #require(copied["id"]?.string)),
                ].map { persona, machine in
                    try Self.course(web, persona, machine, player: "p\(round)", lines)
                }
                #expect(courses[0] == courses[1])
            }
        }
    }

    /// The replies of a conversation with a machine, without ids. Conversations before it unlock locked machines.
    private static func course(
        _ web: Web, _ persona: String, _ machine: String, player: String, _ lines: [String]
    ) throws -> [String] {
        let begun = web.client.begin(machine, persona: persona, player: player, key: "pk_live_demo")
        var shown = ["\(begun.status) \(begun["message"]?.shown ?? begun.error ?? "")"]
        for line in lines where begun.status == 200 {
            var writer = JSONWriter(capacity: 100)
            writer.beginObject()
            writer.member("user_session_id", player)
            writer.member("message", line)
            writer.endObject()
            let answer = web.client.post(
                TestClient.chat("message", persona, "machine_id=\(machine)"),
                String(decoding: writer.bytes, as: UTF8.self), key: "pk_live_demo")
            let members = ["message", "current_state", "score", "outcome", "decision", "follow_up", "redirect_count"]
            shown.append(answer.error ?? members.map { answer[$0]?.shown ?? "" }.joined(separator: " "))
            shown += (answer["unlocked_machines"]?.array ?? []).compactMap { $0["machine_key"]?.string }
            if answer["outcome"]?.isNull != true { break }
        }
        return shown
    }

    @Test("lines of a transition from * are counted together over all states, also after a save")
    func joined() throws {
        let web = try Web()
        let first = web.made()
        let second = web.made(web.full(first).text)
        let third = web.save(web.full(first).text, over: first)["persona"]?["id"]?.string
        for persona in [first, second, third ?? ""] {
            web.begin(persona: persona, token: "ann-token")
            let said = ["hm", "on", "hm", "hm", "hm"].map { line in
                web.chat(
                    "message", "{\"user_session_id\":\"sam\",\"message\":\"\(line)\"}", persona: persona,
                    token: "ann-token")["message"]?.string
            }
            #expect(said == ["A", "Go on.", "B", "C", "C"])
        }
    }

    @Test("transitions that differ from a * are not joined into one")
    func apart() throws {
        let web = try Web()
        let full = web.save().text.replacing(
            #""from_state_key":"s1","decision_type":"redirect","score_delta":0"#,
            with: #""from_state_key":"s1","decision_type":"redirect","score_delta":1"#)
        let saved = web.save(full)
        #expect(saved.json?.lasting == (try JSONReader.read(Array(full.utf8)).lasting))
        let persona = try #require(saved["persona"]?["id"]?.string)
        web.begin(persona: persona, token: "ann-token")
        let said = ["hm", "on", "hm"].map { line in
            web.chat(
                "message", "{\"user_session_id\":\"sam\",\"message\":\"\(line)\"}", persona: persona, token: "ann-token"
            )
        }
        #expect(said.map { $0["message"]?.string } == ["A", "Go on.", "A"])
        #expect(said.last?["score"]?.integer == 1)
    }
}

import Fixtures
import JSON
import Testing

@Suite("Readings that an account can choose (H-12)")
struct CompatTests {
    /// The world, with an account `demo` that reads things so.
    private func client(_ compat: String) throws -> TestClient {
        let accounts = """
            {"accounts": [{"name": "demo", "keys": ["pk_live_demo"], "directives": true, "compat": \(compat)},
                          {"name": "other", "keys": ["pk_live_other"]}]}
            """
        let file = FixtureFile(path: "accounts.json", bytes: Array(accounts.utf8))
        return try TestClient(files: World.files.filter { $0.path != file.path } + [file])
    }

    private let key = "pk_live_demo"

    @Test("G-4: after the end the last reply is repeated, and nothing changes")
    func afterEnd() throws {
        let client = try client(#"{"after_end": "repeat"}"#)
        client.begin(key: key)
        let last = client.say("idiot", key: key)
        let before = client.look("history", key: key).text
        let again = client.say("sorry", key: key)
        #expect(again.text == last.text)
        #expect(client.look("history", key: key).text == before)
    }

    @Test("G-4: a reply that is repeated lists no unlocked machines")
    func afterUnlock() throws {
        let client = try client(#"{"after_end": "repeat"}"#)
        client.begin(key: key)
        client.say("friend", key: key)
        #expect(client.say("gold", key: key)["unlocked_machines"]?.array?.count == 1)
        #expect(client.say("gold", key: key)["unlocked_machines"]?.array?.count == 0)
    }

    @Test("G-6: the decision of a follow-up is pass, in the reply and in the history")
    func followUpDecision() throws {
        for (compat, decision) in [("{}", "null"), (#"{"follow_up_decision": "pass"}"#, #""pass""#)] {
            let client = try client(compat)
            client.begin(key: key)
            let answer = client.say("[[follow_up]]", key: key)
            expect(answer, ["decision": decision, "follow_up": "true", "current_state": #""door""#, "score": "0"])
            let row = client.look("history", key: key)["messages"]?.array?.last
            #expect(row?["decision"]?.shown == decision)
        }
    }

    @Test("G-16: without machine_id the default machine's session is used, whichever was active last")
    func sessionChoice() throws {
        for (compat, state) in [("{}", "room"), (#"{"session_choice": "default_machine"}"#, "door")] {
            let client = try client(compat)
            client.begin(World.gate, key: key)
            client.begin(World.side, key: key)
            #expect(client.look("session", key: key)["current_state"]?.string == state)
            #expect(client.look("history", key: key)["current_state"]?.string == state)
            #expect(client.say("hm", key: key)["current_state"]?.string == state)
            #expect(client.look("session", on: World.side, key: key)["current_state"]?.string == "room")
        }
    }

    @Test("G-22: has_session stays true after the end")
    func hasSession() throws {
        for (compat, shown) in [("{}", "false"), (#"{"has_session_after_end": true}"#, "true")] {
            let client = try client(compat)
            client.begin(key: key)
            client.say("idiot", key: key)
            let rows = client.look("machines", key: key).json?.array
            #expect(rows?.first?["has_session"]?.shown == shown)
            #expect(rows?.first?["session_outcome"]?.shown == #""KICK_OUT""#)
            #expect(rows?.last?["has_session"]?.shown == "false", "never begun")
        }
    }

    @Test(
        "G-27: the player's line, the reply, or both have the decision and the flag",
        arguments: [
            ("assistant", ["null", #""pass""#], ["false", "true"]), ("user", [#""pass""#, "null"], ["true", "false"]),
            ("both", [#""pass""#, #""pass""#], ["true", "true"]),
        ])
    func historyDecision(_ word: String, _ decisions: [String], _ flags: [String]) throws {
        let client = try client("{\"history_decision\": \"\(word)\"}")
        client.begin(key: key)
        client.say("friend", key: key)
        let rows = client.look("history", key: key)["messages"]?.array ?? []
        #expect(rows.map { $0["decision"]?.shown } == ["null"] + decisions)
        #expect(rows.map { $0["follow_up_triggered"]?.shown } == ["false"] + flags)
    }

    @Test("a reading holds for one account only")
    func alone() throws {
        let client = try client(#"{"after_end": "repeat"}"#)
        client.begin(key: "pk_test_a")
        client.say("idiot", key: "pk_test_a")
        #expect(client.say("sorry", key: "pk_test_a").error == "Conversation has already ended")
    }

    @Test(
        "an unknown reading is refused with the known ones",
        arguments: [
            (#"{"after_end": "echo"}"#, #""after_end" of compat must be one of refuse, repeat, not "echo""#),
            (#"{"session_choise": "latest"}"#, "unknown key \"session_choise\" in compat; did you mean"),
            (#"{"has_session_after_end": "yes"}"#, "must be true or false, not a text"),
        ])
    func refused(_ compat: String, _ message: String) throws {
        let refusal = try #require(throws: Catalog.Refusal.self) { try client(compat) }
        #expect(refusal.diagnostics.count == 1)
        #expect(refusal.diagnostics[0].message.contains(message), "\(refusal.diagnostics[0])")
    }
}

import Dialogue
import Emulator
import Fixtures
import FoilEngineAPI
import HTTP
import JSON
import Store
import Support
import Testing

@Suite("Making personas (spec A.5, G-34 to G-37)")
struct CreatorTests {
    @Test("a save returns the whole persona, which can be played at once with the account's key")
    func save() throws {
        let web = try Web()
        let saved = web.save()
        #expect(saved.status == 200)
        #expect(saved.keys == ["persona", "machines", "variables", "machine_links"])
        let id = saved["persona"]?["id"]?.string ?? ""
        #expect(web.full(id).text == saved.text)
        let machine = saved["machines"]?.array?.first?["id"]?.string
        #expect(web.client.begin(persona: id, key: "pk_live_demo")["machine_id"]?.string == machine)
        #expect(web.client.get("/api/v1/sdk/personas", key: "pk_live_demo").text.contains(id))
        #expect(saved["persona"]?["is_published"]?.bool == true)
        #expect(saved["persona"]?["created_at"]?.string == saved["persona"]?["updated_at"]?.string)
    }

    @Test("the whole persona has the real service's fields in their order, each with a value")
    func fields() throws {
        let saved = try Web().save(Web.document(machine: #""greeting": "Hi.","#))
        #expect(
            saved["persona"]?.keys == [
                "id", "name", "description", "persona_identity_prompt", "perplexity_description", "is_published",
                "created_at", "updated_at",
            ])
        let machine = saved["machines"]?.array?.first
        #expect(
            machine?.keys == [
                "id", "machine_key", "name", "description", "is_entry", "scoring_mode", "pass_threshold",
                "early_fail_bound", "creator_objective", "creator_win_condition", "creator_lose_condition",
                "chat_system_prompt", "system_evaluation_prompt", "system_summarization_prompt", "output_variables",
                "greeting", "states", "transitions",
            ])
        #expect(
            machine?["states"]?.array?.first?.shown
                == #"{state_key:"s0",label:null,prompt_instruction:null,is_initial_state:true,is_terminal_state:false,"#
                + #"display_order:1,says:"Hello, {player_name}."}"#)
        let transitions = machine?["transitions"]?.array ?? []
        #expect(transitions.compactMap { $0["from_state_key"]?.string } == ["s0", "s1", "s0", "s1"])
        #expect(
            transitions.last?.shown
                == #"{from_state_key:"s1",decision_type:"redirect",score_delta:0,priority:0,condition:null,"#
                + #"when:{any:["hm"]},says:["A","B","C"]}"#)
    }

    @Test("a save over a persona replaces it, and keeps its id, its machines' ids and created_at")
    func update() throws {
        let web = try Web()
        let before = web.save()
        let id = before["persona"]?["id"]?.string ?? ""
        web.client.begin(persona: id, key: "pk_live_demo")
        #expect(web.publish(id, "unpublish")["is_published"]?.bool == false)
        web.client.clock.advance(seconds: 60)
        let after = web.save(Web.document(name: "Nell"), over: id)
        #expect(after["persona"]?["name"]?.string == "Nell")
        #expect(after["persona"]?["id"]?.string == id)
        #expect(after["persona"]?["is_published"]?.bool == false, "the document does not say")
        #expect(after["persona"]?["created_at"]?.string == before["persona"]?["created_at"]?.string)
        #expect(after["persona"]?["updated_at"]?.string != before["persona"]?["updated_at"]?.string)
        let ids = [before, after].map { $0["machines"]?.array?.first?["id"]?.string }
        #expect(ids[0] == ids[1])
        #expect(web.names("my_personas=true&public_only=false", token: "ann-token") == ["own", "Nell"])
        _ = web.publish(id)
        let said = web.client.post(
            TestClient.chat("message", id), #"{"user_session_id":"sam","message":"on"}"#, key: "pk_live_demo")
        #expect(said["message"]?.string == "Go on.", "the session goes on")
    }

    @Test("publish and unpublish return the item, and change nothing when it is so already")
    func publish() throws {
        let web = try Web()
        let id = web.made()
        web.client.clock.advance(seconds: 60)
        let before = web.call(.get, "personas/\(id)").text
        #expect(web.publish(id).text == before)
        let hidden = web.publish(id, "unpublish")
        #expect(hidden.keys == Web.item)
        #expect(hidden["is_published"]?.bool == false)
        #expect(web.client.begin(persona: id, key: "pk_live_demo").error == "Persona is not published")
        #expect(web.begin(persona: id).error == "Persona is not published")
        #expect(web.names() == ["Mira", "own"])
        #expect(web.publish(id)["is_published"]?.bool == true)
        #expect(web.client.begin(persona: id, key: "pk_live_demo").status == 200)
    }

    @Test("ids derive from seed, account and count, and no id is given twice")
    func ids() throws {
        let (first, second) = (try Web(), try Web())
        let ids = [first, second].map { web in
            let made = [web.made(), web.made()]
            web.delete(made[1])
            return made + [web.made(), web.made(token: "ben-token")]
        }
        #expect(ids[0] == ids[1])
        #expect(Set(ids[0]).count == 4)
    }

    @Test("a machine gets the id in its document, unless another persona has it")
    func machineIDs() throws {
        let web = try Web()
        func machine(_ id: String) -> String? {
            web.save(Web.document(machine: "\"id\": \"\(id)\","))["machines"]?.array?.first?["id"]?.string
        }
        #expect(machine(World.nobody) == World.nobody)
        for taken in [World.nobody, World.gate] {
            let id = machine(taken)
            #expect(id != taken && id.flatMap { MachineID($0) } != nil)
        }
    }

    @Test("a deletion removes all sessions and progress on the persona, and nothing else")
    func cascade() throws {
        let web = try Web()
        web.begin(persona: World.own)
        for token in ["ann-token", "ben-token"] {
            web.begin(persona: World.own, token: token)
            web.begin(token: token)
        }
        web.client.begin(persona: World.own, key: "pk_live_demo")
        web.client.begin(key: "pk_live_demo")
        #expect(web.delete(World.own).text == #"{"message":"Persona deleted successfully"}"#)
        let id = try #require(PersonaID(World.own))
        for account in [web.client.emulator.defaultAccount, try web.account("pk_live_other")] {
            for channel in ["sdk", "web", "web \(Web.ann)", "web \(Web.ben)"] {
                let key = PlayerKey(sandbox: account.sandbox.id, channel: channel, persona: id, player: "sam")
                #expect(try web.store.sessions(of: key).isEmpty)
                #expect(try web.store.progress(of: key) == Progress())
            }
        }
        #expect(web.history(token: "ann-token").status == 200)
        #expect(web.history(token: "ben-token").status == 200)
        #expect(web.client.look("history", key: "pk_live_demo").status == 200)
        for answer in [
            web.call(.get, "personas/\(World.own)", token: "ann-token"), web.full(World.own), web.delete(World.own),
            web.save(over: World.own), web.publish(World.own), web.begin(persona: World.own),
            web.client.begin(persona: World.own, key: "pk_live_demo"),
        ] {
            #expect(answer.status == 404)
            #expect(answer.error == "Persona not found")
        }
        #expect(web.names(token: "ben-token") == ["Mira"])
    }

    @Test("a change of an own fixture is seen by all, and survives a reload and a restart")
    func own() throws {
        let store = MemoryStore()
        var web = try Web(store: store)
        let machines = String(decoding: web.full(World.own)["machines"]?.bytes ?? [], as: UTF8.self)
        web.save("{\"persona\":{\"name\":\"Mine\"},\"machines\":\(machines)}", over: World.own)
        let made = web.made()
        let deleted = web.made(Web.document(name: "Gone"))
        web.delete(deleted)
        #expect(web.publish(World.foreign, token: "ben-token")["is_published"]?.bool == true)
        let before = web.full(World.own).text
        func check(_ comment: Comment) {
            #expect(web.names() == ["Mira", "foreign", "Mine", "Nora"], comment)
            #expect(web.names(token: "ben-token") == ["Mira", "foreign", "Mine"], comment)
            #expect(web.full(World.own).text == before, comment)
            #expect(web.full(made).status == 200, comment)
            #expect(web.full(deleted).status == 404, comment)
        }
        check("before")
        try web.client.emulator.replace(
            try Catalog.load(Web.files, dialects: [FoilEngineKeys()], identify: Identifiers.fixture))
        check("after a reload")
        web = try Web(store: store)
        check("after a restart")
        #expect(web.delete(World.own).status == 200)
        for _ in 0..<2 {
            #expect(web.names() == ["Mira", "foreign", "Nora"])
            try web.client.emulator.replace(
                try Catalog.load(Web.files, dialects: [FoilEngineKeys()], identify: Identifiers.fixture))
        }
        #expect(!Set([made, deleted]).contains(web.made()))
    }

    @Test("a stored persona that cannot be read is warned of, not served, and can be replaced or deleted")
    func unreadable() throws {
        let store = MemoryStore()
        let before = try Web(store: store)
        let ids = [before.made(), before.made()]
        for record in store.personas() {
            let text = (record.document ?? "").replacing("decision_type", with: "decision")
            store.save(
                PersonaRecord(sandbox: record.sandbox, persona: record.persona, number: record.number, document: text))
        }
        store.commit()
        let web = try Web(store: store)
        #expect(web.client.warnings.count == 2)
        #expect(
            Set(web.client.warnings)
                == Set(
                    ids.map {
                        "persona \($0) of the account \"demo\" is not served; save it again or delete it: "
                            + "machines[0].transitions[0].decision: unknown key \"decision\" in a transition; did you "
                            + "mean \"decision_type\"? (and 5 more mistakes)"
                    }))
        #expect(web.names() == ["Mira", "own"])
        for id in ids {
            #expect(web.full(id).status == 404)
            #expect(web.publish(id).status == 404)
        }
        #expect(web.save(over: ids[0]).status == 200)
        #expect(web.names() == ["Mira", "own", "Nora"])
        #expect(web.delete(ids[1]).status == 200)
        #expect(!ids.contains(web.made()))
    }
}

extension Web {
    var store: any Store { client.store }

    func account(_ key: String) throws -> Account {
        guard case .account(let account) = try client.emulator.account(forKey: key, testPrefix: "pk_test_") else {
            throw Visitor.NoAccount()
        }
        return account
    }
}

import Dialogue
import Fixtures
import HTTP
import JSON
import Testing

@Suite("Refused calls of creators")
struct CreatorRefusalTests {
    /// A method, a path, and a body.
    static let calls: [(HTTP.Method, String, String)] = [
        (.post, "creator/save?persona_id=ID", Web.document()), (.post, "personas/ID/publish", ""),
        (.post, "personas/ID/unpublish", ""), (.delete, "personas/ID", ""),
    ]

    @Test(
        "token, rate, id, persona and owner are checked in this order, and before the body (G-30)", arguments: calls)
    func order(_ method: HTTP.Method, _ path: String, _ body: String) throws {
        let web = try Web(limits: .init(messagesPerMinute: 9, otherPerMinute: 5))
        func call(_ id: String, token: String? = "ann-token") -> Answer {
            web.call(method, path.replacing("ID", with: id), "{", token: token)
        }
        #expect(call("x", token: nil).status == 401)
        #expect(call("x", token: "nobody").status == 401)
        #expect(call("x").status == 400)
        #expect(call("x").error?.hasPrefix("Invalid persona ID format") == true)
        #expect(call(World.nobody).error == "Persona not found")
        #expect(call(World.foreign).error == "This persona belongs to another account")
        let everybodys = call(World.mira)
        #expect(everybodys.status == 403)
        #expect(everybodys.error?.hasPrefix("This persona is a fixture of everybody and changes in its files") == true)
        #expect(call("x").status == 429)
    }

    @Test("a persona of another owner stays as it is")
    func unchanged() throws {
        let web = try Web()
        let before = ["ann-token", "ben-token"].map { web.names("public_only=false", token: $0) }
        for persona in [World.mira, World.foreign, World.draft] {
            for (method, path, body) in Self.calls {
                let answer = web.call(method, path.replacing("ID", with: persona), body, token: "ann-token")
                #expect(answer.status == 403)
            }
        }
        #expect(["ann-token", "ben-token"].map { web.names("public_only=false", token: $0) } == before)
    }

    @Test("/full is for the owner; of a fixture of everybody it is for all signed-in users")
    func full() throws {
        let web = try Web()
        #expect(web.full(World.mira, token: nil).status == 401)
        for token in ["ann-token", "ben-token"] { #expect(web.full(World.mira, token: token).status == 200) }
        #expect(web.full(World.own).status == 200)
        #expect(web.full(World.own, token: "ben-token").status == 403)
        #expect(web.full(World.foreign, token: "ben-token").status == 200)
        #expect(web.full(World.foreign).status == 404)
        #expect(web.full(World.nobody).status == 404)
        #expect(web.full("x").status == 400)
    }

    static let mistakes: [(String, String)] = [
        ("[]", "Invalid request body: it must be a JSON object"),
        ("{}", #"the document has no "persona" (and 1 more mistake)"#),
        (#"{"persona": 1, "machines": []}"#, "persona: the persona must be an object, not a number"),
        (#"{"persona": {"name": "a"}, "machines": []}"#, "machines: must list at least one machine"),
        (#"{"persona": {"name": "a"}, "machines": [1]}"#, "machines[0]: the machine must be an object, not a number"),
        (
            #"{"persona": {"name": "a"}, "machines": [{"states": []}]}"#,
            #"machines[0]: the machine has no "machine_key""#
        ),
        (
            Web.document(persona: #""nmae": 1, "#),
            #"persona.nmae: unknown key "nmae" in the persona; did you mean "name"?"#
        ),
        (
            Web.document(persona: #""owner": "other", "#),
            #"persona.owner: unknown key "owner" in the persona; known are character, created_at, description, "#
                + "display_order, id, is_published, name, perplexity_description, persona_identity_prompt, pick, platforms, "
                + "says_on, updated_at, vision"
        ),
        (
            Web.document(more: #""machine_link": [],"#),
            #"machine_link: unknown key "machine_link" in the document; did you mean "machine_links"?"#
        ),
        (
            Web.document(transition: #""to_state_key": "s9", "#),
            #"machines[0].transitions[2].to_state_key: names no state of this machine: "s9"; did you mean "s0"?"#
        ),
        (
            Web.document(transition: #""to_state_key": "s9", "priority": "1", "#),
            #"machines[0].transitions[2].to_state_key: names no state of this machine: "s9"; did you mean "s0"? "#
                + "(and 1 more mistake)"
        ),
        (
            Web.document(transition: #""scroe_delta": 1, "priority": "1", "follow_up": 1, "#),
            #"machines[0].transitions[2].scroe_delta: unknown key "scroe_delta" in a transition; did you mean "#
                + #""score_delta"? (and 2 more mistakes)"#
        ),
        (
            Web.document(machine: #""id": "x", "#),
            #"machines[0].id: must be a UUID, not "x""#
        ),
        (
            Web.document(more: #""variables": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}],"#),
            #"variables[1].key: the variable "a" stands twice"#
        ),
        (
            Web.document(
                more:
                    #""machine_links": [{"source_machine_key": "talk", "target_machine_key": "tlak", "condition_type": "always"}],"#
            ),
            #"machine_links[0].target_machine_key: names no machine of this persona: "tlak"; did you mean "talk"?"#
        ),
        (
            #"{"persona": {"name": "a"}, "machines": [\#(machine("a")), \#(machine("a"))]}"#,
            #"machines[1].machine_key: the machine "a" stands twice"#
        ),
        (
            #"{"persona": {"name": "a"}, "machines": [\#(machine("a", id)), \#(machine("b", id))]}"#,
            #"machines[1].id: the machine "b" has the id of another, \#(World.nobody)"#
        ),
    ]

    private static let id = "\"id\": \"\(World.nobody)\", "

    private static func machine(_ key: String, _ more: String = "") -> String {
        "{\(more)\"machine_key\": \"\(key)\", \"states\": [{\"state_key\": \"s\", \"is_initial_state\": true}]}"
    }

    @Test("a mistake is refused with its path and the number of others, and nothing is stored", arguments: mistakes)
    func refused(_ document: String, _ text: String) throws {
        let web = try Web()
        let id = web.made()
        let before = web.full(id).text
        for persona in [nil, id] {
            let answer = web.save(document, over: persona)
            #expect(answer.status == 400)
            #expect(answer.error == text)
        }
        #expect(web.full(id).text == before)
        #expect(web.names("my_personas=true", token: "ann-token") == ["own", "Nora"])
    }

    @Test("a path is that of the document as sent, also after transitions that are joined again")
    func joined() throws {
        let web = try Web()
        let full = web.save().text.replacing(#"["A","B","C"]"#, with: #"["A"]"#)
        let more = #"{"from_state_key":"s7","decision_type":"redirect"}"#
        let wrong = full.replacing(#""says":["A"]}]"#, with: #""says":["A"]},\#(more)]"#)
        #expect(
            web.save(wrong).error
                == #"machines[0].transitions[4].from_state_key: names no state of this machine: "s7"; did you mean "s0"?"#
        )
    }

    @Test("a document that would be too large when written out is refused")
    func limits() throws {
        let web = try Web()
        let states = (0...1_000).map { "{\"state_key\":\"\($0)\",\"is_initial_state\":\($0 == 0)}" }
        func document(_ states: some Sequence<String>, _ transition: String) -> String {
            let list = states.joined(separator: ",")
            return
                #"{"persona":{"name":"a"},"machines":[{"machine_key":"a","states":[\#(list)],"transitions":[\#(transition)]}]}"#
        }
        let wildcard =
            #"{"from_state_key":"*","decision_type":"redirect","condition":"\#(String(repeating: "x", count: 9_000))"}"#
        #expect(web.save(document(states, "")).error == "machines[0].states: must list at most 1000 states, not 1001")
        #expect(
            web.save(document(states.prefix(1_000), wildcard)).error
                == #"machines: must have at most 8388608 bytes of transitions from "*", written out for each state, not 9064000"#
        )
        let machines = (0...100).map { Self.machine("\($0)") }.joined(separator: ",")
        #expect(
            web.save(#"{"persona":{"name":"a"},"machines":[\#(machines)]}"#).error
                == "machines: must list at most 100 machines, not 101")
    }

    @Test("names and keys have at most 1000 Unicode scalars")
    func names() throws {
        let web = try Web()
        let long = "e" + String(repeating: "\u{301}", count: 1000)
        let machine = #"{"machine_key":"a","states":[{"state_key":"s","is_initial_state":true}]}"#
        let places = [
            ("persona.name", #"{"persona":{"name":"LONG"},"machines":[\#(machine)]}"#),
            (
                "machines[0].machine_key",
                #"{"persona":{"name":"a"},"machines":[\#(machine.replacing("\"a\"", with: "\"LONG\""))]}"#
            ),
        ]
        for (path, document) in places {
            let answer = web.save(document.replacing("LONG", with: long))
            #expect(
                answer.error?.hasPrefix("\(path): must have at most 1000 characters") == true, "\(answer.error ?? "")")
            #expect(web.save(document.replacing("LONG", with: String(long.unicodeScalars.dropLast()))).status == 200)
        }
        let state =
            #"{"persona":{"name":"a"},"machines":[{"machine_key":"a","states":[{"state_key":"LONG","is_initial_state":true}]}]}"#
        #expect(
            web.save(state.replacing("LONG", with: long)).error
                == "machines[0].states[0].state_key: must have at most 1000 characters")
        #expect(web.save(state.replacing("LONG", with: String(long.unicodeScalars.dropLast()))).status == 200)
    }

    @Test("thousands of mistakes are only counted")
    func many() throws {
        let keys = (0..<20_000).map { "\"k\($0)\":1," }.joined()
        let answer = try Web().save(Web.document(persona: keys))
        #expect(answer.error?.hasSuffix("(and 19999 more mistakes)") == true)
    }
}

import Emulator
import HTTP
import JSON
@testable import Store
import Support
import Testing

@Suite("Personas of a sandbox over HTTP")
struct PersonaRouteTests {
    private static let document = """
        {"persona": {"name": "Other", "display_order": 1}, "machines": [{"machine_key": "gate", "is_entry": true,
          "entries": {"opener": {"to_state_key": "door", "says": ["Psst."]}},
          "states": [{"state_key": "door", "is_initial_state": true, "says": "Yes?"},
                     {"state_key": "hall", "is_terminal_state": true}],
          "transitions": [{"from_state_key": "*", "decision_type": "redirect", "when": {"otherwise": true},
                           "says": ["Hm.", "Hm hm.", "Hm hm hm."]}]}]}
        """

    private static func names(_ client: ControlClient, key: String) -> [String] {
        client.api(.get, "sdk/personas", key: key).json?.array?.compactMap { $0["name"]?.string } ?? []
    }

    @Test("a persona whose document is damaged makes the snapshot a 503, and is never written as deleted")
    func damaged() throws {
        let store = try SQLiteStore(path: ":memory:")
        let client = try ControlClient(store: store)
        client.control(.put, "/sandboxes/pk_test_a/personas/mira", Self.document)
        #expect(client.control(.get, "/sandboxes/pk_test_a/snapshot").status == 200)
        try store.database.run("UPDATE personas SET document = '{'")
        #expect(client.control(.get, "/sandboxes/pk_test_a/snapshot").status == 503)
        try store.close()
    }

    @Test("both APIs serve a sandbox's own persona there, and the fixture in other sandboxes")
    func chat() throws {
        let client = try ControlClient()
        let put = client.control(.put, "/sandboxes/pk_test_a/personas/mira", Self.document)
        #expect((put.status, put["persona"]?["id"]?.string) == (200, World.mira))
        #expect((Self.names(client, key: "pk_test_a"), Self.names(client, key: "pk_test_b")) == (["Other"], ["Mira"]))
        #expect(client.begin()["message"]?.string == "Yes?")
        #expect(client.begin(key: "pk_test_b")["message"]?.string == "Halt, Sam.")
        #expect(client.begin(key: nil, place: "pk_test_a", player: "eve")["message"]?.string == "Yes?")
        #expect(["a", "b", "c"].map { client.say($0)["message"]?.string } == ["Hm.", "Hm hm.", "Hm hm hm."])
        let opened = client.send(
            .post, "/@pk_test_a/api/v1/bot/action", "target=ann&action=OUTREACH",
            fields: ["X-API-Key": "ft_sk_demo", "Content-Type": "application/x-www-form-urlencoded"])
        #expect(opened["message"]?.string == "Psst.")
    }

    @Test("a session goes on when a persona is put over its own, and when the fixture is back")
    func goesOn() throws {
        let client = try ControlClient()
        client.begin()
        client.control(.put, "/sandboxes/pk_test_a/personas/mira", Self.document)
        #expect(client.say("hello")["message"]?.string == "Hm.")
        #expect(client.control(.delete, "/sandboxes/pk_test_a/personas/mira").text == #"{"deleted":"mira"}"#)
        #expect(client.say("gold")["message"]?.string == "Welcome.")
        #expect(client.control(.delete, "/sandboxes/pk_test_a/personas/mira").status == 404)
    }

    @Test("the list of a sandbox's personas marks which are its own")
    func list() throws {
        let client = try ControlClient()
        client.control(.put, "/sandboxes/pk_test_a/personas/nora", Self.document)
        let rows = client.control(.get, "/sandboxes/pk_test_a/personas")["personas"]?.array ?? []
        #expect(rows.map { $0["slug"]?.string } == ["mira", "nora", "own"])
        #expect(rows.map { $0["own"]?.bool } == [false, true, false])
        #expect(client.control(.get, "/sandboxes/nobody/personas").status == 404)
    }

    @Test(
        "a persona that was read can be put again unchanged, with its owner",
        arguments: [("mira", "*"), ("own", "demo")])
    func roundTrip(_ slug: String, _ owner: String) throws {
        let client = try ControlClient()
        client.begin()
        let path = "/sandboxes/pk_test_a/personas/\(slug)"
        let read = client.control(.get, path)
        #expect(read["persona"]?["owner"]?.string == owner)
        let put = client.control(.put, path, read.text)
        #expect((put.status, put.text) == (200, read.text))
        #expect(client.control(.get, path).text == read.text)
    }

    @Test("a mistake is refused with its path, and no persona is put")
    func refused() throws {
        let client = try ControlClient()
        let answer = client.control(
            .put, "/sandboxes/pk_test_a/personas/mira",
            Self.document.replacing(#""to_state_key": "door""#, with: #""to_state_key": "dor""#))
        #expect(answer.status == 400)
        #expect(answer.error?.hasPrefix("$.machines[0].entries.opener.to_state_key: ") == true, "\(answer.error ?? "")")
        #expect(client.begin()["message"]?.string == "Halt, Sam.")
        let missing = client.control(.get, "/sandboxes/pk_test_a/personas/mirra")
        #expect(
            missing.error == "There is no persona \"mirra\" in the sandbox \"pk_test_a\"; did you mean \"mira\"?")
    }
}

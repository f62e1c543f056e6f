import ControlAPI
import Emulator
import HTTP
import JSON
import Store
import Support
import Testing

@Suite("A batch that the store does not keep")
struct UndoTests {
    struct Step: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let call: @Sendable (ControlClient, Found) -> Answer

        init(_ what: String, _ call: @escaping @Sendable (ControlClient) -> Answer) {
            self.init(what) { client, _ in call(client) }
        }

        init(_ what: String, _ call: @escaping @Sendable (ControlClient, Found) -> Answer) {
            (testDescription, self.call) = (what, call)
        }
    }

    /// What was there before the step.
    struct Found {
        /// Of a session.
        let path: String
        /// Of another sandbox.
        let snapshot: String
    }

    private static let path = "/sandboxes/pk_test_a"
    private static let document = """
        {"persona": {"name": "Nora"}, "machines": [{"machine_key": "talk",
          "states": [{"state_key": "s", "is_initial_state": true, "says": "Hi."}]}]}
        """
    private static let user = ["Authorization": "Bearer ann-token"]

    private static func found(_ client: ControlClient) -> Found {
        let sessions = client.control(.get, "\(path)/sessions")["sessions"]?.array ?? []
        return Found(
            path: "\(path)/sessions/\(sessions.first?["session_id"]?.string ?? "")",
            snapshot: client.control(.get, "/sandboxes/demo/snapshot").text)
    }

    /// Named by their routes, if they are calls of the control API.
    static let steps = [
        Step("PUT /clock") { $0.control(.put, "\(path)/clock", #"{"mode":"offset"}"#) },
        Step("POST /clock/advance") { $0.control(.post, "\(path)/clock/advance", #"{"seconds":9}"#) },
        Step("PUT /seed") { $0.control(.put, "\(path)/seed", #"{"seed":9}"#) },
        Step("PUT /limits") { $0.control(.put, "\(path)/limits", "null") },
        Step("POST /reset") { $0.control(.post, "\(path)/reset") },
        Step("DELETE ") { $0.control(.delete, path) },
        Step("PUT /personas/{slug}") { $0.control(.put, "\(path)/personas/mira", document) },
        Step("DELETE /personas/{slug}") { $0.control(.delete, "\(path)/personas/nora") },
        Step("DELETE /journal") { $0.control(.delete, "\(path)/journal") },
        Step("POST /faults") { $0.control(.post, "\(path)/faults", #"{"kind":"reset"}"#) },
        Step("DELETE /faults") { $0.control(.delete, "\(path)/faults") },
        Step("DELETE /faults/{fault}") { $0.control(.delete, "\(path)/faults/f1") },
        Step("PATCH /sessions/{session}") { $0.control(.patch, $1.path, #"{"score":2,"variables":{"x":"y"}}"#) },
        Step("POST /sessions/{session}/fork") { $0.control(.post, "\($1.path)/fork", #"{"turn":0,"player":"z"}"#) },
        Step("PUT /snapshot") { $0.control(.put, "\(path)/snapshot", $1.snapshot) },
        Step("POST /scripts") { $0.control(.post, "\(path)/scripts", #"{"steps":[{}]}"#) },
        Step("DELETE /scripts") { $0.control(.delete, "\(path)/scripts") },
        Step("DELETE /scripts/{script}") { $0.control(.delete, "\(path)/scripts/s1") },
        Step("another sandbox") { $0.control(.post, "/sandboxes/cart/reset") },
        Step("a session that begins") { $0.begin(player: "ann") },
        Step("a message that takes its time") { $0.say("[[delay 5s]] hm") },
        Step("a message that ends a session") { $0.say("gold") },
        Step("a message that takes a step of a script") { $0.say("hm", player: "eve") },

        Step("a persona that is saved") {
            $0.api(.post, "creator/save", document, key: nil, place: "pk_test_a", fields: user)
        },
        Step("an API key that is made") {
            $0.api(.post, "sdk/api-keys", #"{"name":"second"}"#, key: nil, place: "pk_test_a", fields: user)
        },
        Step("a player that is moved") {
            $0.api(
                .post, "auth/migrate-progress", #"{"old_session_id":"web"}"#, key: nil, place: "pk_test_a",
                fields: user)
        },
        Step("a player that is reset") { $0.api(.post, "sdk/chat/\(World.mira)/reset?user_session_id=sam") },
    ]

    @Test("every route of the control API that changes a sandbox has a step here")
    func routes() throws {
        let beginning = "/_foilmock/v1/sandboxes/{sandbox}"
        let changing = try ControlClient().control.routes.filter(\.changesSandbox)
        #expect(changing.allSatisfy { $0.path.hasPrefix(beginning) })
        let wanted = changing.map { "\($0.method) \($0.path.dropFirst(beginning.count))" }
        #expect(Set(wanted).subtracting(Self.steps.map(\.testDescription)) == [])
    }

    /// A sandbox in which there is something of every kind: of two messages a minute one is left.
    private static func used(_ client: ControlClient) {
        client.freeze()
        client.control(.put, "\(path)/limits", #"{"messages_per_minute":2,"other_per_minute":30}"#)
        client.control(.put, "\(path)/personas/nora", document)
        client.control(.post, "\(path)/faults", #"{"kind":"delay","seconds":1,"match":{"player":"eve"}}"#)
        client.control(.post, "\(path)/scripts", #"{"player":"eve","steps":[{"reply":"One."},{"reply":"Two."}]}"#)
        for player in ["sam", "eve"] { client.begin(player: player) }
        client.begin(key: nil, place: "pk_test_a", player: "web")
        #expect(
            client.api(.post, "sdk/api-keys", #"{"name":"first"}"#, key: nil, place: "pk_test_a", fields: user).status
                == 200)
        #expect(client.say("hm").status == 200)
    }

    /// All that can be seen, without changing anything.
    private static func whole(_ client: ControlClient, requests: Int) -> [String] {
        let looks = ["", "/clock", "/limits", "/faults", "/scripts", "/personas", "/sessions", "/snapshot"]
        let entries = client.control(.get, "\(path)/journal?limit=100")["entries"]?.array ?? []
        return [client.control(.get, "/sandboxes").uncounted]
            + looks.map { client.control(.get, path + $0).uncounted }
            + entries.prefix(requests).map { $0["path"]?.string ?? "" }
    }

    @Test(
        "a failed batch leaves everything as it was, whichever call of the store fails", arguments: steps,
        [false, true])
    func failing(_ step: Step, isCached: Bool) throws {
        for number in 1...200 {
            let store = FailingStore(MemoryStore())
            let client = try ControlClient(
                store: isCached ? CachedStore(store, players: 100) : store)
            Self.used(client)
            let before = Self.whole(client, requests: 5)
            let found = Self.found(client)
            store.fail(in: number)
            let answer = step.call(client, found)
            guard store.hasFailed else {
                #expect(answer.status == 200, "\(answer.text)")
                #expect(number > 1)
                return
            }
            #expect(answer.status == 503, "call \(number)")
            #expect(Self.whole(client, requests: 5) == before, "call \(number)")
            #expect([1, 2].map { _ in client.say("hm").status } == [200, 429], "call \(number)")
        }
        Issue.record("the store fails without end")
    }
}

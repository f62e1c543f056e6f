import Dialogue
import HTTP
import JSON
import Store
import Support
import Testing

@Suite("A store that fails")
struct StoreFailureTests {
    enum Kind: CaseIterable, Sendable {
        case memory, sqlite, cachedMemory, cachedSQLite, cachedPostgres

        func make() throws -> any BackingStore {
            switch self {
            case .memory, .cachedMemory: MemoryStore()
            case .sqlite, .cachedSQLite: try SQLiteStore(path: ":memory:")
            case .cachedPostgres: try PostgresServer.store()
            }
        }

        /// What a server is given in place of the store.
        func front(_ store: FailingStore) -> any Store {
            switch self {
            case .memory, .sqlite: store
            case .cachedMemory, .cachedSQLite, .cachedPostgres: CachedStore(store, players: 100)
            }
        }
    }

    /// One request of the conversation, made some time after the one before.
    struct Step: Sendable {
        let name: String
        let key: String
        let seconds: Int64
        let call: @Sendable (TestClient) -> Answer

        init(
            _ name: String, key: String = "pk_test_a", after seconds: Int64 = 1,
            _ call: @escaping @Sendable (TestClient) -> Answer
        ) {
            (self.name, self.key, self.seconds, self.call) = (name, key, seconds, call)
        }
    }

    static let script = [
        Step("init", { $0.begin() }), Step("pass", { $0.say("friend") }), Step("redirect", { $0.say("hm") }),
        Step("machines", { $0.look("machines") }), Step("complete and unlock", { $0.say("gold") }),
        Step("init of what was unlocked, when the store is told of a use", after: 61, { $0.begin(World.road) }),
        Step("session", { $0.look("session") }), Step("history", { $0.look("history") }),
        Step("complete without links", { $0.say("walk", on: World.road) }),
        Step("second account", key: "pk_test_b", { $0.begin(key: "pk_test_b") }),
        Step("its message", key: "pk_test_b", { $0.say("friend", key: "pk_test_b") }),
        Step("init again", { $0.begin(World.gate) }), Step("reset of one machine", { $0.reset(on: World.gate) }),
        Step("reset of everything", { $0.reset() }), Step("init after it", { $0.begin() }),
        Step("message after it", { $0.say("friend [[redirect]]") }),
        Step("play on one's own", key: demo, { $0.begin(persona: World.own, key: demo) }),
        Step("creation", key: demo, { $0.create(.post, "creator/save", Web.document()) }),
        Step("list", key: demo, { $0.create(.get, "personas?my_personas=true") }),
        Step("whole fixture", key: demo, { $0.create(.get, "personas/\(World.own)/full") }),
        Step("unpublishing", key: demo, { $0.create(.post, "personas/\(World.own)/unpublish") }),
        Step(
            "change", key: demo,
            { $0.create(.post, "creator/save?persona_id=\(World.own)", Web.document(name: "Nell")) }),
        Step("deletion", key: demo, { $0.create(.delete, "personas/\(World.own)") }),
    ]

    static let demo = "pk_live_demo"

    /// All that the store and the API show of the accounts that were opened.
    static func dump(_ client: TestClient, _ store: any Store, keys: Set<String>) throws -> [String] {
        var lines = try store.accounts().map { "\($0.sandbox.number) \($0.name) \($0.isOpen) \($0.lastUsedAt.seconds)" }
        if keys.contains(demo) {
            let list = client.create(.get, "personas?public_only=false&limit=100")
            lines.append(list.text)
            for persona in list.json?.array ?? [] {
                lines.append(client.create(.get, "personas/\(persona["id"]?.string ?? "")/full").text)
            }
            lines.append(
                client.get(TestClient.chat("history", World.own, "user_session_id=sam"), key: demo).text)
        }
        for key in keys.sorted() {
            lines += [client.get("/api/v1/sdk/personas", key: key).text, client.look("machines", key: key).text]
            for machine in [nil, World.gate, World.road, World.side] {
                lines += ["session", "history"].map { client.look($0, on: machine, key: key).text }
            }
        }
        return lines
    }

    /// The answer and the number of store calls of each step when nothing fails, and the contents at the end.
    struct Course {
        var answers: [Answer] = []
        var calls: [Int] = []
        var end: [String] = []
    }

    static func undisturbed(_ kind: Kind) throws -> Course {
        let base = try kind.make()
        let store = FailingStore(base)
        let client = try TestClient(store: kind.front(store))
        var course = Course()
        for step in script {
            client.clock.advance(seconds: step.seconds)
            let before = store.calls
            course.answers.append(step.call(client))
            course.calls.append(store.calls - before)
        }
        course.end = try dump(client, base, keys: Set(script.map(\.key)))
        return course
    }

    @Test("a conversation without failures answers 200, the same with both stores", arguments: Kind.allCases)
    func course(_ kind: Kind) throws {
        let course = try Self.undisturbed(kind)
        #expect(course.answers.allSatisfy { $0.status == 200 })
        #expect(course.calls.allSatisfy { $0 > 0 })
        #expect(course.answers == (try Self.undisturbed(.memory)).answers)
    }

    @Test(
        "a store that fails at any call gives a 503, changes nothing, and a retry succeeds", arguments: Kind.allCases,
        script.indices)
    func everyCall(_ kind: Kind, of step: Int) throws {
        let course = try Self.undisturbed(kind)
        // A database of a server takes long, so only every third call fails there, of each step others.
        let stride = kind == .cachedPostgres ? 3 : 1
        var number = 1 + step % stride
        while number < 50, try failure(of: step, at: number, kind, course) { number += stride }
        #expect((2..<50).contains(number))
    }

    /// Plays the script while the store's n-th call of a step fails; false when the step makes fewer calls.
    private func failure(of failing: Int, at number: Int, _ kind: Kind, _ course: Course) throws -> Bool {
        let base = try kind.make()
        let store = FailingStore(base)
        let client = try TestClient(store: kind.front(store))
        var keys: Set<String> = []
        for (index, step) in Self.script.enumerated() {
            let comment: Comment = "\(step.name), call \(number)"
            let before = index == failing ? try Self.dump(client, base, keys: keys) : []
            client.clock.advance(seconds: step.seconds)
            if index == failing {
                store.fail(in: number)
                let answer = step.call(client)
                guard store.hasFailed else { return false }
                #expect(answer.status == 503, comment)
                #expect(
                    answer.error == "The database could not be used. Nothing of the request was kept; try again",
                    comment)
                #expect(client.warnings.count == 1, comment)
                #expect(try Self.dump(client, base, keys: keys) == before, comment)
            }
            #expect(step.call(client) == course.answers[index], comment)
            keys.insert(step.key)
        }
        #expect(try Self.dump(client, base, keys: keys) == course.end)
        return true
    }
}

extension TestClient {
    /// A call by a user of the account `demo`.
    fileprivate func create(_ method: HTTP.Method, _ path: String, _ body: String = "") -> Answer {
        send(method, "/api/v1/\(path)", key: nil, body: body, fields: ["Authorization": "Bearer ann-token"])
    }
}

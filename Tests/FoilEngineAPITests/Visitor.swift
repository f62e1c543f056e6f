import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON
import Support
import Testing

/// A player's run through one of the shipped personas.
struct Visitor {
    let client: TestClient
    let persona: String
    let player: String

    init(_ slug: String, player: String = "sam", client: TestClient? = nil) throws {
        self.client = try client ?? TestClient(files: Visitor.shipped())
        let catalog = self.client.emulator.catalog
        persona = try #require(catalog.personas.first { $0.slug == slug }).id.description
        self.player = player
    }

    static func shipped() throws -> [FixtureFile] {
        try Repository.files(below: "fixtures").map {
            FixtureFile(path: String($0.dropFirst("fixtures/".count)), bytes: try Repository.bytes($0))
        }
    }

    func begin(_ machine: String? = nil, name: String = "Alex") -> Answer {
        client.post(
            TestClient.chat("init-session", persona, machine.map { "machine_id=\(id($0))" } ?? ""),
            "{\"user_session_id\":\"\(player)\",\"player_name\":\"\(name)\",\"player_gender\":\"male\"}")
    }

    func say(_ line: String) -> Answer {
        client.post(
            TestClient.chat("message", persona), "{\"message\":\"\(line)\",\"user_session_id\":\"\(player)\"}")
    }

    func look(_ route: String) -> Answer {
        client.get(TestClient.chat(route, persona, "user_session_id=\(player)"))
    }

    func reset() -> Answer {
        client.post(TestClient.chat("reset", persona, "user_session_id=\(player)"))
    }

    /// The keys of the machines that may be begun.
    var machines: [String] { look("machines").json?.array?.compactMap { $0["machine_key"]?.string } ?? [] }

    /// The id of one of the persona's machines.
    func id(_ key: String) -> String {
        client.emulator.catalog.personas.first { $0.id.description == persona }?.machines.first { $0.key == key }?
            .id.description ?? ""
    }
}

/// Members of an answer, as JSON would write them.
func expect(
    _ answer: Answer, _ members: KeyValuePairs<String, String>, sourceLocation: SourceLocation = #_sourceLocation
) {
    for (key, value) in members {
        #expect(answer[key]?.shown == value, "\(key)", sourceLocation: sourceLocation)
    }
}

extension Visitor {
    /// What is kept of the player.
    func play() throws -> Playthrough {
        guard case .account(let account) = try client.emulator.account(forKey: "pk_test_a", testPrefix: "pk_test_")
        else { throw NoAccount() }
        let persona = try #require(client.emulator.catalog.personas.first { $0.id.description == self.persona })
        return Playthrough(
            client.emulator, account: account, channel: "sdk", persona: persona, player: player)
    }

    struct NoAccount: Error {}
}

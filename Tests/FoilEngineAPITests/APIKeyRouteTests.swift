import Emulator
import Fixtures
import HTTP
import JSON
import Testing

@Suite("API keys that users make (spec A.2, G-34)")
struct APIKeyRouteTests {
    private static let path = "sdk/api-keys"

    private func make(_ web: Web, name: String = "CI", token: String? = "ann-token") -> Answer {
        web.call(.post, Self.path, "{\"name\":\"\(name)\"}", token: token)
    }

    private func revoke(_ web: Web, _ id: String, token: String? = "ann-token") -> Answer {
        web.call(.delete, "\(Self.path)/\(id)", token: token)
    }

    @Test("a new key is shown once, works as a key of the account, and is not shown in the list")
    func made() throws {
        let web = try Web()
        let made = make(web)
        #expect(made.keys == ["id", "name", "key", "key_prefix", "created_at"])
        expect(made, ["name": #""CI""#, "key_prefix": #""pk_live_""#, "created_at": #""2026-03-10T12:00:00Z""#])
        let key = try #require(made["key"]?.string)
        #expect(key.wholeMatch(of: /pk_live_[0-9a-f]{32}/) != nil)
        web.client.begin(player: "kim", key: key)
        #expect(web.client.look("session", player: "kim", key: "pk_live_demo").status == 200)
        let list = web.call(.get, Self.path, token: "ann-token")
        #expect(list.json?.array?.map(\.keys) == [["id", "name", "key_prefix", "created_at"]])
        #expect(!list.text.contains(key.dropFirst("pk_live_".count)))
    }

    @Test("a revoked key is a 401 from the next request on, and leaves the list; no key is made twice")
    func revoked() throws {
        let web = try Web()
        let (first, second) = (make(web), make(web))
        let keys = [first, second].compactMap { $0["key"]?.string }
        #expect(Set(keys).count == 2)
        let id = try #require(first["id"]?.string)
        #expect(revoke(web, id).text == #"{"message":"API key revoked successfully"}"#)
        #expect(web.client.get("/api/v1/sdk/personas", key: keys[0]).status == 401)
        #expect(web.client.get("/api/v1/sdk/personas", key: keys[1]).status == 200)
        #expect(web.call(.get, Self.path, token: "ann-token").json?.array?.count == 1)
        #expect(revoke(web, id).error == "API key not found")
        #expect(!keys.contains(make(web)["key"]?.string ?? ""))
    }

    @Test("another account's keys can be neither seen nor revoked")
    func apart() throws {
        let web = try Web()
        let id = try #require(make(web)["id"]?.string)
        #expect(web.call(.get, Self.path, token: "ben-token").text == "[]")
        #expect(revoke(web, id, token: "ben-token").status == 404)
        #expect(make(web)["key"]?.string != make(web, token: "ben-token")["key"]?.string)
    }

    @Test("a request without a user's token is a 401")
    func unknown() throws {
        let web = try Web()
        #expect(make(web, token: nil).status == 401)
        #expect(web.call(.get, Self.path).status == 401)
        #expect(revoke(web, World.nobody, token: "nobody").status == 401)
        let key = web.client.send(.post, "/api/v1/\(Self.path)", key: "pk_live_demo", body: #"{"name":"x"}"#)
        #expect(key.status == 401)
    }

    @Test(
        "a mistake in a body is refused with its field",
        arguments: [
            ("{}", "name is required"), (#"{"name":""}"#, "name must not be empty"),
            (#"{"name":7}"#, "name must be a string"), ("[]", "Invalid request body: it must be a JSON object"),
        ])
    func mistakes(_ body: String, _ text: String) throws {
        let answer = try Web().call(.post, Self.path, body, token: "ann-token")
        #expect(answer.status == 400)
        #expect(answer.error == text)
    }

    @Test("an id that is no UUID is a 400, and a wrong method gets Allow")
    func malformed() throws {
        let web = try Web()
        #expect(revoke(web, "7").error == "Invalid API key ID format: it must be a UUID")
        #expect(web.call(.get, "\(Self.path)/\(World.nobody)", token: "ann-token").fields[.allow] == "DELETE")
    }

    @Test("an account has at most 100 keys, and a revoked one makes room")
    func limit() throws {
        let web = try Web()
        var last = make(web)
        for _ in 1..<Emulator.apiKeyLimit { last = make(web) }
        #expect(make(web).error == "An account can have at most 100 API keys; revoke one to make another")
        #expect(revoke(web, last["id"]?.string ?? "").status == 200)
        #expect(make(web).status == 200)
    }

    @Test("the same requests give the same keys, on any server")
    func deterministic() throws {
        let texts = try (0..<2).map { _ in make(try Web()).text }
        #expect(texts[0] == texts[1])
    }
}

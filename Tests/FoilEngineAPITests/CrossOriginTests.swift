import Emulator
import Fixtures
import HTTP
import Testing

@Suite("Pages of other origins (CORS)")
struct CrossOriginTests {
    private static let page = "https://game.example"
    private static let list = "/api/v1/sdk/personas"

    private func preflight(
        _ client: TestClient, _ path: String = Self.list, origin: String = Self.page
    ) -> Answer {
        let fields = [
            "Origin": origin, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-api-key",
        ]
        return client.send(.options, path, key: nil, body: "", fields: fields)
    }

    @Test(
        "a preflight is answered without a key, with every header of F.3, on SDK, stream and unknown paths",
        arguments: [list, TestClient.chat("message"), TestClient.chat("message/stream"), "/api/v1/nothing"])
    func preflight(_ path: String) throws {
        let answer = preflight(try TestClient(), path)
        #expect(answer.status == 204)
        #expect(answer.text.isEmpty)
        #expect(answer.fields[.accessControlAllowOrigin] == "*")
        let methods = answer.fields[.accessControlAllowMethods]?.components() ?? []
        #expect(Set(methods).isSuperset(of: ["GET", "POST"]))
        #expect(
            answer.fields[.accessControlAllowHeaders]?.components() == [
                "Content-Type", "Authorization", "X-API-Key", "X-LLM-API-Key", "X-LLM-Model", "X-LLM-Eval-Model",
                "X-LLM-Response-Model", "X-LLM-Summarization-Model", "X-LLM-Eval-API-Key", "X-LLM-Response-API-Key",
                "X-LLM-Summarization-API-Key", "X-Request-ID",
            ])
        #expect(answer.fields[.accessControlMaxAge] == "600")
    }

    @Test("a page can read every answer, errors too, with Retry-After and X-Request-ID")
    func answers() throws {
        let client = try TestClient(limits: .init(messagesPerMinute: 1, otherPerMinute: 1))
        for (key, status) in [("pk_test_a", 200), ("pk_test_a", 429), ("pk_live_no", 401)] {
            let answer = client.get(Self.list, key: key, fields: ["Origin": Self.page])
            #expect(answer.status == status)
            #expect(answer.fields[.accessControlAllowOrigin] == "*")
            #expect(answer.fields[.accessControlExposeHeaders] == "Retry-After, X-Request-ID")
        }
        #expect(client.get("/api/v1/nothing", fields: ["Origin": Self.page]).fields[.accessControlAllowOrigin] == "*")
    }

    @Test("a request without Origin gets no CORS fields")
    func noPage() throws {
        let answer = try TestClient().get(Self.list)
        #expect(answer.fields[.accessControlAllowOrigin] == nil)
        #expect(answer.fields[.vary] == nil)
        let options = try TestClient().send(.options, Self.list, key: nil, body: "", fields: ["Origin": Self.page])
        #expect(options.status == 405)
    }

    @Test("listed origins may call, others may not, and Vary keeps the answers apart in caches")
    func listed() throws {
        let client = try TestClient(crossOrigin: CrossOrigin(.listed([Self.page])))
        #expect(preflight(client).fields[.accessControlAllowOrigin] == Self.page)
        #expect(preflight(client).fields[.accessControlAllowHeaders] != nil)
        let stranger = "https://evil.example"
        #expect(preflight(client, origin: stranger).fields[.accessControlAllowOrigin] == nil)
        #expect(preflight(client, origin: stranger).fields[.accessControlAllowHeaders] == nil)
        for (origin, allowed) in [(Self.page, Self.page), (stranger, nil)] as [(String, String?)] {
            let answer = client.get(Self.list, fields: ["Origin": origin])
            #expect(answer.status == 200)
            #expect(answer.fields[.accessControlAllowOrigin] == allowed)
            #expect(answer.fields[.vary] == "Origin")
        }
    }

    @Test("a control route gives no page access", arguments: [HTTP.Method.get, .options])
    func control(_ method: HTTP.Method) throws {
        let answer = try TestClient().send(
            method, "/_foilmock/health", key: nil, body: "",
            fields: ["Origin": Self.page, "Access-Control-Request-Method": "GET"])
        #expect(answer.fields[.accessControlAllowOrigin] == nil)
        #expect(answer.fields[.accessControlAllowMethods] == nil)
        #expect(answer.status != 204)
    }
}

extension String {
    fileprivate func components() -> [String] {
        split(separator: ",").map { String($0.drop { $0 == " " }) }
    }
}

import Fixtures
import FoilEngineAPI
import JSON
import Testing

@Suite("Keys for language models (spec E, H-1)")
struct LanguageModelKeyTests {
    private static let begun = #"{"user_session_id":"sam","player_name":"Sam","player_gender":"female"}"#
    private static let message = #"{"user_session_id":"sam","message":"friend"}"#
    private static let validate = "/api/v1/sdk/validate-llm-key"

    private func strict() throws -> TestClient {
        var options = FoilEngine.Options()
        options.requiresLLMKey = true
        return try TestClient(options: options)
    }

    @Test(
        "a required key is a 400 if missing in init-session, message and stream, and nowhere else",
        arguments: [[:], ["X-LLM-API-Key": ""], ["X-LLM-Eval-API-Key": "sk-1"]])
    func required(_ fields: [String: String]) throws {
        let client = try strict()
        #expect(
            client.post(TestClient.chat("init-session"), Self.begun, fields: fields).error
                == "X-LLM-API-Key header is required")
        client.post(TestClient.chat("init-session"), Self.begun, fields: ["x-llm-api-key": "sk-1"])
        for route in ["message", "message/stream"] {
            let answer = client.post(TestClient.chat(route), Self.message, fields: fields)
            #expect(answer.error == "X-LLM-API-Key header is required")
            #expect(answer.status == 400)
        }
        #expect(client.look("history")["messages"]?.array?.count == 1)
        #expect(client.look("session").status == 200)
        #expect(client.reset().status == 200)
    }

    @Test("the key is checked after the body and before the session (G-30)")
    func order() throws {
        let client = try strict()
        #expect(client.post(TestClient.chat("message"), "{}").error == "user_session_id is required")
        #expect(
            client.post(TestClient.chat("message"), Self.message).error == "X-LLM-API-Key header is required")
        #expect(
            client.post(TestClient.chat("message"), Self.message, fields: ["X-LLM-API-Key": "sk-1"]).error
                == "No active session found")
    }

    static let faulty: [(String, Int, String)] = [
        ("sk-invalid", 400, "The LLM provider does not know this API key"),
        ("sk-expired-1", 400, "This LLM API key has expired"),
        ("overloaded", 502, "The LLM provider is overloaded"),
    ]

    @Test("a key that names a failure makes message an error without a turn, and validate says why", arguments: faulty)
    func fails(_ key: String, _ status: Int, _ text: String) throws {
        let client = try TestClient()
        client.begin()
        let fields = ["X-LLM-API-Key": key]
        let answer = client.post(TestClient.chat("message"), Self.message, fields: fields)
        #expect(answer.status == status)
        #expect(answer.error == text)
        #expect(client.look("history")["messages"]?.array?.count == 1)
        let verdict = client.post(Self.validate, "{}", fields: fields)
        #expect(verdict.status == 200)
        #expect(verdict.text == #"{"valid":false,"model":"gpt-4o-mini","error":"\#(text)"}"#)
    }

    @Test(
        "the model is the body's, else the header's, else the default; the body may be missing (G-42, Unity)",
        arguments: [
            ("", [:], "gpt-4o-mini"), ("{}", [:], "gpt-4o-mini"), (#"{"model":null}"#, [:], "gpt-4o-mini"),
            (#"{"model":""}"#, [:], "gpt-4o-mini"), (#"{"model":"gpt-4o"}"#, [:], "gpt-4o"),
            ("{}", ["X-LLM-Model": "claude"], "claude"), (#"{"model":"gpt-4o"}"#, ["X-LLM-Model": "claude"], "gpt-4o"),
        ] as [(String, [String: String], String)])
    func model(_ body: String, _ fields: [String: String], _ model: String) throws {
        let fields = fields.merging(["X-LLM-API-Key": "sk-1"]) { $1 }
        #expect(
            try TestClient().post(Self.validate, body, fields: fields).text
                == #"{"valid":true,"model":"\#(model)","error":null}"#)
    }

    @Test(
        "validate-llm-key refuses a mistake with its field",
        arguments: [
            ("{}", [:], "X-LLM-API-Key header is required"),
            ("[]", ["X-LLM-API-Key": "sk-1"], "Invalid request body: it must be a JSON object"),
            (#"{"model":1}"#, ["X-LLM-API-Key": "sk-1"], "model must be a string"),
        ] as [(String, [String: String], String)])
    func mistakes(_ body: String, _ fields: [String: String], _ text: String) throws {
        let answer = try TestClient().post(Self.validate, body, fields: fields)
        #expect(answer.status == 400)
        #expect(answer.error == text)
    }

    @Test("validate-llm-key needs an API key, and counts as any other call")
    func gate() throws {
        #expect(try TestClient().post(Self.validate, "{}", key: nil).status == 401)
        let client = try TestClient(limits: .init(messagesPerMinute: 1, otherPerMinute: 2))
        let statuses = (0..<3).map { _ in
            client.post(Self.validate, "{}", fields: ["X-LLM-API-Key": "sk-1"]).status
        }
        #expect(statuses == [200, 200, 429])
    }
}

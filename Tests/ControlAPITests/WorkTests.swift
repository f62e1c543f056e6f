import Emulator
import HTTP
import JSON
import Store
import Support
import Testing

@Suite("Work on another thread")
struct WorkTests {
    private static let document = """
        {"persona": {"name": "Nora"}, "machines": [{"machine_key": "talk",
          "states": [{"state_key": "s", "is_initial_state": true, "says": "Hi."}]}]}
        """
    private static let path = "/sandboxes/pk_test_a/personas/nora"

    /// Sends a request and does its work, but does not go on with the last result.
    private static func worked(
        _ client: ControlClient, _ method: HTTP.Method, _ target: String, _ fields: [String: String]
    ) throws -> () -> HTTP.Answer {
        let request = ControlClient.request(method, target, document, fields: fields).request
        // The first step of work only waits for its turn; then the work that decodes is made.
        guard case .work(let wait, let began) = client.dispatcher.respond(to: request),
            case .work(let run, let resume) = began(wait())
        else { throw Failed.answeredAtOnce }
        #expect(client.dispatcher.endBatch())
        let result = run()
        return { resume(result) }
    }

    private enum Failed: Error { case answeredAtOnce }

    private static func names(_ client: ControlClient) -> [String] {
        client.control(.get, "/sandboxes/pk_test_a/personas")["personas"]?.array?.compactMap { $0["name"]?.string }
            ?? []
    }

    @Test("a persona put meanwhile has the first one decoded again, and both are kept")
    func changed() throws {
        let client = try ControlClient()
        client.begin()
        let goOn = try Self.worked(client, .put, "/_foilmock/v1\(Self.path)", ControlClient.guardedFields)
        #expect(client.control(.put, "/sandboxes/pk_test_a/personas/other", Self.document).status == 200)
        let answer = goOn()
        #expect(Self.names(client).count { $0 == "Nora" } == 1, "it is not kept yet")
        #expect(answer.workedOut().status == .ok)
        #expect(client.dispatcher.endBatch())
        #expect(Self.names(client).count { $0 == "Nora" } == 2)
    }

    @Test("a change in another sandbox, or of no persona, does not repeat the decoding")
    func others() throws {
        let client = try ControlClient()
        client.begin()
        let goOn = try Self.worked(client, .put, "/_foilmock/v1\(Self.path)", ControlClient.guardedFields)
        client.control(.post, "/sandboxes/pk_test_b/reset")
        client.control(.put, "/sandboxes/pk_test_b/personas/other", Self.document)
        client.control(.post, "/sandboxes/pk_test_a/reset")
        let answer = goOn()
        #expect(Self.names(client).count { $0 == "Nora" } == 1)
        #expect(answer.workedOut().status == .ok)
    }

    @Test("a persona is decoded at last although others change again and again")
    func starved() throws {
        let client = try ControlClient()
        client.begin()
        var goOn = try Self.worked(client, .put, "/_foilmock/v1\(Self.path)", ControlClient.guardedFields)
        var others = 0
        func isKept() -> Bool { Self.names(client).count { $0 == "Nora" } > others }
        var answer = HTTP.Answer.response(Response(status: .ok))
        while !isKept(), others < 10 {
            client.control(.put, "/sandboxes/pk_test_a/personas/other\(others)", Self.document)
            others += 1
            answer = goOn()
            guard case .work(let run, let resume) = answer else { break }
            let result = run()
            goOn = { resume(result) }
        }
        #expect((isKept(), others) == (true, 3))
        #expect(answer.workedOut().status == .ok)
    }

    @Test("a caller whose sandbox is removed meanwhile gets a 409, and nothing is kept")
    func removed() throws {
        let client = try ControlClient()
        client.begin(key: nil, place: "cart")
        let goOn = try Self.worked(
            client, .post, "/@cart/api/v1/creator/save", ["Authorization": "Bearer ann-token"])
        #expect(client.control(.delete, "/sandboxes/cart").status == 200)
        let response = goOn().workedOut()
        #expect(response.status == .conflict)
        #expect(String(decoding: response.body, as: UTF8.self).contains(#"\"cart\" was removed"#))
        #expect(client.dispatcher.endBatch())
        #expect(try client.store.personas().isEmpty)
    }

    @Test("a request keeps the time at which it came")
    func time() throws {
        let client = try ControlClient()
        client.begin()
        let goOn = try Self.worked(
            client, .post, "/@pk_test_a/api/v1/creator/save", ["Authorization": "Bearer ann-token"])
        let came = client.time()
        client.clock.advance(seconds: 60)
        #expect(client.time() != came)
        let response = goOn().workedOut()
        #expect(client.dispatcher.endBatch())
        let persona = try JSONReader.read(response.body)["persona"]
        #expect(persona?["updated_at"]?.string?.prefix(19) == came.prefix(19))
        let entries = client.control(.get, "/sandboxes/pk_test_a/journal")["entries"]?.array
        #expect(entries?.last?["time"]?.string?.prefix(19) == came.prefix(19))
    }
}

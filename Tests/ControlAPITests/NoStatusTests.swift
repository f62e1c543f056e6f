import Emulator
import HTTP
import JSON
import Support
import Testing

@Suite("An answer that ends before its first byte")
struct NoStatusTests {
    static let ends: [(fault: String?, line: String)] = [
        (#"{"kind":"reset"}"#, "hm"), (#"{"kind":"close"}"#, "hm"), (#"{"kind":"reset","when":"after_turn"}"#, "hm"),
        (#"{"kind":"close","when":"after_turn"}"#, "hm"), (nil, "[[drop after 0]] hm"),
    ]

    /// A client whose third request, a stream, gets no answer.
    private static func client(_ fault: String?, _ line: String) throws -> ControlClient {
        let client = try ControlClient()
        client.begin()
        if let fault { #expect(client.control(.post, "/sandboxes/pk_test_a/faults", fault).status == 200) }
        let before = client.counters()
        let (_, request) = ControlClient.request(
            .post, "/api/v1/sdk/chat/\(World.mira)/message/stream",
            "{\"message\":\"\(line)\",\"user_session_id\":\"sam\"}",
            fields: ["X-API-Key": "pk_test_a"])
        let response = client.dispatcher.respond(to: request).workedOut()
        #expect(client.dispatcher.endBatch())
        client.dispatcher.delivered(response.ticket, .cut)
        // Requests, errors, duplicates, unanswered, kept.
        #expect(zip(client.counters(), before).map { $0 - $1 } == [1, 0, 0, 1, 1])
        return client
    }

    private static func verify(_ client: ControlClient, _ body: String) -> Answer {
        client.control(.post, "/sandboxes/pk_test_a/verify", body)
    }

    @Test("has no status in the journal", arguments: ends)
    func journal(_ fault: String?, _ line: String) throws {
        let client = try Self.client(fault, line)
        let entry = try #require(client.journal("route=POST /api/v1/sdk/chat/{persona_id}/message/stream")["entries"])
        #expect(entry.array?.count == 1)
        #expect(entry.array?[0]["response"]?["status"]?.isNull == true)
        #expect(entry.array?[0]["delivered"]?.string == "cut")
        #expect(client.numbers("status=100-999") == [1])
    }

    @Test("is none of any status when it is verified", arguments: ends)
    func verification(_ fault: String?, _ line: String) throws {
        let client = try Self.client(fault, line)
        let route = #""route":"POST /api/v1/sdk/chat/{persona_id}/message/stream""#
        for status in ["200", "503", #"{"gte":100}"#] {
            #expect(Self.verify(client, "{\"match\":{\(route),\"status\":\(status)},\"count\":0}")["ok"]?.bool == true)
        }
        let missed = Self.verify(client, "{\"match\":{\(route),\"status\":503}}")
        #expect(missed["ok"]?.bool == false)
        let near = missed["near"]?.array?.first
        #expect(near?["status"]?.isNull == true)
        #expect(near?["difference"]?.string == "status is none, not 503")
    }

    @Test("has the status 0 in an archive, as in a browser's", arguments: ends)
    func archive(_ fault: String?, _ line: String) throws {
        let client = try Self.client(fault, line)
        let last = try #require(client.journal("format=har")["log"]?["entries"]?.array?.last?["response"])
        #expect(last["status"]?.integer == 0)
        #expect(last["statusText"]?.string == "")
    }
}

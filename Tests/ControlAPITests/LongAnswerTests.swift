import HTTP
import JSON
import Testing

@testable import Emulator

@Suite("Long answers and faults")
struct LongAnswerTests {
    private static let route = "GET /api/v1/sdk/chat/{persona_id}/history"

    /// A player with a history that goes out piece by piece; the first such body has the ticket 1.
    private static func client(_ fault: String) throws -> ControlClient {
        let client = try ControlClient()
        client.begin()
        for number in 0..<120 { client.say("[[redirect]] \(number)") }
        let made = client.control(
            .post, "/sandboxes/pk_test_a/faults", "{\(fault),\"match\":{\"route\":\"\(route)\"}}")
        #expect(made.status < 300, "\(made.text)")
        return client
    }

    @Test("a fault that refuses a history drops the body that was opened for it")
    func refused() throws {
        let client = try Self.client(#""kind":"status","status":502,"when":"after_turn","count":1"#)
        #expect(client.history().status == 502)
        #expect(client.emulator.longBodies[1] == nil)
        #expect(client.history()["messages"]?.array?.count ?? 0 > 200)
    }

    @Test("a fault that changes the length of a history counts all of its bytes")
    func cut() throws {
        let client = try Self.client(#""kind":"content_length","delta":-5"#)
        let answer = client.history()
        #expect(answer.delivery.framing == .exact(contentLength: answer.text.utf8.count - 5))
        #expect(client.emulator.longBodies[1] == nil)
    }
}

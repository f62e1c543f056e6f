import Emulator
import HTTP
import JSON
import Support
import Testing

@Suite("Coverage over HTTP")
struct CoverageRouteTests {
    private static func counts(_ client: ControlClient, _ path: String) throws -> [String: Int] {
        let value = client.control(.get, path)
        let file = try #require(value["files"]?.array?.first { $0["machine"]?.string == "gate" })
        let kinds = ["states", "transitions", "lines"]
        return Dictionary(uniqueKeysWithValues: kinds.map { ($0, file[$0]?["reached"]?.integer ?? -1) })
    }

    @Test("a sandbox's sessions count in it and in the server, and nowhere else")
    func sandbox() throws {
        let client = try ControlClient()
        client.begin()
        #expect(try Self.counts(client, "/sandboxes/pk_test_a/coverage")["transitions"] == 0)
        client.say("gold")
        let own = try Self.counts(client, "/sandboxes/pk_test_a/coverage")
        #expect(own["states"] == 2 && own["transitions"] == 1)
        #expect(try Self.counts(client, "/coverage") == own)
        _ = client.control(.put, "/sandboxes/other/seed", #"{"seed": 2}"#)
        #expect(try Self.counts(client, "/sandboxes/other/coverage").values.allSatisfy { $0 == 0 })
    }

    @Test("a removed session does not count")
    func removed() throws {
        let client = try ControlClient()
        client.begin()
        client.say("gold")
        _ = client.control(.post, "/sandboxes/pk_test_a/reset")
        #expect(try Self.counts(client, "/coverage")["states"] == 0)
    }

    @Test("long histories are counted in several steps, and the answer is one document")
    func long() throws {
        let client = try ControlClient()
        client.begin()
        for number in 0..<250 { client.say("[[redirect]] \(number)") }
        client.say("gold")
        let counts = try Self.counts(client, "/sandboxes/pk_test_a/coverage")
        #expect(counts["states"] == 2)
    }

    @Test("an unknown sandbox is a 404")
    func refused() throws {
        let client = try ControlClient()
        #expect(client.control(.get, "/sandboxes/nobody/coverage").status == 404)
    }
}

import Dialogue
import Fixtures
import HTTP
import JSON
import Testing

@testable import Journal

@Suite("Matches of requests")
struct RequestMatchTests {
    private static let routes = ["GET /personas", "POST /chat/{persona_id}/message"]

    /// Sam's message to Mira.
    private static var facts: RequestFacts {
        var facts = RequestFacts(RequestHead(method: .post, path: "/chat/mira/message"))
        facts.route = "/chat/{persona_id}/message"
        facts.caller = "pk_test_a"
        facts.persona = PersonaName(
            Persona(
                id: PersonaID(high: 0, low: 9), slug: "p9", name: "Mira", owner: .everyone, machines: [], links: []))
        facts.player = "sam"
        facts.message = "Any rare coins?"
        return facts
    }

    private static func match(_ text: String) throws -> (match: RequestMatch, mistakes: String?) {
        let value = try JSONReader.read(Array(text.utf8))
        let findings = Findings(document: value)
        let reader = try #require(ObjectReader(value, "a match", findings))
        let match = RequestMatch(reader, routes: routes)
        reader.finish()
        return (match, findings.summary)
    }

    static let table: [(String, String?)] = [
        ("{}", nil),
        (#"{"method":"POST"}"#, nil), (#"{"method":"post"}"#, nil),
        (#"{"method":"GET"}"#, "method is POST, not GET"),
        (#"{"path":"/chat/mira/message"}"#, nil), (#"{"path":"/chat/*"}"#, nil), (#"{"path":"*"}"#, nil),
        (#"{"path":"/chat/mira"}"#, "path is /chat/mira/message, not /chat/mira"),
        (#"{"path":"/bot/*"}"#, "path is /chat/mira/message, not /bot/*"),
        (#"{"route":"POST /chat/{persona_id}/message"}"#, nil),
        (#"{"route":"GET /personas"}"#, "route is POST /chat/{persona_id}/message, not GET /personas"),
        (#"{"key":"pk_test_a"}"#, nil), (#"{"key":"pk_test_b"}"#, #"key is "pk_test_a", not "pk_test_b""#),
        (#"{"persona":"p9"}"#, nil), (#"{"persona":"Mira"}"#, nil),
        (#"{"persona":"00000000-0000-0000-0000-000000000009"}"#, nil),
        (#"{"persona":"Nora"}"#, #"persona is "p9", not "Nora""#),
        (#"{"player":"sam"}"#, nil), (#"{"player":"Sam"}"#, #"player is "sam", not "Sam""#),
        (#"{"message":"Any rare coins?"}"#, nil), (#"{"message":{"any":["rare"]}}"#, nil),
        (#"{"message":{"any":["gold"]}}"#, #"message is "Any rare coins?""#),
        (#"{"method":"POST","player":"sam","key":"pk_test_b"}"#, #"key is "pk_test_a", not "pk_test_b""#),
    ]

    @Test("a match holds when all its members do, and names the first that does not", arguments: table)
    func difference(_ text: String, _ difference: String?) throws {
        let (match, mistakes) = try Self.match(text)
        #expect(mistakes == nil)
        var effort = RequestEffort()
        #expect(match.differences(to: Self.facts, &effort).first == difference)
        #expect(match.holds(for: Self.facts, &effort) == (difference == nil))
    }

    static let absent: [(String, String)] = [
        (#"{"route":"GET /personas"}"#, "route is none, not GET /personas"),
        (#"{"key":"pk_test_a"}"#, #"key is none, not "pk_test_a""#),
        (#"{"persona":"p9"}"#, #"persona is none, not "p9""#), (#"{"player":"sam"}"#, #"player is none, not "sam""#),
        (#"{"message":{"any":["rare"]}}"#, "message is none"),
    ]

    @Test("a fact that a request does not have is shown as none", arguments: absent)
    func none(_ text: String, _ difference: String) throws {
        let facts = RequestFacts(RequestHead(method: .get, path: "/x"))
        var effort = RequestEffort()
        #expect(try Self.match(text).match.differences(to: facts, &effort).first == difference)
        #expect(try Self.match("{}").match.holds(for: facts, &effort))
    }

    static let stages: [(String, RequestMatch.Stage)] = [
        (#"{"persona":"p9"}"#, .visit), (#"{"player":"sam"}"#, .visit), (#"{"message":"hi"}"#, .message),
        (#"{"message":"hi","player":"sam"}"#, .message), (#"{"method":"GET","path":"*","key":"k"}"#, .arrival),
        ("{}", .arrival),
    ]

    @Test("the members of a match decide the stage at which it can be checked", arguments: stages)
    func stage(_ text: String, _ stage: RequestMatch.Stage) throws {
        #expect(try Self.match(text).match.stage == stage)
    }

    static let mistakes = [
        (#"{"rute":"GET /personas"}"#, #"$.rute: unknown key "rute" in a match; did you mean "route"?"#),
        (
            #"{"route":"POST /chat/{persona_id}/mesage"}"#,
            #"$.route: must be the method and path of a known route, not "POST /chat/{persona_id}/mesage"; did you mean "POST /chat/{persona_id}/message"?"#
        ),
        (#"{"player":7}"#, #"$.player: "player" of a match must be a text, not a number"#),
    ]

    @Test("a misspelt member or route is refused", arguments: mistakes)
    func mistake(_ text: String, _ message: String) throws {
        #expect(try Self.match(text).mistakes == message)
    }
}

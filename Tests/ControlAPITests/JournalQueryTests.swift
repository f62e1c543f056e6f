import Journal
import Emulator
import FluidTalkAPI
import FoilEngineAPI
import HTTP
import JSON
import Support
import Testing

@Suite("Queries of a journal")
struct JournalQueryTests {
    /// 1 begins, 2 and 3 say, 4 is no route, 5 is another player's, 6 lists.
    private func client(_ journal: JournalBook = JournalBook(secrets: [FoilEngine.secrets, FluidTalk.secrets])) throws
        -> ControlClient
    {
        let client = try ControlClient(journal: journal)
        client.begin()
        client.say("hm")
        client.say("hm")
        _ = client.api(.get, "nothing")
        client.begin(player: "kim")
        _ = client.api(.get, "sdk/personas")
        return client
    }

    static let queries: [(String, [Int])] = [
        ("", [1, 2, 3, 4, 5, 6]), ("method=get", [4, 6]), ("path=/api/v1/nothing", [4]),
        ("path=/api/v1/sdk/chat/*", [1, 2, 3, 5]),
        ("route=GET%20/api/v1/sdk/personas", [6]), ("persona=mira", [1, 2, 3, 5]),
        ("persona=Mira&player=sam", [1, 2, 3]),
        ("player=kim", [5]), ("message=hm", [2, 3]), ("key=pk_test_a", [1, 2, 3, 5, 6]), ("status=404", [4]),
        ("status=200-299", [1, 2, 3, 5, 6]), ("status=400-599", [4]), ("decision=redirect", [2, 3]),
        ("decision=pass", []),
        ("fault=status", []), ("duplicate=true", [3]), ("duplicate=false&method=POST", [1, 2, 5]), ("after=4", [5, 6]),
        ("limit=2", [1, 2]), ("after=1&limit=2&persona=mira", [2, 3]), ("limit=0", []),
        ("newest=2", [5, 6]), ("newest=0", []), ("newest=1&limit=3", [3]), ("player=sam&newest=9", [1, 2, 3]),
    ]

    @Test("a query returns the entries that match", arguments: queries)
    func select(_ query: String, _ numbers: [Int]) throws {
        #expect(try client().numbers(query) == numbers)
    }

    @Test("a query finds the entries of a session by its id")
    func session() throws {
        let client = try client()
        let session = try #require(client.journal("message=hm")["entries"]?.array?.first?["session"]?.string)
        #expect(client.numbers("session=\(session)") == [1, 2, 3])
    }

    @Test("a pattern that costs too much over all messages is refused with a 400")
    func tooMuch() throws {
        let client = try client()
        for _ in 0..<5 { client.say(String(repeating: "a", count: 9_000)) }
        let answer = client.control(
            .post, "/sandboxes/pk_test_a/verify", #"{"match": {"message": {"pattern": "(a+)+[xy]"}}, "count": 0}"#)
        #expect(answer.status == 400)
        #expect(answer.error?.contains("takes too much to hold against all messages of the journal") == true)
    }

    static let mistakes: [(String, String)] = [
        ("rute=x", "route"), ("route=GET%20/nothing", "method and path of a known route"), ("status=1", "100"),
        ("status=x", "404, or bounds such as 400-499, not \"x\""), ("status=500-400", "gte"),
        ("decision=maybe", "pass"), ("duplicate=yes", "true or false"), ("limit=-1", "limit"),
        ("after=x", "after"), ("format=xml", "jsonl"), ("player=a&player=b", "twice"),
    ]

    @Test("a mistake in a query is refused, with what is expected", arguments: mistakes)
    func mistake(_ query: String, _ word: String) throws {
        let answer = try client().journal(query)
        #expect(answer.status == 400)
        #expect(answer.error?.contains(word) == true, "\(answer.text)")
    }

    @Test("JSON lines are a header, then one entry a line, control calls too")
    func lines() throws {
        let client = try client()
        client.freeze()
        let answer = client.journal("format=jsonl")
        #expect(answer.fields[.contentType] == "application/x-ndjson")
        let lines = answer.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.last == "")
        let values = try lines.dropLast().map { try JSONReader.read(Array($0.utf8)) }
        #expect(values[0]["format"]?.integer == 1)
        #expect(values[0]["sandbox"]?.string == "pk_test_a")
        #expect(values[0]["whole"]?.bool == true)
        #expect(values.dropFirst().compactMap { $0["number"]?.integer } == Array(1...7))
    }

    @Test("the header says when a journal does not begin with its sandbox")
    func partial() throws {
        func isWhole(_ client: ControlClient) throws -> Bool? {
            let line = client.journal("format=jsonl").text.split(separator: "\n")[0]
            return try JSONReader.read(Array(line.utf8))["whole"]?.bool
        }
        let left = try client(JournalBook(limit: 5))
        #expect(try isWhole(left) == false)
        _ = left.control(.post, "/sandboxes/pk_test_a/reset")
        #expect(try isWhole(left) == true)
        let cleared = try client()
        _ = cleared.control(.delete, "/sandboxes/pk_test_a/journal")
        #expect(try isWhole(cleared) == false)
    }

    @Test("a HAR archive has the members that the format requires")
    func archive() throws {
        let client = try client()
        let log = try #require(client.journal("format=har")["log"])
        #expect(log["version"]?.string == "1.2")
        #expect(log["creator"]?["name"]?.string == "foilmock")
        let entries = try #require(log["entries"]?.array)
        #expect(entries.count == 6)
        for entry in entries {
            #expect(entry["startedDateTime"]?.string == "2026-03-10T12:00:00.000000000Z")
            #expect(entry["time"]?.number == 0)
            #expect(entry["cache"]?.members?.isEmpty == true)
            for key in ["send", "wait", "receive"] { #expect(entry["timings"]?[key]?.number != nil) }
            let request = try #require(entry["request"])
            for key in ["method", "url", "httpVersion"] { #expect(request[key]?.string != nil) }
            for key in ["cookies", "headers", "queryString"] { #expect(request[key]?.array != nil) }
            for key in ["headersSize", "bodySize"] { #expect(request[key]?.integer != nil) }
            let response = try #require(entry["response"])
            #expect(response["status"]?.integer != nil)
            for key in ["statusText", "httpVersion", "redirectURL"] { #expect(response[key]?.string != nil) }
            for key in ["cookies", "headers"] { #expect(response[key]?.array != nil) }
            #expect(response["content"]?["size"]?.integer != nil)
            #expect(response["content"]?["mimeType"]?.string == "application/json")
        }
        #expect(entries[0]["request"]?["postData"]?["mimeType"]?.string == "application/json")
        #expect(entries[5]["request"]?["postData"] == nil)
        #expect(entries[0]["request"]?["url"]?.string == "http://localhost/api/v1/sdk/chat/\(World.mira)/init-session")
        #expect(entries[3]["response"]?["statusText"]?.string == "Not Found")
    }
}

@Suite("Verification of requests")
struct VerifyTests {
    private func client(_ journal: JournalBook = JournalBook(secrets: [FoilEngine.secrets, FluidTalk.secrets])) throws
        -> ControlClient
    {
        let client = try ControlClient(journal: journal)
        client.begin()
        client.say("hm")
        client.say("hm")
        return client
    }

    private func verify(_ client: ControlClient, _ body: String) -> Answer {
        client.control(.post, "/sandboxes/pk_test_a/verify", body)
    }

    static let counts: [(String, Bool, Int)] = [
        ("{}", true, 3), (#"{"count":3}"#, true, 3), (#"{"count":2}"#, false, 3), (#"{"count":4}"#, false, 3),
        (#"{"match":{"message":"hm"},"count":2}"#, true, 2),
        (#"{"match":{"message":{"any":["hm"]}},"count":2}"#, true, 2),
        (#"{"match":{"player":"bob"}}"#, false, 0), (#"{"match":{"player":"bob"},"count":0}"#, true, 0),
        (#"{"match":{"status":200,"decision":"redirect"},"count":{"gte":1,"lte":2}}"#, true, 2),
        (#"{"match":{"status":{"gte":400}},"count":{"lte":0}}"#, true, 0), (#"{"count":{"gte":4}}"#, false, 3),
        (#"{"match":{"duplicate":true},"count":1}"#, true, 1),
    ]

    @Test("a verification counts the requests that match", arguments: counts)
    func count(_ body: String, _ isMet: Bool, _ count: Int) throws {
        let answer = verify(try client(), body)
        #expect(answer["ok"]?.bool == isMet)
        #expect(answer["count"]?.integer == count)
        #expect((answer["explanation"]?.isNull == true) == isMet)
    }

    @Test("too few matches are explained by the nearest requests and what differs in them")
    func near() throws {
        let client = try client()
        _ = client.api(.get, "sdk/personas")
        let answer = verify(client, #"{"match":{"method":"POST","message":"gold","player":"sam"},"count":1}"#)
        let path = "/api/v1/sdk/chat/\(World.mira)/message"
        #expect(
            answer["explanation"]?.string
                == "0 requests match, not 1; nearest is #3 POST \(path): message is \"hm\"")
        let near = answer["near"]?.array ?? []
        #expect(near.compactMap { $0["number"]?.integer } == [3, 2, 1])
        #expect(near.first?["difference"]?.string == "message is \"hm\"")
        #expect(near.first?["path"]?.string == path)
    }

    @Test("too many matches are explained by their numbers")
    func many() throws {
        let answer = verify(try client(), #"{"match":{"message":"hm"},"count":1}"#)
        #expect(answer["explanation"]?.string == "2 requests match, not 1: #2, #3")
        #expect(answer["near"]?.array?.isEmpty == true)
    }

    @Test("an explanation says when there was no request at all")
    func nothing() throws {
        let client = try ControlClient()
        _ = client.control(.post, "/sandboxes/pk_test_a/reset")
        #expect(verify(client, "{}")["explanation"]?.string == "0 requests match, not at least 1; there was no other")
    }

    /// The first of three requests has left the journal, so the true count of matches is the one found in the
    /// journal, or one more.
    static let unknown: [(String, Int)] = [
        (#"{"count":2}"#, 409), (#"{"count":3}"#, 409), (#"{"count":1}"#, 200), (#"{"count":4}"#, 200),
        (#"{"count":{"gte":2}}"#, 200), (#"{"count":{"gte":3}}"#, 409), (#"{"count":{"gte":4}}"#, 200),
        (#"{"count":{"lte":3}}"#, 200), (#"{"count":{"lte":2}}"#, 409), (#"{"count":{"lte":1}}"#, 200),
        (#"{"match":{"player":"bob"},"count":0}"#, 409),
    ]

    @Test("a verification is a 409 when its answer depends on requests that have left the journal", arguments: unknown)
    func pastTheRing(_ body: String, _ status: Int) throws {
        let client = try client(JournalBook(limit: 2))
        let answer = verify(client, body)
        #expect(answer.status == status, "\(answer.text)")
        if status == 409 { #expect(answer.error?.hasPrefix("1 request has left the journal, which keeps 2") == true) }
        _ = client.control(.delete, "/sandboxes/pk_test_a/journal")
        #expect(verify(client, body).status == 200)
    }

    static let mistakes: [(String, String)] = [
        (#"{"cuont":1}"#, "count"), (#"{"match":{"rute":"x"}}"#, "match"),
        (#"{"match":{"route":"GET /x"}}"#, "match.route"),
        (#"{"count":-1}"#, "count"), (#"{"count":{"gte":2,"lte":1}}"#, "count"), (#"{"count":{"gt":2}}"#, "gt"),
        (#"{"match":{"status":{"from":1}}}"#, "match.status"), (#"{"match":{"decision":"maybe"}}"#, "match.decision"),
    ]

    @Test("a mistake in a body is refused with its path", arguments: mistakes)
    func mistake(_ body: String, _ path: String) throws {
        let answer = verify(try client(), body)
        #expect(answer.status == 400)
        #expect(answer.error?.contains(path) == true, "\(answer.text)")
    }
}

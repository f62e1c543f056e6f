import Journal
import ControlAPI
import Dialogue
import Emulator
import EventLoop
import Fixtures
import FoilEngineAPI
import HTTP
import JSON
import Store
import Support
import Testing

@testable import Program

/// A server without a socket whose journal goes to a file.
private final class Recorded {
    let folder: TemporaryFolder
    let application: Application
    let clock = TestClock()
    let path: String
    private let file: JournalFile
    static let token = "control-token"

    init(
        _ folder: TemporaryFolder, _ change: (inout Configuration) -> Void = { _ in }, store: any Store = MemoryStore()
    )
        throws
    {
        self.folder = folder
        path = folder.place("journal.jsonl")
        var configuration = Configuration()
        change(&configuration)
        application = try Application(
            Application.Dependencies(
                source: .builtIn, fixtures: try FixtureSource.builtIn.load(), store: store,
                uploads: .files(UploadFolder(folder.place("uploads"), warn: { _ in })), clock: clock.clock,
                takesJournal: true),
            configuration, control: Control.Options(token: Self.token), warn: { _ in })
        file = try JournalFile(path, application.emulator.journal, warn: { _ in })
    }

    deinit { file.close(by: Self.deadline) }

    private static var deadline: Instant { Instant.now() + .seconds(10) }

    @discardableResult
    func send(
        _ method: HTTP.Method, _ target: String, _ body: String = "",
        _ given: [String: String] = ["X-API-Key": "pk_test_a"]
    ) -> JSONValue? {
        send(method, target, .bytes(Array(body.utf8)), given)
    }

    @discardableResult
    func send(_ method: HTTP.Method, _ target: String, _ body: Body, _ given: [String: String]) -> JSONValue? {
        var fields = Fields()
        for (name, value) in given.sorted(by: { $0.key < $1.key }) {
            if let name = FieldName(name) { fields.add(name, value) }
        }
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let head = RequestHead(method: method, path: parts[0], query: parts.count > 1 ? parts[1] : "", fields: fields)
        clock.advance(seconds: 1)
        var response = application.dispatcher.respond(to: Request(head: head, body: body)).workedOut()
        if !application.dispatcher.endBatch() {
            response = application.dispatcher.unsavedResponse(to: head, inPlaceOf: response)
        }
        application.dispatcher.delivered(response.ticket, .complete)
        file.flush()
        return try? JSONReader.read(response.body)
    }

    @discardableResult
    func control(_ method: HTTP.Method, _ path: String, _ body: String = "") -> JSONValue? {
        send(method, "/_foilmock/v1\(path)", body, ["Authorization": "Bearer \(Self.token)", "Host": "127.0.0.1:1"])
    }

    func refuse(_ path: String) {
        let head = RequestHead(method: .post, path: path)
        _ = application.dispatcher.response(to: ProtocolError(.contentTooLarge, "too much"), head: head)
        file.flush()
    }

    /// A conversation in which time passes, requests are refused, and the sandbox is controlled.
    func play() throws {
        let personas = try #require(send(.get, "/api/v1/sdk/personas")?.array)
        let chat = "/api/v1/sdk/chat/\(personas[0]["id"]?.string ?? "")"
        let player = #""user_session_id":"sam""#
        send(.post, "\(chat)/init-session", "{\(player),\"player_name\":\"Sam\",\"player_gender\":\"female\"}")
        send(.post, "\(chat)/message", "{\(player),\"message\":\"What do you recommend?\"}")
        control(.put, "/sandboxes/pk_test_a/clock", #"{"mode":"offset","at":"2030-01-01T00:00:00Z"}"#)
        send(.post, "\(chat)/message/stream", "{\(player),\"message\":\"rare\"}")
        send(.post, "\(chat)/message", "{\(player),\"message\":\"[[error 503]]\"}")
        send(.get, "\(chat)/history?user_session_id=sam")
        control(.put, "/sandboxes/pk_test_a/seed", #"{"seed":7}"#)
        send(.post, "\(chat)/init-session", "{\(player),\"player_name\":\"Sam\",\"player_gender\":\"female\"}")
        control(.put, "/sandboxes/pk_test_a/clock", #"{"mode":"frozen","auto_advance_seconds":0.5}"#)
        send(.get, "\(chat)/session?user_session_id=sam")
        send(.get, "/@cart/api/v1/sdk/personas", "", ["X-API-Key": "pk_live_demo"])
        send(.get, "/api/v1/sdk/personas", "", ["X-API-Key": "pk_live_wrong"])
        send(
            .post, "\(chat)/message", "{\(player),\"message\":\"hm\"}",
            ["X-API-Key": "pk_live_demo", "X-LLM-API-Key": "sk-this-has-expired"])
        send(.get, "/nothing")
        refuse("/api/v1/sdk/personas")
        control(.delete, "/sandboxes/cart")
        control(.put, "/sandboxes/pk_test_a/clock", #"{"mode":"never"}"#)
        send(.post, "/@cart\(chat)/reset?user_session_id=sam")
    }

    func report(_ text: String? = nil) throws -> ReplayReport {
        #expect(file.wait(by: Self.deadline))
        let journal = text.map { folder.write($0, to: "changed.jsonl") } ?? path
        return try Replay(journal: journal).report(environment: [:])
    }

    func text() throws -> String {
        #expect(file.wait(by: Self.deadline))
        return String(decoding: try FixtureFolder.contents(path), as: UTF8.self)
    }
}

@Suite("foilmock replay")
struct ReplayTests {
    private let folder = TemporaryFolder()

    @Test("a replay sends the requests again and gets the same answers")
    func same() throws {
        let recorded = try Recorded(folder)
        try recorded.play()
        let report = try recorded.report()
        #expect(report.lines == ["19 requests sent again, 0 answered otherwise"])
    }

    @Test("a replay says after each line how many there were, and how much of the file that is")
    func progress() throws {
        let recorded = try Recorded(folder)
        try recorded.play()
        let lines = try recorded.text().split(separator: "\n").count
        var said: [String] = []
        _ = try Replay(journal: recorded.path).report(environment: [:]) { said.append($0) }
        #expect(said.first?.hasPrefix("replaying: 2 lines, ") == true)
        #expect(said.last == "replaying: \(lines) lines, 100 %")
    }

    @Test("an answer without a status has none again")
    func noStatus() throws {
        let recorded = try Recorded(folder)
        recorded.control(.post, "/sandboxes/pk_test_a/faults", #"{"kind":"reset","count":1}"#)
        recorded.send(.get, "/api/v1/sdk/personas")
        recorded.send(.get, "/api/v1/sdk/personas")
        #expect(try recorded.text().contains(#""response":{"status":null"#))
        #expect(try recorded.report().lines == ["3 requests sent again, 0 answered otherwise"])
    }

    @Test("a restore with a number beyond its bounds is refused again, and an entry with one is left out")
    func numbers() throws {
        let recorded = try Recorded(folder)
        try recorded.play()
        let path = "/sandboxes/pk_test_a/snapshot"
        let snapshot = try #require(recorded.control(.get, path))
        recorded.control(.put, path, String(decoding: snapshot.bytes, as: UTF8.self))
        let text = try recorded.text()
        for count in [#"\"inits\":"#, #"\"turn_count\":"#, #"\"redirect_count\":"#, #"\"nudges\":"#] {
            let changed = text.replacing(count, with: count + #"9223372036854775807,\"$comment\":"#)
            #expect(changed != text)
            #expect(try recorded.report(changed).differing > 0)
        }
        for (from, to) in [
            (#""status":200"#, #""status":-1"#), (#""arrival":2"#, #""arrival":-1"#), (#""number":1"#, #""number":-1"#),
        ] {
            let changed = text.replacing(from, with: to, maxReplacements: 1)
            #expect(changed != text)
            let lines = try recorded.report(changed).lines
            #expect(lines.contains { $0.contains("was left out: it is no entry of a journal") }, "\(lines)")
        }
    }

    @Test("a replay takes its settings from the journal")
    func settings() throws {
        let recorded = try Recorded(folder) {
            $0.seed = 99
            $0.rateLimits = RateLimits(messagesPerMinute: 2, otherPerMinute: 3)
            $0.foilEngine.pacing.tokensPerSecond = 5
            $0.clock = SandboxClock(.frozen(Timestamp(nanoseconds: 1_800_000_000_123_456_789)))
        }
        try recorded.play()
        #expect(try recorded.report().lines.count == 1)
        let other = try recorded.text().replacing(#""seed":"99""#, with: #""seed":"98""#)
        #expect(try recorded.report(other).differing > 0)
    }

    @Test("an export of one sandbox since its reset can be replayed")
    func export() throws {
        let recorded = try Recorded(folder)
        try recorded.play()
        let sandbox = try #require(
            recorded.application.emulator.sandboxes.first { $0.name == "pk_test_a" }?.sandbox)
        let book = recorded.application.emulator.journal
        let lines =
            [book.header.line(sandbox: "pk_test_a", isWhole: true)]
            + sandbox.journal.entries.map(JournalWriter(book).line)
        let text = lines.map { String(decoding: $0, as: UTF8.self) + "\n" }.joined()
        #expect(try recorded.report(text).lines == ["12 requests sent again, 0 answered otherwise"])
    }

    @Test("a changed answer is reported with its place and both values")
    func tampered() throws {
        let recorded = try Recorded(folder)
        try recorded.play()
        let text = try recorded.text()
        let changed = text.replacing(#""turn":1,"decision":"redirect""#, with: #""turn":1,"decision":"pass""#)
        #expect(changed != text)
        let lines = try recorded.report(changed).lines
        #expect(lines[0].hasPrefix("entry 3 (#3 of pk_test_a) POST /api/v1/sdk/chat/"))
        #expect(lines[0].hasSuffix("/message: decision"))
        #expect(lines[1...] == ["  was pass", "  now redirect", "19 requests sent again, 1 answered otherwise"])
    }

    @Test("a changed request gets another answer")
    func otherRequest() throws {
        let recorded = try Recorded(folder)
        try recorded.play()
        let report = try recorded.report(try recorded.text().replacing("What do you recommend?", with: "idiot"))
        #expect(report.differing > 1)
        #expect(report.lines.contains { $0.hasSuffix(": message") } == false)
    }

    /// A JWT of HS256 for a subject, signed with `secret`.
    private static let token =
        "eyJhbGciOiJIUzI1NiJ9."
        + "eyJzdWIiOiIwMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwYWEifQ"
        + ".B3GNQzN5-7XMS46aDlz5ahrFQHYr4dQGzto2vJ_-CQ8"

    @Test("requests with a key that is not known here are not sent, and are counted")
    func keys() throws {
        let recorded = try Recorded(folder) { $0.jwtSecret = "secret" }
        let key = recorded.send(
            .post, "/api/v1/sdk/api-keys", #"{"name":"a"}"#, ["Authorization": "Bearer \(Self.token)"])?["key"]?.string
        #expect(key?.hasPrefix("pk_live_") == true)
        recorded.send(.get, "/api/v1/sdk/personas", "", ["X-API-Key": try #require(key)])
        #expect(
            try recorded.report().summary
                == "0 requests sent again, 0 answered otherwise; not sent: 2 with a key or token that is not known here"
        )
    }

    @Test("requests that the server did not store, or whose body it did not keep, are only counted")
    func skipped() throws {
        let store = FailingStore(MemoryStore())
        let recorded = try Recorded(folder, store: store)
        recorded.send(.get, "/api/v1/sdk/personas")
        store.fail(in: 1)
        recorded.send(.get, "/api/v1/sdk/personas", "", ["X-API-Key": "pk_test_b"])
        recorded.send(.post, "/api/v1/bot/upload", .file(Nothing()), ["X-API-Key": "ft_sk_test_a"])
        // The entry's number differs in the replay; that counts as no difference.
        recorded.send(.post, "/api/v1/bot/upload", "", ["X-API-Key": "ft_sk_test_a"])
        #expect(
            try recorded.report().summary
                == "2 requests sent again, 0 answered otherwise; not sent: 1 with a body too large to be kept, "
                + "1 that the server could not keep either")
    }

    @Test("a long answer is the same in a replay, with either kind of store")
    func long() throws {
        let recorded = try Recorded(folder, store: try SQLiteStore(path: ":memory:"))
        let personas = recorded.send(.get, "/api/v1/sdk/personas")
        let chat = "/api/v1/sdk/chat/\(personas?.array?.first?["id"]?.string ?? "")"
        let player = #""user_session_id": "sam""#
        recorded.send(.post, "\(chat)/init-session", #"{\#(player), "player_name": "Sam", "player_gender": "male"}"#)
        for _ in 0..<250 { recorded.send(.post, "\(chat)/message", #"{\#(player), "message": "hm"}"#) }
        recorded.send(.get, "\(chat)/history?user_session_id=sam")
        #expect(try recorded.text().contains(#""encoding":"later""#))
        #expect(try recorded.report().lines == ["253 requests sent again, 0 answered otherwise"])
    }

    @Test("a replay with other fixtures is refused, and names both")
    func otherFixtures() throws {
        let recorded = try Recorded(folder)
        let digest = recorded.application.emulator.journal.header.fixtures
        let text = try recorded.text().replacing(digest, with: "0123")
        #expect(
            throws: AppError.failure(
                "the journal was written with other fixtures: it has 0123, these (built in) are \(digest); "
                    + "name the right ones with --fixtures DIR")
        ) { try recorded.report(text) }
    }

    @Test("a replay ends where the fixtures changed, and counts no difference there")
    func changedFixtures() throws {
        let recorded = try Recorded(folder)
        recorded.send(.get, "/api/v1/sdk/personas")
        recorded.application.emulator.journal.header.fixtures = "0123"
        recorded.send(.get, "/api/v1/sdk/personas")
        let report = try recorded.report()
        #expect(
            report.lines == [
                "line 4: the fixtures changed here while the server ran; what follows cannot be replayed",
                "2 requests sent again, 0 answered otherwise",
            ])
        #expect(report.exitCode == 2)
    }

    @Test("a replay warns that the journal of a used database does not begin with it")
    func partial() throws {
        let store = MemoryStore()
        try Recorded(folder, store: store).send(.get, "/api/v1/sdk/personas")
        let recorded = try Recorded(folder, store: store)
        recorded.send(.get, "/api/v1/sdk/personas")
        #expect(try recorded.report().lines.first?.hasPrefix("the journal does not begin where") == true)
    }

    @Test("a delivery that ends after its entry was written gets a line of its own")
    func ending() throws {
        let recorded = try Recorded(folder)
        recorded.send(.get, "/api/v1/sdk/personas")
        #expect(try recorded.text().split(separator: "\n").count == 2)
        let journal = recorded.application.emulator.journal
        let head = RequestHead(method: .get, path: "/nothing")
        let response = recorded.application.dispatcher.respond(to: Request(head: head)).workedOut()
        #expect(recorded.application.dispatcher.endBatch())
        let new = journal.takeNew().new
        recorded.application.dispatcher.delivered(response.ticket, .aborted)
        let ended = journal.takeNew().ended
        #expect(new.first === ended.first)
        let line = try JSONReader.read(JournalWriter(journal).ending(try #require(ended.first)))
        #expect(line.members?.map(\.key) == ["arrival", "delivered", "latency_ns"])
        #expect(line["delivered"]?.string == "aborted")
    }

    static let broken: [(String, String)] = [
        ("", "is no journal"), ("\n\n", "is no journal"), ("{}\n", "line 1: this is no journal: it is no entry"),
        ("x\n", "line 1: this is no journal: it is no JSON"),
        (#"{"foilmock":"0."#, "line 1: this is no journal: it is not whole"),
        (#"{"gap":3}"# + "\n", "is no journal"),
        (#"{"foilmock":"1","format":2}"# + "\n", "format 1 alone"),
        (#"{"foilmock":"1","format":1}"# + "\n", "no header"),
    ]

    @Test("a file that is no journal is refused, with the reason", arguments: broken)
    func noJournal(_ text: String, _ message: String) throws {
        let path = folder.write(text, to: "broken.jsonl")
        let error = #expect(throws: AppError.self) {
            try Replay(journal: path).report(environment: [:])
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("a folder is refused as a folder")
    func notReadable() {
        let message = "the journal \(folder.path) cannot be read: Is a directory"
        #expect(throws: AppError.failure(message)) {
            try Replay(journal: folder.path).report(environment: [:])
        }
    }

    static let usages: [([String], String)] = [
        ([], "'foilmock replay' needs JOURNAL: foilmock replay JOURNAL [--fixtures DIR]"),
        (["a", "b"], "unexpected argument 'b': foilmock replay JOURNAL [--fixtures DIR]"),
        (["--x"], "'foilmock replay' has no option '--x'"), (["a", "--fixtures"], "'--fixtures' needs a value"),
    ]

    @Test("wrong arguments are refused", arguments: usages)
    func usage(_ arguments: [String], _ message: String) {
        #expect(throws: AppError.usage(message)) { try read(Replay.self, arguments) }
    }

    private final class Nothing: BodyFile {
        let count = 100_000

        func read(_ range: Range<Int>) throws(ProtocolError) -> [UInt8] { [] }
    }
}

/// What a power cut, a full disk and an editor make of a journal.
extension ReplayTests {
    /// A change of the journal's text, and the remarks and the summary of its replay.
    static let damages: [(name: String, change: @Sendable (String) -> String, remarks: [String], summary: String)] = [
        (
            "a last line that is torn", { String($0.dropLast(100)) }, ["line 21 was left out: it is not whole"],
            "19 requests sent again, 0 answered otherwise; left out: 1 line"
        ),
        (
            "zeros at the end", { $0 + String(repeating: "\0", count: 4096) },
            ["line 22 was left out: it is not whole"],
            "20 requests sent again, 0 answered otherwise; left out: 1 line"
        ),
        ("a last line without its end", { String($0.dropLast()) }, [], "20 requests sent again, 0 answered otherwise"),
        (
            "empty lines", { $0.replacing("\n", with: "\n\n \n") + "\n" }, [],
            "20 requests sent again, 0 answered otherwise"
        ),
        (
            "line ends of Windows", { $0.replacing("\n", with: "\r\n") }, [],
            "20 requests sent again, 0 answered otherwise"
        ),
        ("a byte order mark", { "\u{FEFF}" + $0 }, [], "20 requests sent again, 0 answered otherwise"),
        (
            "a line that is no entry", { $0 + "{}\n" }, ["line 22 was left out: it is no entry of a journal"],
            "20 requests sent again, 0 answered otherwise; left out: 1 line"
        ),
        (
            "a torn line in the middle", { $0.replacingLine(17, by: "{") },
            ["line 17 was left out: it is no JSON: expected a key in double quotes or '}', found the end of the text"],
            "19 requests sent again, 0 answered otherwise; left out: 1 line"
        ),
        (
            "a gap in the middle", { $0.replacingLine(17, by: #"{"gap":1}"#) },
            ["line 17: 1 line missing here; what is answered after it may differ"],
            "19 requests sent again, 0 answered otherwise; missing: 1 line"
        ),
        (
            "a gap", { $0 + #"{"gap":2}"# + "\n" },
            ["line 22: 2 lines missing here; what is answered after it may differ"],
            "20 requests sent again, 0 answered otherwise; missing: 2 lines"
        ),
        (
            "torn lines without number", { $0 + String(repeating: "{\n", count: 12) },
            (22...31).map {
                "line \($0) was left out: it is no JSON: expected a key in double quotes or '}', found the end of the text"
            },
            "20 requests sent again, 0 answered otherwise; left out: 12 lines"
        ),
    ]

    @Test("whole lines of a damaged journal are sent again, and the others are reported", arguments: damages)
    func damaged(
        _ damage: (name: String, change: @Sendable (String) -> String, remarks: [String], summary: String)
    ) throws {
        let recorded = try Recorded(folder)
        try recorded.play()
        recorded.send(.get, "/api/v1/sdk/personas")
        let report = try recorded.report(damage.change(try recorded.text()))
        #expect(report.lines == damage.remarks + [damage.summary])
        #expect(report.exitCode == 0)
    }

    @Test("a large snapshot is kept in the journal, so that the answers after it are the same")
    func snapshot() throws {
        let recorded = try Recorded(folder)
        try recorded.play()
        let snapshot = try #require(recorded.control(.get, "/sandboxes/pk_test_a/snapshot"))
        // White space makes it as large as one of a long play, which would go to a file.
        let bytes = Array(repeating: UInt8(ascii: " "), count: 100_000) + snapshot.bytes
        let restored = recorded.send(
            .put, "/_foilmock/v1/sandboxes/pk_test_b/snapshot", .file(Kept(bytes)),
            ["Authorization": "Bearer \(Recorded.token)", "Host": "127.0.0.1:1"])
        #expect(restored?["players"] != nil)
        recorded.send(.get, "/api/v1/sdk/personas", "", ["X-API-Key": "pk_test_b"])
        #expect(try recorded.report().lines == ["21 requests sent again, 0 answered otherwise"])
    }

    private final class Kept: BodyFile {
        private let bytes: [UInt8]
        var count: Int { bytes.count }

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        func read(_ range: Range<Int>) throws(ProtocolError) -> [UInt8] { Array(bytes[range]) }
    }
}

@Suite("Settings in a journal")
struct RecordedSettingTests {
    /// Settings of the server's address, files and limits of time, and secrets.
    static let unrecorded: Set<String> = [
        "host", "port", "fixtures", "watch", "db", "snapshot", "ready_file", "durability", "jwt_secret",
        "control_token", "control_token_file",
        "allow_host",
        "log", "log_file", "metrics_listen", "explain", "journal", "drain", "idle_timeout", "head_timeout",
        "body_timeout",
        "write_timeout",
        "connections",
        "head_bytes", "line_bytes", "head_fields", "cached_players",
    ]

    @Test("each setting is in the journal, or is known to change no answer", arguments: Sample.all)
    func complete(_ sample: Sample) throws {
        var configuration = Configuration()
        for value in sample.values {
            try configuration.set(sample.setting, value, from: "test")
            let recorded = ServerSetting.recorded(of: configuration)
            #expect(recorded.contains { $0.name == sample.name } != Self.unrecorded.contains(sample.name))
            var again = Configuration()
            for (name, value) in recorded {
                try again.set(try #require(ServerSetting.all.first { $0.name == name }), value, from: "journal")
            }
            #expect(Self.unrecorded.contains(sample.name) || sample.shown(again) == sample.shown(configuration))
        }
    }
}

extension String {
    /// - Parameter number: the line's number, from 1.
    fileprivate func replacingLine(_ number: Int, by line: String) -> String {
        var lines = split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines[number - 1] = line
        return lines.joined(separator: "\n")
    }
}

import ControlAPI
import Dialogue
import Fixtures
import HTTP
import JSON
import Journal
import Store
import Support
import Testing

@testable import Emulator
@testable import Program

@Suite("The ready block")
struct ReadyBlockTests {
    static func catalog(_ accounts: String? = nil) throws -> Catalog {
        var files = FixtureSource.embedded.filter { $0.path.contains("grumpy-barista") }
        if let accounts { files.append(FixtureFile(path: "accounts.json", bytes: Array(accounts.utf8))) }
        files += [
            FixtureFile(
                path: "personas/zed/persona.json",
                bytes: Array(#"{"id": "00000000-0000-4000-8000-00000000000a", "name": "Zed"}"#.utf8)),
            FixtureFile(
                path: "personas/hidden/persona.json", bytes: Array(#"{"name": "Hidden", "is_published": false}"#.utf8)),
        ]
        let machine = Array(#"{"states": [{"state_key": "s", "is_initial_state": true}]}"#.utf8)
        files += ["zed", "hidden"].map { FixtureFile(path: "personas/\($0)/machines/m.json", bytes: machine) }
        return try Catalog.load(files, dialects: Wiring.fixtureKeys, identify: Identifiers.fixture)
    }

    @Test("the ready block has all that a first call needs, in columns")
    func text() throws {
        let catalog = try Self.catalog()
        #expect(
            ReadyBlock(
                url: "http://127.0.0.1:8000", accounts: catalog.accounts, personas: catalog.personas,
                fixtures: .builtIn, database: "/tmp/x.db", metrics: nil
            ).text.plain == """
                foilmock \(App.version) is ready
                  base URL  http://127.0.0.1:8000
                  API key   pk_live_demo  (or any pk_test_<name>: an account of its own)
                  fixtures  built in
                  database  /tmp/x.db
                  personas  c4e5a41a-5edd-5d9a-be68-ede199b8f7c4  Grumpy Barista
                            00000000-0000-4000-8000-00000000000a  Zed
                  try       curl -H 'X-API-Key: pk_live_demo' http://127.0.0.1:8000/api/v1/sdk/personas
                """)
    }

    static let keys: [(String, String)] = [
        (#"["pk_live_secret"]"#, "pk_test_hello"), (#"["pk_live_secret", "pk_test_team"]"#, "pk_test_team"),
        ("[]", "pk_test_hello"),
    ]

    @Test("a key of a fixture is shown only if it is a test key", arguments: keys)
    func key(_ listed: String, _ shown: String) throws {
        let catalog = try Self.catalog("{\"accounts\": [{\"name\": \"a\", \"keys\": \(listed)}]}")
        let text = ReadyBlock(
            url: "u", accounts: catalog.accounts, personas: catalog.personas, fixtures: .folder("/f"), database: "d",
            metrics: "http://127.0.0.1:9464/metrics"
        ).text.plain
        #expect(text.contains("API key   \(shown)  (or"))
        #expect(text.contains("X-API-Key: \(shown)'"))
        #expect(text.contains("fixtures  /f"))
        #expect(text.contains("metrics   http://127.0.0.1:9464/metrics"))
        #expect(!text.contains("secret"))
    }
}

@Suite("The log")
struct LogTests {
    /// What a log of that style writes of two requests and one message of each kind.
    static func lines(_ style: Configuration.LogStyle) throws -> [String] {
        let written = Written()
        let clock = TestClock()
        let log = Log(style, clock: clock.clock, write: { written.chunks.append(String(decoding: $0, as: UTF8.self)) })
        let emulator = try Emulator(
            catalog: ReadyBlockTests.catalog(), store: MemoryStore(), clock: clock.clock, media: .none,
            journal: JournalBook(monotonic: { 0 }), warn: log.warning)
        let dispatcher = Dispatcher(
            emulator,
            dialects: [
                Control(emulator, beside: [], options: Control.Options(token: "control-token"), version: "1.2.3")
            ], crossOrigin: CrossOrigin(.any),
            log: log.request)
        for path in ["/_foilmock/health", "/secret/path"] {
            let head = RequestHead(method: .get, path: path, query: "user_session_id=Sam&token=x")
            _ = dispatcher.respond(to: Request(head: head))
        }
        _ = dispatcher.endBatch()
        emulator.warn("careful")
        log.notice("done")
        log.error("a.json:1:2: error: wrong")
        #expect(written.chunks.isEmpty)
        log.flush()
        log.flush()
        #expect(written.chunks.count == 1)
        return written.chunks.joined().split(separator: "\n").map(String.init)
    }

    private final class Written {
        var chunks: [String] = []
    }

    static let styles: [(Configuration.LogStyle, [String])] = [
        (
            .text,
            [
                "2026-03-10T12:00:00Z GET /_foilmock/health 200", "2026-03-10T12:00:00Z GET /secret/path 404",
                "2026-03-10T12:00:00Z warning: careful", "2026-03-10T12:00:00Z done", "a.json:1:2: error: wrong",
            ]
        ),
        (
            .json,
            [
                #"{"time":"2026-03-10T12:00:00Z","level":"info","method":"GET","path":"/_foilmock/health","#
                    + #""route":"/_foilmock/health","sandbox":null,"status":200,"duration_us":0,"#
                    + #""request_id":"req_7c9f43704bad1ca07a4d891f"}"#,
                #"{"time":"2026-03-10T12:00:00Z","level":"info","method":"GET","path":"/secret/path","#
                    + #""route":null,"sandbox":"demo","status":404,"duration_us":0,"#
                    + #""request_id":"req_128dafcf7ef258c0b7e189c9"}"#,
                #"{"time":"2026-03-10T12:00:00Z","level":"warning","warning":"careful"}"#,
                #"{"time":"2026-03-10T12:00:00Z","level":"info","notice":"done"}"#,
                #"{"time":"2026-03-10T12:00:00Z","level":"error","error":"a.json:1:2: error: wrong"}"#,
            ]
        ),
        (
            .errors,
            [
                "2026-03-10T12:00:00Z GET /secret/path 404", "2026-03-10T12:00:00Z warning: careful",
                "a.json:1:2: error: wrong",
            ]
        ),
        (.off, ["a.json:1:2: error: wrong"]),
    ]

    @Test("each style writes its own lines, without queries, once at the end of a batch", arguments: styles)
    func style(_ style: Configuration.LogStyle, _ expected: [String]) throws {
        let lines = try Self.lines(style)
        #expect(lines == expected)
        #expect(!lines.contains { $0.contains("Sam") || $0.contains("?") })
    }

    static let unanswered: [(Configuration.LogStyle, String)] = [
        (.text, "2026-03-10T12:00:00Z GET /a no answer\n"), (.errors, "2026-03-10T12:00:00Z GET /a no answer\n"),
        (
            .json,
            #"{"time":"2026-03-10T12:00:00Z","level":"info","method":"GET","path":"/a","route":"/{x}","#
                + #""sandbox":"cart","status":null,"duration_us":2500,"request_id":"mine"}"# + "\n"
        ), (.off, ""),
    ]

    @Test("a request of which the connection was reset has no status, and is an error", arguments: unanswered)
    func noAnswer(_ style: Configuration.LogStyle, _ expected: String) {
        let written = Written()
        let log = Log(style, clock: TestClock().clock) { written.chunks.append(String(decoding: $0, as: UTF8.self)) }
        var entry = Dispatcher.Entry(
            RequestHead(method: .get, path: "/a"), status: nil, route: "/{x}", sandbox: "cart", requestID: "mine")
        entry.duration = 2_500_999
        log.request(entry)
        log.flush()
        #expect(written.chunks.joined() == expected)
    }
}

@Suite("Health and readiness")
struct ControlTests {
    static func answer(_ method: HTTP.Method, _ path: String) throws -> (status: Int, body: String) {
        let emulator = try Emulator(
            catalog: ReadyBlockTests.catalog(), store: MemoryStore(), media: .none, warn: { _ in })
        let dispatcher = Dispatcher(
            emulator,
            dialects: [
                Control(emulator, beside: [], options: Control.Options(token: "control-token"), version: "1.2.3")
            ], crossOrigin: CrossOrigin(.any))
        let response = dispatcher.respond(to: Request(head: RequestHead(method: method, path: path))).workedOut()
        return (response.status.code, String(decoding: response.body, as: UTF8.self))
    }

    static let routes: [(String, Int, String)] = [
        ("/_foilmock/health", 200, #"{"status":"ok"}"#), ("/_foilmock/ready", 200, #"{"status":"ready"}"#),
        ("/_foilmock/nothing", 404, #"{"error":{"message":"Not Found"}}"#),
        ("/_foilmock/none.js", 404, #"{"error":{"message":"Not Found"}}"#),
    ]

    @Test("health and readiness need no key", arguments: routes)
    func route(_ path: String, _ status: Int, _ body: String) throws {
        let answer = try Self.answer(.get, path)
        #expect(answer == (status, body))
    }

    @Test("a POST of health is a 405")
    func method() throws {
        #expect(try Self.answer(.post, "/_foilmock/health").status == 405)
    }
}

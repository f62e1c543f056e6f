@testable import Emulator
import Fixtures
import FluidTalkAPI
import FoilEngineAPI
import HTTP
import HTTPServer
import JSON
import Store
import Support
import Testing

@testable import Program

/// A setting, its default and three values that it takes, all as `shown` writes them.
struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    let standard: String
    let values: [String]
    let shown: @Sendable (Configuration) -> String

    init(
        _ name: String, _ standard: String, _ first: String, _ second: String, _ third: String,
        _ shown: @escaping @Sendable (Configuration) -> String
    ) {
        self.name = name
        self.standard = standard
        values = [first, second, third]
        self.shown = shown
    }

    var testDescription: String { name }
    var setting: ServerSetting { ServerSetting.all.first { $0.name == name }! }

    static let all = [
        Sample("host", "127.0.0.1", "a", "::1", "0.0.0.0") { $0.host },
        Sample("port", "8000", "0", "1", "65535") { "\($0.port)" },
        Sample("fixtures", "none", "a", "b", "c") { $0.fixtures ?? "none" },
        Sample("watch", "false", "true", "false", "true") { "\($0.watch)" },
        Sample("db", "none", "a", "b", ":memory:") { $0.database ?? "none" },
        Sample("snapshot", "none", "a", "b", "c") { $0.snapshot ?? "none" },
        Sample("ready_file", "none", "a", "b", "c") { $0.readyFile ?? "none" },
        Sample("durability", "normal", "full", "normal", "full") { $0.durability.rawValue },
        Sample("seed", "1", "-1", "9223372036854775807", "-9223372036854775808") { "\($0.seed)" },
        Sample("rate_limits", "docs", "off", "1/1000000", "30/61") { shown($0.rateLimits) },
        Sample("jwt_secret", "none", "a", "b", "c") { $0.jwtSecret ?? "none" },
        Sample("cors_origins", "*", "none", "http://a.test", "http://a.test,https://b.test:8443") {
            switch $0.origins {
            case .any: "*"
            case .listed(let list): list.isEmpty ? "none" : list.joined(separator: ",")
            }
        },
        Sample("control_token", "none", "12345678", "with-$igns", "longer-than-that") { $0.controlToken ?? "none" },
        Sample("control_token_file", "none", "a", "b", "c") { $0.controlTokenFile ?? "none" },
        Sample("allow_host", "", "foilmock", "mock.example,b", "my_mock") { $0.allowedHosts.joined(separator: ",") },
        Sample("clock", "real", "2026-03-10T12:00:00Z", "1970-01-01T00:00:00Z", "2261-12-31T23:59:59Z") {
            if case .frozen(let time) = $0.clock.mode { time.text } else { "real" }
        },
        Sample("log", "text", "json", "errors", "off") { $0.log.rawValue },
        Sample("log_file", "none", "a", "b", "c") { $0.logFile ?? "none" },
        Sample("explain", "false", "true", "false", "true") { "\($0.explain)" },
        Sample("journal_entries", "250", "0", "1", "1000000") { "\($0.journalEntries)" },
        Sample("journal", "none", "a", "b", "c") { $0.journal ?? "none" },
        Sample("metrics_listen", "none", "127.0.0.1:1", "[::1]:2", "localhost:3") { $0.metricsListen?.text ?? "none" },
        Sample("require_llm_key", "false", "true", "false", "true") { "\($0.foilEngine.requiresLLMKey)" },
        Sample("web_auth", "optional", "required", "optional", "required") { $0.foilEngine.webAuth.rawValue },
        Sample("first_token_ms", "0", "1", "2", "600000") { "\($0.foilEngine.pacing.firstTokenMilliseconds)" },
        Sample("tokens_per_second", "0", "1", "2", "1000000") { "\($0.foilEngine.pacing.tokensPerSecond)" },
        Sample("public_url", "none", "http://a.test", "https://b.test", "https://c.test:8443") {
            $0.fluidTalk.publicURL ?? "none"
        },
        Sample("upload_bytes", "10485760", "1", "2", "1073741824") { "\($0.fluidTalk.uploadBytes)" },
        Sample("open_accounts", "10000", "1", "2", "1000000") { "\($0.openAccounts)" },
        Sample("drain", "10s", "0s", "1s", "2s") { shown($0.limits.drain) },
        Sample("idle_timeout", "60s", "1s", "2s", "3s") { shown($0.limits.idle) },
        Sample("head_timeout", "10s", "1s", "2s", "3s") { shown($0.limits.headDeadline) },
        Sample("body_timeout", "30s", "1s", "2s", "3s") { shown($0.limits.bodyDeadline) },
        Sample("write_timeout", "30s", "1s", "2s", "3s") { shown($0.limits.writeStall) },
        Sample("connections", "10000", "1", "2", "1000000") { "\($0.limits.connections)" },
        Sample("head_bytes", "16384", "256", "257", "1048576") { "\($0.limits.head.headBytes)" },
        Sample("line_bytes", "8192", "256", "257", "1048576") { "\($0.limits.head.lineBytes)" },
        Sample("head_fields", "100", "1", "2", "10000") { "\($0.limits.head.fieldCount)" },
        Sample("body_bytes", "1048576", "1", "2", "1073741824") { "\($0.bodyBytes)" },
        Sample("snapshot_bytes", "67108864", "1", "2", "1073741824") { "\($0.snapshotBytes)" },
        Sample("json_depth", "64", "1", "2", "512") { "\($0.jsonDepth)" },
        Sample("cached_players", "10000", "0", "1", "1000000") { "\($0.cachedPlayers)" },
    ]

    private static func shown(_ duration: Duration) -> String { "\(duration.components.seconds)s" }

    private static func shown(_ limits: RateLimits?) -> String {
        guard let limits else { return "off" }
        return limits == RateLimits() ? "docs" : "\(limits.messagesPerMinute)/\(limits.otherPerMinute)"
    }
}

@Suite("Settings")
struct SettingTests {
    let folder = TemporaryFolder()

    @Test("each setting has a sample in this file")
    func complete() {
        #expect(ServerSetting.all.map(\.name) == Sample.all.map(\.name))
    }

    @Test("a setting that is not set has its default", arguments: Sample.all)
    func standard(_ sample: Sample) throws {
        #expect(sample.shown(Configuration()) == sample.standard)
        #expect(sample.shown(try Configuration(flags: [], environment: [:])) == sample.standard)
    }

    @Test("a flag beats the environment, which beats the file, which beats the default", arguments: Sample.all)
    func precedence(_ sample: Sample) throws {
        let file = folder.write("{\"\(sample.name)\": \"\(sample.values[0])\"}", to: "config.json")
        let (variable, flag) = (sample.setting.variable, sample.setting.flag)
        func shown(_ arguments: [String], _ environment: Environment) throws -> String {
            sample.shown(try Configuration(flags: Flags(arguments), environment: environment))
        }
        let inFile = ["--config", file]
        let inEnvironment: Environment = [variable: sample.values[1]]
        let asFlag = sample.setting.isSwitch ? [flag] : [flag, sample.values[2]]
        #expect(try shown(inFile, [:]) == sample.values[0])
        #expect(try shown([], ["FOILMOCK_CONFIG": file]) == sample.values[0])
        #expect(try shown([], inEnvironment) == sample.values[1])
        #expect(try shown(inFile, inEnvironment) == sample.values[1])
        #expect(try shown(asFlag, [:]) == sample.values[2])
        #expect(try shown(inFile + asFlag, [:]) == sample.values[2])
        #expect(try shown(asFlag, inEnvironment) == sample.values[2])
        #expect(try shown(asFlag + inFile, inEnvironment) == sample.values[2])
        #expect(try shown(["\(flag)=\(sample.values[2])"], inEnvironment) == sample.values[2])
        #expect(try shown(asFlag + ["\(flag)=\(sample.values[0])"], [:]) == sample.values[0])
    }

    @Test("an empty variable is one that is not set", arguments: Sample.all)
    func empty(_ sample: Sample) throws {
        let file = folder.write("{\"\(sample.name)\": \"\(sample.values[0])\"}", to: "config.json")
        let environment: Environment = [sample.setting.variable: "", "FOILMOCK_CONFIG": ""]
        #expect(try Configuration(flags: [], environment: environment) == Configuration())
        let configuration = try Configuration(flags: Flags(["--config", file]), environment: environment)
        #expect(sample.shown(configuration) == sample.values[0])
    }

    @Test("a flag hides its variable, whatever that holds", arguments: Sample.all)
    func hidden(_ sample: Sample) throws {
        let flag = sample.setting.isSwitch ? sample.setting.flag : "\(sample.setting.flag)=\(sample.values[2])"
        let notUTF8 = SystemText(bytes: Array("\(sample.setting.variable)=".utf8) + [0xE9])
        let configuration = try Configuration(flags: Flags([flag]), environment: Environment([notUTF8]))
        #expect(sample.shown(configuration) == sample.values[2])
    }

    @Test("a setting changes nothing but itself", arguments: Sample.all)
    func alone(_ sample: Sample) throws {
        var configuration = Configuration()
        for value in sample.values { try configuration.set(sample.setting, value, from: "test") }
        for other in Sample.all where other.name != sample.name {
            #expect(other.shown(configuration) == other.standard)
        }
    }

    static let switches: [(String, Bool)] = [("true", true), ("1", true), ("false", false), ("0", false)]

    @Test("a switch takes true, 1, false and 0", arguments: switches)
    func switched(_ text: String, _ isOn: Bool) throws {
        for before in [true, false] {
            var configuration = Configuration()
            configuration.watch = before
            try configuration.set(try #require(ServerSetting.all.first { $0.isSwitch }), text, from: "test")
            #expect(configuration.watch == isOn)
        }
    }

    @Test("a setting's flag and variable follow from its name")
    func names() throws {
        let setting = try #require(ServerSetting.all.first { $0.name == "rate_limits" })
        #expect(setting.flag == "--rate-limits")
        #expect(setting.variable == "FOILMOCK_RATE_LIMITS")
    }

    static let wrong: [(String, [String])] = [
        ("host", [""]), ("fixtures", [""]), ("watch", ["", "yes", "TRUE", "2"]), ("db", [""]),
        ("port", ["", "x", "-1", "65536", "1.0", " 1", "1e3", "0x1"]),
        ("durability", ["", "Full", "none"]), ("seed", ["", "x", "9223372036854775808"]),
        ("rate_limits", ["", "on", "1", "0/1", "1/0", "1/1000001", "1/2/3", "/", "1/", "a/b", "-1/1", "DOCS"]),
        ("ready_file", [""]), ("public_url", ["", "a.test", "https://a.test/x"]), ("web_auth", ["", "off"]),
        ("jwt_secret", [""]),
        ("first_token_ms", ["-1", "600001", "1s"]),
        ("tokens_per_second", ["-1", "1000001", "0.5"]),
        (
            "cors_origins",
            ["", "a.test", "http://", "http://a.test/", "http://a.test,", "ftp://a.test", "http://*.a.test"]
        ),
        ("control_token", ["", "1234567", "with a space", "ümlaut-token"]),
        ("allow_host", ["", "a,", "a:8000", "a/b"]),
        ("clock", ["", "now", "2026-03-10", "2026-02-30T00:00:00Z", "2262-01-01T00:00:00Z", "1969-12-31T23:59:59Z"]),
        ("log", ["", "none"]), ("log_file", [""]), ("journal_entries", ["-1", "1000001"]), ("journal", [""]),
        ("metrics_listen", ["", "127.0.0.1", "::1:9464", "a:65536"]),
        ("open_accounts", ["0", "1000001"]),
        ("drain", ["", "10", "s", "1h", "-1s", "1.5s", "1 s"]),
        ("idle_timeout", ["1000000s"]), ("connections", ["0", "1000001"]), ("head_bytes", ["255", "1048577"]),
        ("head_fields", ["0", "10001"]), ("body_bytes", ["0", "1073741825"]), ("json_depth", ["0", "513"]),
        ("cached_players", ["-1", "1000001"]),
    ]

    @Test("a wrong value is refused, with what the setting takes", arguments: wrong)
    func refused(_ name: String, _ values: [String]) throws {
        let setting = try #require(ServerSetting.all.first { $0.name == name })
        for value in values {
            var configuration = Configuration()
            let near = Suggestion.text(for: value, among: Placeholder(setting.placeholder).words)
            let told = setting.isSecret ? "" : ", not '\(value)'\(near)"
            #expect(throws: AppError.usage("here must be \(setting.takes)\(told)")) {
                try configuration.set(setting, value, from: "here")
            }
        }
    }

    @Test("a refusal does not show the wrong value of a secret")
    func secrets() {
        #expect(ServerSetting.all.filter(\.isSecret).map(\.name) == ["jwt_secret", "control_token"])
    }

    @Test("config/foilmock.json holds exactly the settings, with their defaults")
    func shippedFile() throws {
        let members = try #require(try JSONReader.read(try Repository.bytes("config/foilmock.json")).members)
        #expect(members.map(\.key).filter { $0 != "$comment" } == ServerSetting.all.map(\.name))
        let flags = try Flags(["--config", "\(Repository.root)/config/foilmock.json"])
        #expect(try Configuration(flags: flags, environment: [:]) == Configuration())
        for member in members where !member.value.isNull && member.key != "$comment" {
            let sample = try #require(Sample.all.first { $0.name == member.key })
            let shown =
                member.value.string ?? member.value.integer.map(String.init) ?? member.value.bool.map(String.init)
            #expect(shown == sample.standard)
        }
    }

    static let plain = Sample.all.filter {
        ![
            "fixtures", "db", "durability", "rate_limits", "public_url", "control_token", "allow_host", "log",
            "log_file",
        ].contains(
            $0.name)
    }

    @Test("the help shows a default that is a number, a time or an address", arguments: plain)
    func helpDefault(_ sample: Sample) {
        #expect(sample.setting.help.hasSuffix("(\(sample.standard))"))
    }

    static let durations: [(String, Duration?)] = [
        ("0ms", .zero), ("1ms", .milliseconds(1)), ("500ms", .milliseconds(500)), ("10s", .seconds(10)),
        ("2m", .seconds(120)), ("999999m", .seconds(59_999_940)), ("007s", .seconds(7)), ("", nil), ("s", nil),
        ("10", nil),
        ("10S", nil), ("1000000s", nil), ("-1s", nil), ("+1s", nil), ("1.5s", nil), ("1s ", nil), (" 1s", nil),
        ("1h", nil), ("1sm", nil), ("１s", nil), ("٣s", nil),
    ]

    @Test("a time is a whole number of at most six digits with its unit", arguments: durations)
    func duration(_ text: String, _ duration: Duration?) {
        #expect(Duration(setting: text) == duration)
    }
}

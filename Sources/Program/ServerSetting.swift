import HTTP
import Dialogue
import Emulator
import Fixtures
import HTTPServer
import Store

typealias ServerSetting = Setting<Configuration>

extension Setting<Configuration> {
    static var all: [ServerSetting] { groups.flatMap(\.settings) }

    /// All settings by their subjects, in the order of the help and of the configuration file.
    static var groups: [(title: String, settings: [ServerSetting])] {
        [
            ("ADDRESS AND FILES", places), ("ANSWERS", answers), ("CONTROL API", control),
            ("LOG, JOURNAL, METRICS", records),
        ] + Wiring.settings + [("LIMITS", bounds)]
    }

    /// The settings on which answers depend, as texts for `apply`, for a replay. Secrets are not included, and neither
    /// are settings about the address and the speed of the server.
    static func recorded(of configuration: Configuration) -> [(name: String, value: String)] {
        all.compactMap { setting in setting.recorded(configuration).map { (setting.name, $0) } }
    }

    private static var places: [ServerSetting] {
        [
            Setting(name: "host", placeholder: "ADDRESS", takes: "an address", help: "Listen here (127.0.0.1)") {
                $0.host = $1
                return !$1.isEmpty
            },
            number("port", \.port, 0...65535, "Listen on this port; 0 picks a free one, as exec does (8000)"),
            text(
                "fixtures", \.fixtures, placeholder: "DIR", takes: "a folder",
                "Personas and accounts (a fixtures folder beside the program, else built in)"),
            toggle("watch", \.watch, "Load fixtures again when they change, as SIGHUP does once (false)"),
            text(
                "db", \.database, placeholder: "FILE", takes: "a file or :memory:",
                "Database, :memory: as of exec, or postgresql://… ($XDG_STATE_HOME/foilmock/foilmock.db)"),
            text(
                "snapshot", \.snapshot, placeholder: "FILE", takes: "a file",
                "Restored at start into the sandbox that it names, in place of all that was there (none)"),
            text(
                "ready_file", \.readyFile, placeholder: "FILE", takes: "a file",
                "Written as JSON when the server takes requests: where it is, a key, the control token (none)"),
            choice("durability", \.durability, "Survive a power cut, or only a crash (normal)"),
        ]
    }

    private static var answers: [ServerSetting] {
        [
            number("seed", \.seed, Int.min...Int.max, isRecorded: true, "What ids derive from (1)"),
            Setting(
                name: "rate_limits", placeholder: "docs|off|M/N",
                takes: "docs, off, or two whole numbers a minute as MESSAGES/OTHER",
                help: "Requests a minute: messages and others (docs: 30/60)", recorded: { text(of: $0.rateLimits) },
                apply: rateLimits),
            text(
                "jwt_secret", \.jwtSecret, placeholder: "SECRET", takes: "a secret", isSecret: true,
                "Take HS256 tokens signed with this; better set as a variable (none)"),
            Setting(
                name: "cors_origins", placeholder: "*|ORIGIN,…",
                takes: "*, none, or origins such as http://localhost:3000",
                help: "Pages that may call from a browser (*)", recorded: { text(of: $0.origins) }, apply: origins),
        ]
    }

    private static var control: [ServerSetting] {
        [
            Setting(
                name: "control_token", placeholder: "TOKEN", takes: Token.takes,
                help: "What the control API takes; better set as a variable (made anew and printed)", isSecret: true
            ) {
                $0.controlToken = $1
                return Token.isValid($1)
            },
            text(
                "control_token_file", \.controlTokenFile, placeholder: "FILE", takes: "a file",
                "Holds the token that the control API takes, in one line (none)"),
            Setting(
                name: "allow_host", placeholder: "NAME,…", takes: "names such as foilmock or mock.example",
                help: "Names by which the control API may be called (localhost and the address listened on)"
            ) {
                $0.allowedHosts = $1.lowercased().split(separator: ",", omittingEmptySubsequences: false).map(
                    String.init)
                return $0.allowedHosts.allSatisfy(isHost)
            },
            Setting(
                name: "clock", placeholder: "real|TIME",
                takes: "real, or a time such as 2026-03-10T12:00:00Z or 2026-03-10T13:00:00+01:00",
                help: "The real time, or one that stands still until a test moves it (real)",
                recorded: { text(of: $0.clock) }
            ) {
                guard $1 != "real" else {
                    $0.clock = .real
                    return true
                }
                guard let time = Timestamp(text: $1) else { return false }
                $0.clock = SandboxClock(.frozen(time))
                return true
            },
        ]
    }

    private static var records: [ServerSetting] {
        [
            choice("log", \.log, "Requests, one line each; of exec: off, or text with --log-file (text)"),
            text("log_file", \.logFile, placeholder: "FILE", takes: "a file", "Where the log goes (standard error)"),
            toggle("explain", \.explain, "Have the log tell why each turn comes out as it does (false)"),
            number(
                "journal_entries", \.journalEntries, 0...1_000_000, isRecorded: true,
                "Requests that a sandbox's journal keeps; 0: none (250)"),
            text(
                "journal", \.journal, placeholder: "FILE", takes: "a file",
                "Written as JSON lines: all that is asked, for foilmock replay (none)"),
            metricsListen,
        ]
    }

    private static var metricsListen: ServerSetting {
        Setting(
            name: "metrics_listen", placeholder: "HOST:PORT", takes: "an address and a port such as 127.0.0.1:9464",
            help: "Serve /metrics there too, without the control token, for Prometheus (none)"
        ) {
            $0.metricsListen = MetricsAddress($1)
            return $0.metricsListen != nil
        }
    }

    private static var bounds: [ServerSetting] {
        [
            number(
                "open_accounts", \.openAccounts, 1...1_000_000, isRecorded: true,
                "Accounts that test keys may open (10000)"),
            duration("drain", \.limits.drain, "How long a stop waits for what runs (10s)"),
            duration("idle_timeout", \.limits.idle, "Between two requests of a connection (60s)"),
            duration("head_timeout", \.limits.headDeadline, "For a request's head to arrive (10s)"),
            duration("body_timeout", \.limits.bodyDeadline, "For a request's body to arrive (30s)"),
            duration("write_timeout", \.limits.writeStall, "Without the client reading (30s)"),
            number("connections", \.limits.connections, 1...1_000_000, "Open connections at most (10000)"),
            number("head_bytes", \.limits.head.headBytes, 256...1 << 20, "A request's head at most (16384)"),
            number("line_bytes", \.limits.head.lineBytes, 256...1 << 20, "A line of the head at most (8192)"),
            number("head_fields", \.limits.head.fieldCount, 1...10_000, "Fields of a head at most (100)"),
            number("body_bytes", \.bodyBytes, 1...1 << 30, isRecorded: true, "A request's body at most (1048576)"),
            number(
                "snapshot_bytes", \.snapshotBytes, 1...1 << 30, isRecorded: true, "A snapshot at most (67108864)"),
            number("json_depth", \.jsonDepth, 1...512, isRecorded: true, "Nesting of a JSON body at most (64)"),
            number(
                "cached_players", \.cachedPlayers, 0...1_000_000,
                "Players remembered in memory at most, so that they are not read from the database; 0: none (10000)"),
        ]
    }

    private static func isHost(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                    || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")].contains(byte)
            }
    }

    private static func origins(_ configuration: inout Configuration, _ text: String) -> Bool {
        switch text {
        case "*": configuration.origins = .any
        case "none": configuration.origins = .listed([])
        default:
            let list = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard list.allSatisfy(CrossOrigin.isOrigin) else { return false }
            configuration.origins = .listed(list.map { $0.lowercased() })
        }
        return true
    }

    private static func text(of origins: CrossOrigin.Origins) -> String {
        switch origins {
        case .any: "*"
        case .listed(let list): list.isEmpty ? "none" : list.joined(separator: ",")
        }
    }

    private static func rateLimits(_ configuration: inout Configuration, _ text: String) -> Bool {
        switch text {
        case "docs": configuration.rateLimits = RateLimits()
        case "off": configuration.rateLimits = nil
        default:
            let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count == 2, let messages = numbers[0], let other = numbers[1],
                (1...1_000_000).contains(messages), (1...1_000_000).contains(other)
            else { return false }
            configuration.rateLimits = RateLimits(messagesPerMinute: messages, otherPerMinute: other)
        }
        return true
    }

    private static func text(of limits: RateLimits?) -> String {
        guard let limits else { return "off" }
        return limits == RateLimits() ? "docs" : "\(limits.messagesPerMinute)/\(limits.otherPerMinute)"
    }

    private static func text(of clock: SandboxClock) -> String {
        if case .frozen(let time) = clock.mode { time.exactText } else { "real" }
    }
}

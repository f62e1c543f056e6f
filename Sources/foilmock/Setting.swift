import Dialogue
import Emulator
import Fixtures
import FluidTalkAPI
import FoilEngineAPI
import HTTP
import HTTPServer
import Store

/// One setting of the server. Its name is the key in the configuration file; its flag and its variable derive from it.
struct Setting {
    let name: String
    /// The placeholder of a value in `--help`; empty for a switch.
    let placeholder: String
    /// The description of valid values in errors.
    let takes: String
    let help: String
    /// Whether values are never shown, not even invalid ones, which can be nearly right.
    var isSecret = false
    /// Applies a value to the configuration; returns false when the text is invalid.
    let apply: (inout Configuration, String) -> Bool

    /// Whether the flag has no value.
    var isSwitch: Bool { placeholder.isEmpty }
    var flag: String { "--" + name.map { $0 == "_" ? "-" : String($0) }.joined() }
    var variable: String { "FOILMOCK_" + name.uppercased() }

    static var all: [Setting] { places + behaviour + bounds }

    private static var places: [Setting] {
        [
            Setting(name: "host", placeholder: "ADDRESS", takes: "an address", help: "Listen here (127.0.0.1)") {
                $0.host = $1
                return !$1.isEmpty
            },
            number("port", \.port, 0...65535, "Listen on this port; 0 picks a free one (8000)"),
            Setting(
                name: "fixtures", placeholder: "DIR", takes: "a folder",
                help: "Personas and accounts (a fixtures folder beside the program, else built in)"
            ) {
                $0.fixtures = $1
                return !$1.isEmpty
            },
            toggle("watch", \.watch, "Load the fixtures again whenever they change, as SIGHUP does once (false)"),
            Setting(
                name: "db", placeholder: "FILE", takes: "a file or :memory:",
                help: "Database, or :memory: ($XDG_STATE_HOME/foilmock/foilmock.db)"
            ) {
                $0.database = $1
                return !$1.isEmpty
            },
            Setting(
                name: "snapshot", placeholder: "FILE", takes: "a file",
                help: "Restored at start into the sandbox that it names, in place of all that was there (none)"
            ) {
                $0.snapshot = $1
                return !$1.isEmpty
            },
            Setting(
                name: "ready_file", placeholder: "FILE", takes: "a file",
                help: "Written as JSON when the server takes requests: where it is, a key, the control token (none)"
            ) {
                $0.readyFile = $1
                return !$1.isEmpty
            },
            choice("durability", \.durability, "Survive a power cut, or only a crash (normal)"),
        ]
    }

    private static var behaviour: [Setting] {
        [
            number("seed", \.seed, Int.min...Int.max, "What ids derive from (1)"),
            Setting(
                name: "rate_limits", placeholder: "docs|off|M/N",
                takes: "docs, off, or two whole numbers a minute as MESSAGES/OTHER",
                help: "Requests a minute: messages and others (docs: 30/60)", apply: rateLimits),
            toggle(
                "require_llm_key", \.foilEngine.requiresLLMKey,
                "Refuse chat calls without X-LLM-API-Key (false)"),
            choice("web_auth", \.foilEngine.webAuth, "Whether web chat needs a signed-in user (optional)"),
            Setting(
                name: "jwt_secret", placeholder: "SECRET", takes: "a secret",
                help: "Take HS256 tokens signed with this; better set as a variable (none)", isSecret: true
            ) {
                $0.jwtSecret = $1
                return !$1.isEmpty
            },
            number(
                "first_token_ms", \.foilEngine.pacing.firstTokenMilliseconds, 0...600_000,
                "From a stream's metadata to its first text (0)"),
            number(
                "tokens_per_second", \.foilEngine.pacing.tokensPerSecond, 0...1_000_000,
                "Words of a stream a second; 0: all at once (0)"),
            Setting(
                name: "public_url", placeholder: "URL", takes: "a URL such as https://mock.example",
                help: "What URLs of pictures begin with (the host that is asked)"
            ) {
                $0.fluidTalk.publicURL = $1
                return isOrigin($1)
            },
            Setting(
                name: "cors_origins", placeholder: "*|ORIGIN,…",
                takes: "*, none, or origins such as http://localhost:3000",
                help: "Pages that may call from a browser (*)", apply: origins),
            Setting(
                name: "control_token", placeholder: "TOKEN", takes: "8 to 200 visible ASCII characters",
                help: "What the control API takes; better set as a variable (made anew and printed)", isSecret: true
            ) {
                $0.controlToken = $1
                return (8...200).contains($1.utf8.count) && $1.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
            },
            Setting(
                name: "allow_host", placeholder: "NAME,…", takes: "names such as foilmock or mock.example",
                help: "Names by which the control API may be called (localhost and the address listened on)"
            ) {
                $0.allowedHosts = $1.lowercased().split(separator: ",", omittingEmptySubsequences: false).map(
                    String.init)
                return $0.allowedHosts.allSatisfy(isHost)
            },
            Setting(
                name: "clock", placeholder: "real|TIME", takes: "real, or a time such as 2026-03-10T12:00:00Z",
                help: "The real time, or one that stands still until a test moves it (real)"
            ) {
                guard $1 != "real" else {
                    $0.clock = .real
                    return true
                }
                guard let time = Timestamp(text: $1) else { return false }
                $0.clock = SandboxClock(.frozen(time))
                return true
            },
            choice("log", \.log, "Requests on standard error, one line each (text)"),
            toggle("explain", \.explain, "Have the log tell why each turn comes out as it does (false)"),
            number(
                "journal_entries", \.journalEntries, 0...1_000_000,
                "Requests that a sandbox's journal keeps; 0: none (250)"),
            Setting(
                name: "journal", placeholder: "FILE", takes: "a file",
                help: "Written as JSON lines: all that is asked, for foilmock replay (none)"
            ) {
                $0.journal = $1
                return !$1.isEmpty
            },
            number("open_accounts", \.openAccounts, 1...1_000_000, "Accounts that test keys may open (10000)"),
        ]
    }

    private static var bounds: [Setting] {
        [
            duration("drain", \.limits.drain, "How long a stop waits for what runs (10s)"),
            duration("idle_timeout", \.limits.idle, "Between two requests of a connection (60s)"),
            duration("head_timeout", \.limits.headDeadline, "For a request's head to arrive (10s)"),
            duration("body_timeout", \.limits.bodyDeadline, "For a request's body to arrive (30s)"),
            duration("write_timeout", \.limits.writeStall, "Without the client reading (30s)"),
            number("connections", \.limits.connections, 1...1_000_000, "Open connections at most (10000)"),
            number("head_bytes", \.limits.head.headBytes, 256...1 << 20, "A request's head at most (16384)"),
            number("line_bytes", \.limits.head.lineBytes, 256...1 << 20, "A line of the head at most (8192)"),
            number("head_fields", \.limits.head.fieldCount, 1...10_000, "Fields of a head at most (100)"),
            number("body_bytes", \.bodyBytes, 1...1 << 30, "A request's body at most (1048576)"),
            number("upload_bytes", \.fluidTalk.uploadBytes, 1...1 << 30, "A picture at most (10485760)"),
            number("snapshot_bytes", \.snapshotBytes, 1...1 << 30, "A snapshot at most (67108864)"),
            number("json_depth", \.jsonDepth, 1...512, "Nesting of a JSON body at most (64)"),
        ]
    }

    private static func number(
        _ name: String, _ path: WritableKeyPath<Configuration, Int>, _ range: ClosedRange<Int>, _ help: String
    ) -> Setting {
        let bounds = range == Int.min...Int.max ? "" : " from \(range.lowerBound) to \(range.upperBound)"
        return Setting(name: name, placeholder: "N", takes: "a whole number\(bounds)", help: help) {
            guard let number = Int($1), range.contains(number) else { return false }
            $0[keyPath: path] = number
            return true
        }
    }

    private static func toggle(
        _ name: String, _ path: WritableKeyPath<Configuration, Bool>, _ help: String
    ) -> Setting {
        Setting(name: name, placeholder: "", takes: "true or false", help: help) {
            switch $1 {
            case "true", "1": $0[keyPath: path] = true
            case "false", "0": $0[keyPath: path] = false
            default: return false
            }
            return true
        }
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ path: WritableKeyPath<Configuration, Choice>, _ help: String
    ) -> Setting where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        return Setting(
            name: name, placeholder: words.joined(separator: "|"), takes: "one of " + words.joined(separator: ", "),
            help: help
        ) {
            guard let choice = Choice(rawValue: $1) else { return false }
            $0[keyPath: path] = choice
            return true
        }
    }

    /// A time such as `10s`, `500ms` or `2m`.
    private static func duration(
        _ name: String, _ path: WritableKeyPath<Configuration, Duration>, _ help: String
    ) -> Setting {
        Setting(name: name, placeholder: "T", takes: "a time such as 500ms, 10s or 2m", help: help) {
            guard let duration = Duration(setting: $1) else { return false }
            $0[keyPath: path] = duration
            return true
        }
    }

    /// Whether a text is an origin as browsers write it: a scheme and a host, with nothing after them.
    private static func isOrigin(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 3 && ["http:", "https:"].contains(parts[0]) && parts[1].isEmpty && !parts[2].isEmpty
            && parts[2].utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "*") }
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
            guard list.allSatisfy(isOrigin) else { return false }
            configuration.origins = .listed(list.map { $0.lowercased() })
        }
        return true
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
}

extension Duration {
    /// Reads a whole number of at most six digits with its unit; nil for anything else.
    init?(setting text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard digits.count <= 6, let number = Int(digits) else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": self = .milliseconds(number)
        case "s": self = .seconds(number)
        case "m": self = .seconds(number * 60)
        default: return nil
        }
    }
}

import Fixtures
import HTTPServer
import Support
import Testing

@testable import Program

@Suite("The command line")
struct CommandTests {
    static func serving(_ change: (inout Configuration) -> Void = { _ in }) -> any Command {
        var configuration = Configuration()
        change(&configuration)
        return Serve(configuration)
    }

    static let program = Help(about: nil)

    static var commands: [([String], any Command)] {
        [
            ([], serving()), (["serve"], serving()), (["--port", "1"], serving { $0.port = 1 }),
            (["serve", "--port=1", "--seed", "-5"], serving { ($0.port, $0.seed) = (1, -5) }),
            (["--host", "--help-me"], serving { $0.host = "--help-me" }),
            (["--db=a=b"], serving { $0.database = "a=b" }),
            (["--watch"], serving { $0.watch = true }),
            (["--watch", "--port", "1"], serving { ($0.watch, $0.port) = (true, 1) }),
            (["serve", "--watch=1"], serving { $0.watch = true }), (["--watch", "--watch=false"], serving()),
            (["health"], Health("http://127.0.0.1:8000")), (["health", "http://h:1"], Health("http://h:1")),
            (["open"], OpenPage()), (["open", "--print", "--port", "1"], OpenPage(port: 1, isPrinted: true)),
            (["schema", "machine"], Schema.machine), (["schema", "story"], Schema.story),
            (["--version"], Version(isJSON: false)), (["version"], Version(isJSON: false)),
            (["serve", "--version"], Version(isJSON: false)), (["--version", "--json"], Version(isJSON: true)),
            (["--json", "--version"], Version(isJSON: true)), (["version", "--json"], Version(isJSON: true)),
            (["--help"], program), (["-h"], program), (["help"], program), (["--nonsense", "--help"], program),
            (["--help", "--version"], program), (["--port", "1", "-h"], program),
            (["serve", "--help"], Help(about: "serve")), (["health", "-h"], Help(about: "health")),
            (["new", "--help"], Help(about: "new")), (["check", "--nonsense", "--help"], Help(about: "check")),
            (["exec", "--help"], Help(about: "exec")), (["exec", "-h", "--", "x"], Help(about: "exec")),
            (["help", "check"], Help(about: "check")), (["help", "help"], Help(about: "help")),
            (["help", "--help"], Help(about: "help")),
        ]
    }

    @Test("arguments give a command", arguments: commands.indices)
    func command(_ index: Int) throws {
        let (arguments, wanted) = Self.commands[index]
        let found = try FoilmockTests.command(arguments)
        #expect(isEqual(found, wanted), "\(arguments): \(found)")
    }

    static let errors: [([String], String)] = [
        (
            ["dance"],
            "there is no command 'dance'; there are 'serve', 'exec', 'check', 'chat', 'test', 'record-story', 'explore', "
                + "'graph', 'new', 'import', 'export', 'replay', 'migrate', 'schema', 'health', 'open', 'completion', 'manual', 'help' "
                + "and 'version'"
        ),
        (["serve", "now"], "unexpected argument 'now': foilmock [serve] [OPTIONS]"),
        (["-p", "1"], "'foilmock serve' has no option '-p'"),
        (["--port", "1", "serve"], "unexpected argument 'serve'; a command comes first"),
        (["--prot", "1"], "'foilmock serve' has no option '--prot'; did you mean \"--port\"?"),
        (["--confg", "x"], "'foilmock serve' has no option '--confg'; did you mean \"--config\"?"),
        (["--verson"], "'foilmock serve' has no option '--verson'; did you mean \"--version\"?"),
        (["exec", "--prot", "1", "true"], "'foilmock exec' has no option '--prot'; did you mean \"--port\"?"),
        (["--hlp"], "'foilmock serve' has no option '--hlp'; did you mean \"--help\"?"),
        (["--nonsense"], "'foilmock serve' has no option '--nonsense'"),
        (["-v"], "there is no option '-v'; did you mean \"--version\"?"),
        (["check", "-V"], "there is no option '-V'; did you mean \"--version\"?"),
        (["serv"], "there is no command 'serv'; did you mean \"serve\"?"),
        (["serv", "--help"], "there is no command 'serv'; did you mean \"serve\"?"),
        (["help", "serv"], "there is no command 'serv'; did you mean \"serve\"?"),
        (["check", "--strct"], "'foilmock check' has no option '--strct'; did you mean \"--strict\"?"),
        (["check", "--nonsense"], "'foilmock check' has no option '--nonsense'"),
        (["--strict"], "'foilmock serve' has no option '--strict'; it is an option of 'foilmock check'"),
        (
            ["check", "--port=1"],
            "'foilmock check' has no option '--port'; it is an option of 'foilmock serve', 'foilmock exec' or "
                + "'foilmock open'"
        ),
        (["replay", "--fixture", "x"], "'foilmock replay' has no option '--fixture'; did you mean \"--fixtures\"?"),
        (["version", "--jsn"], "'foilmock version' has no option '--jsn'; did you mean \"--json\"?"),
        (["--"], "'foilmock serve' has no option '--'"), (["--port"], "'--port' needs a value"),
        (["--config"], "'--config' needs a value"),
        (["--rate_limits", "off"], "'foilmock serve' has no option '--rate_limits'; did you mean \"--rate-limits\"?"),
        (["--port", "x"], "--port must be a whole number from 0 to 65535, not 'x'"),
        (["--port="], "--port must be a whole number from 0 to 65535, not ''"),
        (["--seed", "x"], "--seed must be a whole number, not 'x'"), (["--host="], "--host must be an address, not ''"),
        (["--fixtures="], "--fixtures must be a folder, not ''"),
        (["--db="], "--db must be a file or :memory:, not ''"),
        (["--durability", "x"], "--durability must be one of normal, full, not 'x'"),
        (
            ["--rate-limits", "x"],
            "--rate-limits must be docs, off, or two whole numbers a minute as MESSAGES/OTHER, not 'x'"
        ),
        (["--watch", "false"], "unexpected argument 'false': foilmock [serve] [OPTIONS]"),
        (["--watch="], "--watch must be true or false, not ''"),
        (["--log", "x"], "--log must be one of text, json, errors, off, not 'x'"),
        (["--log", "jsn"], "--log must be one of text, json, errors, off, not 'jsn'; did you mean \"json\"?"),
        (["--drain", "5"], "--drain must be a time such as 500ms, 10s or 2m, not '5'"),
        (["health", "a", "b"], "unexpected argument 'b': foilmock health [URL]"),
        (
            ["health", "--port"],
            "'foilmock health' has no option '--port'; it is an option of 'foilmock serve', 'foilmock exec' or "
                + "'foilmock open'"
        ),
        (["open", "--port", "x"], "--port must be a number from 1 to 65535, not 'x'"),
        (["open", "--port=0"], "--port must be a number from 1 to 65535, not '0'"),
        (["open", "here"], "unexpected argument 'here': foilmock open [--port PORT] [--print]"),
        (["check", "--strict=maybe"], "--strict must be true or false, not 'maybe'"),
    ]

    @Test("a wrong argument is refused in one line that says what is allowed", arguments: errors)
    func error(_ arguments: [String], _ message: String) {
        #expect(throws: AppError(message: "Error: \(message)", isUsage: true)) { try FoilmockTests.command(arguments) }
    }

    @Test("the value of an option of one letter may follow at once, and what follows -- are operands")
    func short() throws {
        for words in [["-k", "gate mercy"], ["-k=gate mercy"], ["-kgate mercy"]] {
            #expect(try read(TestStories.self, words).words == ["gate", "mercy"])
        }
        let test = try read(TestStories.self, ["a", "--fail-fast", "--", "-k", "--junit"])
        #expect(test.paths == ["a", "-k", "--junit"] && test.failsFast && test.junit == nil)
    }

    @Test("a wrong variable is refused by name")
    func variable() {
        #expect(throws: AppError.usage("FOILMOCK_PORT must be a whole number from 0 to 65535, not 'x'")) {
            try FoilmockTests.command([] as [String], environment: ["FOILMOCK_PORT": "x", "PORT": "y"])
        }
    }

    @Test("health asks the server that the environment describes")
    func health() throws {
        let environment: Environment = ["FOILMOCK_PORT": "9", "FOILMOCK_HOST": "0.0.0.0"]
        #expect(try read(Health.self, [], environment: environment) == Health("http://127.0.0.1:9"))
    }

    static let hosts: [(String, String)] = [
        ("127.0.0.1", "http://127.0.0.1:8000"), ("localhost", "http://localhost:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://127.0.0.1:8000"), ("[::]", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000"),
        ("[::1]", "http://[::1]:8000"),
    ]

    @Test("the local URL can be called from this machine", arguments: hosts)
    func localURL(_ host: String, _ url: String) {
        var configuration = Configuration()
        configuration.host = host
        #expect(configuration.localURL == url)
    }
}

@Suite("The configuration file")
struct ConfigurationFileTests {
    let folder = TemporaryFolder()

    func read(_ text: String) throws -> Configuration {
        let file = folder.write(text, to: "c.json")
        return try Configuration(flags: Flags(["--config", file]), environment: [:])
    }

    @Test("a number may be a JSON number, null leaves the default, and comments are allowed")
    func values() throws {
        let configuration = try read(
            #"{"$schema": "x", "$comment": [1], "port": 9.0, "seed": -3, "drain": "1m", "host": null, "rate_limits": "1/2"}"#
        )
        var expected = Configuration()
        (expected.port, expected.seed, expected.limits.drain) = (9, -3, .seconds(60))
        expected.rateLimits = RateLimits(messagesPerMinute: 1, otherPerMinute: 2)
        #expect(configuration == expected)
    }

    @Test("a switch is true or false", arguments: [("true", true), ("false", false), ("null", false), ("1", true)])
    func toggle(_ value: String, _ isOn: Bool) throws {
        #expect(try read("{\"watch\": \(value)}").watch == isOn)
    }

    static let mistakes: [(String, String)] = [
        ("", "1:1: expected a value, found the end of the text"),
        ("{\n  port: 1}", "2:3: expected a key in double quotes or '}', found 'p'"),
        ("[]", " the file must be a JSON object"),
        ("{\n \"prot\": 1}", "2:2: there is no setting 'prot'; did you mean \"port\"?"),
        ("{\"rate-limits\": \"off\"}", "1:2: there is no setting 'rate-limits'; did you mean \"rate_limits\"?"),
        ("{\"nonsense\": 1}", "1:2: there is no setting 'nonsense'"),
        ("{\"port\": 70000}", "1:2: 'port' must be a whole number from 0 to 65535, not '70000'"),
        ("{\"port\": \"x\"}", "1:2: 'port' must be a whole number from 0 to 65535, not 'x'"),
        ("{\"port\": true}", "1:2: 'port' must be a whole number from 0 to 65535"),
        ("{\"watch\": \"on\"}", "1:2: 'watch' must be true or false, not 'on'"),
        ("{\"watch\": []}", "1:2: 'watch' must be true or false"),
        ("{\"port\": 1e99}", "1:2: 'port' must be a whole number from 0 to 65535"),
        ("{\"port\": 1.5}", "1:2: 'port' must be a whole number from 0 to 65535"),
        ("{\"log\": []}", "1:2: 'log' must be one of text, json, errors, off"),
    ]

    @Test("a mistake is refused with file, line and column", arguments: mistakes)
    func mistake(_ text: String, _ message: String) {
        #expect(throws: AppError.usage("\(folder.place("c.json")):\(message)")) { try read(text) }
    }

    @Test("a file that cannot be read is a failure with the reason, not a usage error")
    func unreadable() {
        let file = folder.place("missing.json")
        let error = AppError.failure("the configuration \(file) cannot be read: No such file or directory")
        #expect(throws: error) { try Configuration(flags: Flags(["--config", file]), environment: [:]) }
        #expect(throws: error) { try Configuration(flags: [], environment: ["FOILMOCK_CONFIG": file]) }
    }

    @Test("the file of --config is read, not the one of the environment")
    func oneFile() throws {
        let file = folder.write(#"{"port": 1}"#, to: "flag.json")
        let other = folder.write(#"{"seed": 2}"#, to: "environment.json")
        let configuration = try Configuration(
            flags: Flags(["--config", file]), environment: ["FOILMOCK_CONFIG": other])
        #expect((configuration.port, configuration.seed) == (1, 1))
    }
}

@Suite("foilmock exec")
struct ExecOptionsTests {
    @Test("everything after -- is the command, and the server's options come before it")
    func command() throws {
        let arguments = ["--seed", "7", "--", "run", "--help", "--", "-x"]
        let options = try read(Exec.self, arguments)
        #expect(options.command == ["run", "--help", "--", "-x"])
        #expect(options.configuration.seed == 7)
        #expect((options.configuration.port, options.configuration.database) == (0, ":memory:"))
        #expect(options.configuration.log == .off)
    }

    @Test("settings that are given go before the defaults of exec")
    func settings() throws {
        let arguments = ["--port", "1234", "--", "true"]
        let options = try read(Exec.self, arguments, environment: ["FOILMOCK_LOG": "text"])
        #expect((options.configuration.port, options.configuration.log) == (1234, .text))
    }

    static let logs: [([String], Configuration.LogStyle)] = [([], .text), (["--log", "errors"], .errors)]

    @Test("a file asks for a log, of the style that is set", arguments: logs)
    func logFile(_ flags: [String], _ style: Configuration.LogStyle) throws {
        let options = try read(Exec.self, ["--log-file", "f"] + flags + ["--", "true"])
        #expect((options.configuration.log, options.configuration.logFile) == (style, "f"))
    }

    @Test("where the server is, flags alone say")
    func place() throws {
        let folder = TemporaryFolder()
        let file = folder.write(#"{"host": "::1", "port": 7, "db": "/f", "seed": 3}"#, to: "c.json")
        func options(_ arguments: [String], _ environment: Environment) throws -> Configuration {
            try read(Exec.self, arguments + ["--", "x"], environment: environment).configuration
        }
        let variables: Environment = [
            "FOILMOCK_HOST": "0.0.0.0", "FOILMOCK_PORT": "no port", "FOILMOCK_DB": "/v", "FOILMOCK_SEED": "2",
        ]
        let ofVariables = try options([], variables)
        #expect((ofVariables.host, ofVariables.port, ofVariables.database) == ("127.0.0.1", 0, ":memory:"))
        #expect(ofVariables.seed == 2)
        let ofFile = try options([], ["FOILMOCK_CONFIG": file])
        #expect((ofFile.host, ofFile.port, ofFile.database) == ("127.0.0.1", 0, ":memory:"))
        #expect(ofFile.seed == 3)
        let ofFlags = try options(["--config", file, "--port", "8"], variables)
        #expect((ofFlags.host, ofFlags.port, ofFlags.database) == ("::1", 8, "/f"))
    }

    @Test(
        "exec without a command is refused, with its usage",
        arguments: [["exec"], ["exec", "--"], ["exec", "pytest"]])
    func missing(_ arguments: [String]) {
        #expect(
            throws: AppError.usage(
                "'foilmock exec' takes a command after --: foilmock exec [OPTIONS] -- COMMAND")
        ) { try FoilmockTests.command(arguments) }
    }
}

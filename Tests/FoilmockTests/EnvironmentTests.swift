import Testing

@testable import Program

@Suite("The environment")
struct EnvironmentTests {
    /// `é` in Latin 1, which is not UTF-8.
    private static let latin: [UInt8] = [0xE9]

    private static func entry(_ name: String, _ value: [UInt8]) -> SystemText {
        SystemText(bytes: Array("\(name)=".utf8) + value)
    }

    private static func configuration(_ entries: SystemText...) throws -> Configuration {
        try Configuration(flags: [], environment: Environment(entries))
    }

    @Test("a variable is its text; one that is not UTF-8 has none")
    func texts() {
        let environment = Environment([
            Self.entry("OTHER", Self.latin), SystemText(bytes: Self.latin + Array("=x".utf8)), "A=\u{301}=x", "EMPTY=",
            "none", "TWICE=1", "TWICE=2",
        ])
        #expect(environment.names == ["A", "EMPTY", "OTHER", "TWICE"])
        #expect(environment["A"] == "\u{301}=x")
        #expect(environment["EMPTY"] == "")
        #expect(environment["TWICE"] == "2")
        #expect(environment["OTHER"] == nil)
        #expect(environment["none"] == nil)
    }

    @Test("a setting that is not UTF-8 is an error that names its variable; other variables are not checked")
    func encoding() throws {
        for name in ["FOILMOCK_DB", "FOILMOCK_CONTROL_TOKEN", "FOILMOCK_CONFIG"] {
            #expect(throws: AppError.usage("\(name) must be UTF-8, and its value is not")) {
                try Self.configuration(Self.entry(name, Self.latin))
            }
        }
        #expect(try Self.configuration(Self.entry("OTHER", Self.latin), "FOILMOCK_DB=\u{301}").database == "\u{301}")
    }

    @Test("a command that has no settings does not look at them")
    func unused() throws {
        let environment = Environment([Self.entry("FOILMOCK_DB", Self.latin), "FOILMOCK_PORT=x"])
        for arguments in [["--version"], ["--help"], ["check"], ["health", "http://h:1"]] {
            #expect(throws: Never.self) { try command(arguments, environment: environment) }
        }
    }

    @Test(
        "a port that is the address of a service is passed over",
        arguments: ["tcp://10.43.0.1:8000", "udp://10.43.0.1:53", "sctp://[fd00::1]:9"])
    func link(_ address: String) throws {
        let configuration = try Configuration(flags: [], environment: ["FOILMOCK_PORT": address])
        #expect(configuration.port == 8000)
        #expect(
            configuration.warnings == [
                "FOILMOCK_PORT is passed over: '\(address)' is the address of a service named foilmock, as Kubernetes "
                    + "and Docker set it. Set the port with --port, or give the service another name"
            ])
        #expect(
            try read(Health.self, [], environment: ["FOILMOCK_PORT": address]) == Health("http://127.0.0.1:8000"))
    }

    @Test("no warning is given where a flag sets the port")
    func hiddenLink() throws {
        let configuration = try Configuration(
            flags: Flags(["--port", "1"]), environment: ["FOILMOCK_PORT": "tcp://10.43.0.1:8000"])
        #expect((configuration.port, configuration.warnings) == (1, []))
    }

    static let unknown: [(String, String)] = [
        ("FOILMOCK_RATELIMITS", "; did you mean \"FOILMOCK_RATE_LIMITS\"?"),
        ("FOILMOCK_FIXTURE", "; did you mean \"FOILMOCK_FIXTURES\"?"),
        ("FOILMOCK_ENTIRELY_DIFFERENT", ""),
    ]

    @Test("a variable like a setting that is none is warned of, without its value", arguments: unknown)
    func mistyped(_ name: String, _ near: String) throws {
        let configuration = try Configuration(flags: [], environment: [name: "secret"])
        #expect(configuration.warnings == ["\(name) is not read: there is no such setting\(near)"])
    }

    @Test("many of them are not all told")
    func many() throws {
        let entries = (0..<30).map { SystemText("FOILMOCK_X\($0)=1") }
        #expect(try Configuration(flags: [], environment: Environment(entries)).warnings.count == 10)
    }

    static let known: [Environment] = [
        ["FOILMOCK_CONTROL_URL": "http://h", "FOILMOCK_PROGRAM": "/p", "FOILMOCK_CONTROL_TOKEN": "12345678"],
        // As Kubernetes sets them for services named foilmock and foilmock-db.
        [
            "FOILMOCK_SERVICE_HOST": "10.43.0.1", "FOILMOCK_SERVICE_PORT": "8000", "FOILMOCK_SERVICE_PORT_HTTP": "8000",
            "FOILMOCK_PORT_8000_TCP": "tcp://10.43.0.1:8000", "FOILMOCK_PORT_8000_TCP_PROTO": "tcp",
            "FOILMOCK_PORT_8000_TCP_PORT": "8000", "FOILMOCK_PORT_8000_TCP_ADDR": "10.43.0.1",
            "FOILMOCK_DB_PORT": "tcp://10.43.0.2:5432", "FOILMOCK_DB_SERVICE_HOST": "10.43.0.2",
        ],
        // As Docker sets them for a linked container.
        ["FOILMOCK_NAME": "/app/foilmock", "FOILMOCK_ENV_PATH": "/bin", "FOILMOCK_PORT_53_UDP_ADDR": "172.17.0.2"],
        ["foilmock_x": "1", "FOILMOCKX": "1", "FOILMOCK": "1"],
    ]

    @Test("what foilmock, Kubernetes and Docker set is not warned of", arguments: known)
    func others(_ environment: Environment) throws {
        #expect(try Configuration(flags: [], environment: environment).warnings == [])
    }

    @Test("a command inherits every entry as it is, but for those that are set for it")
    func inherited() {
        let odd: [SystemText] = [
            Self.entry("OTHER", Self.latin), SystemText(bytes: Self.latin + Array("=x".utf8)), "A=\u{301}", "none",
            "=C:=C",
        ]
        let environment = Environment(odd + ["B=old", "B=older"]).setting(["B": "new", "A\u{301}": "1"])
        #expect(environment.entries == odd + ["A\u{301}=1", "B=new"])
    }
}

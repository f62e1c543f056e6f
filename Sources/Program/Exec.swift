import Emulator
import EventLoop
import Journal
import Glibc

/// `foilmock exec`: runs a server for as long as one command, such as a test suite, runs.
struct Exec: Command {
    let configuration: Configuration
    /// As bytes of the system.
    let command: [SystemText]

    static var description: CommandDescription {
        CommandDescription(
            name: "exec", summary: "Serve while another command runs, such as a test suite",
            usage: ["exec [OPTIONS] -- COMMAND"],
            about: [
                "The server takes a free port, and keeps its database in memory. The command finds it in the variables "
                    + "FOILENGINE_BASE_URL and FOILENGINE_API_KEY, the control API in FOILMOCK_CONTROL_URL and "
                    + "FOILMOCK_CONTROL_TOKEN, and the folder of the fixtures in FOILMOCK_EXEC_FIXTURES. At the end a line on "
                    + "standard error counts the requests.",
                ServerSetting.manner,
                "--host, --port and --db are taken from flags, or from a file that --config names, not from variables.",
            ],
            takesSettings: true, takesCommand: true,
            examples: [
                .init(
                    line: "foilmock exec --rate-limits off -- pytest -n 4",
                    help: "Run tests against a server of their own:")
            ],
            exitCodes: [
                .init(code: "N", meaning: "the command's own exit code"),
                .init(code: "1", meaning: "the server could not start"), .usage,
                .init(code: "126", meaning: "the command cannot be run"),
                .init(code: "127", meaning: "there is no such command"),
            ])
    }

    /// By default there is no log, the port is any free one, and the database is in memory. The environment does not
    /// change the latter two: it may be that of another server, as in a container.
    init(_ input: CommandInput) throws(AppError) {
        command = input.command
        var standard = Configuration()
        standard.port = 0
        standard.database = ":memory:"
        func read(_ style: Configuration.LogStyle) throws(AppError) -> Configuration {
            standard.log = style
            return try Configuration(
                flags: Flags(input), environment: input.environment, standard: standard, choosesPlace: true)
        }
        // On standard error the log would mix with what the command writes there. A file asks for a log.
        let quiet = try read(.off)
        configuration = quiet.logFile == nil ? quiet : try read(.text)
    }

    /// Serves while the command runs. Returns the command's exit code.
    func run(_ environment: Environment) throws(AppError) -> Int32 {
        let outputs = try Outputs(configuration.log, logFile: configuration.logFile)
        defer { outputs.close() }
        let service = try Progress.around("foilmock exec: the server is starting") { _ throws(AppError) in
            try Service(configuration, environment, outputs)
        }
        let run = CommandRun(service, outputs, configuration)
        let ready = try service.start(catching: Exec.passedOn) { [unowned run] in run.signalled($0, from: $1) }
        let exceptions = Proxies.exceptions([configuration.localHost, "localhost"], in: environment)
        run.start(command, in: environment.setting(Exec.variables(ready)).setting(exceptions))
        try service.run()
        return run.exitCode
    }

    /// The signals that are passed on to the command: all that would end this process and are no fault of its own. A
    /// signal that cannot be caught ends both, because the command never outlives this process.
    private static let passedOn = [
        SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR,
    ]

    private static func variables(_ ready: Service.Ready) -> [String: SystemText] {
        [
            "FOILENGINE_BASE_URL": SystemText(ready.url), "FOILENGINE_API_KEY": SystemText(ready.key),
            "FOILMOCK_CONTROL_URL": SystemText("\(ready.url)/_foilmock"),
            "FOILMOCK_CONTROL_TOKEN": SystemText(ready.token),
            // Else a foilmock in the command would have two.
            "FOILMOCK_CONTROL_TOKEN_FILE": "",
            // Empty for the built-in fixtures, because the command must not take the folder of an exec around this one.
            "FOILMOCK_EXEC_FIXTURES": ready.fixtures.place ?? "",
        ]
    }
}

/// The command, and the service that ends with it.
private final class CommandRun {
    private let service: Service
    private let outputs: Outputs
    private let configuration: Configuration
    private var child: Child?
    /// The command's exit code, once it has ended.
    private(set) var exitCode = App.Exit.failure

    init(_ service: Service, _ outputs: Outputs, _ configuration: Configuration) {
        (self.service, self.outputs, self.configuration) = (service, outputs, configuration)
    }

    func start(_ command: [SystemText], in environment: Environment) {
        do throws(Child.NotStarted) {
            child = try Child(command, in: environment, on: service.loop) { [unowned self] code in
                exitCode = code
                outputs.tell(summary)
                service.stop()
            }
        } catch {
            outputs.tell("Error: \(error.message)")
            exitCode = error.exitCode
            service.stop()
        }
    }

    /// Passes a signal on to the command. Once that has ended, a signal ends the drain.
    func signalled(_ signal: Int32, from origin: SignalOrigin) {
        guard let child, !child.hasEnded else { return service.stop(atOnce: exitCode) }
        // The signals of a terminal's keys reach the command too. Its hang-up reaches the leader of the session alone.
        if origin == .process || signal == SIGHUP && getsid(0) == getpid() { child.send(signal) }
    }

    /// One line: the counts of the requests, and which option or file shows them.
    private var summary: String {
        let counts = service.journal.totals
        let counted = [
            Counted(counts.requests, "request"), Counted(counts.errors, "error"),
            Counted(counts.duplicates, "duplicate"),
        ]
        let line = "foilmock: \(counted.map(\.description).joined(separator: ", ")), \(counts.unanswered) unanswered"
        if let file = configuration.logFile { return "\(line); log: \(file)" }
        return counts.errors > 0 && configuration.log == .off ? "\(line); to see more: --log-file FILE" : line
    }
}

import EventLoop
import Glibc

/// `foilmock serve`.
struct Serve: Command {
    let configuration: Configuration

    static var description: CommandDescription {
        CommandDescription(
            name: "serve", summary: "Serve until a signal ends it (the default command)",
            usage: ["[serve] [OPTIONS]"],
            about: [
                "When the server is ready it prints the base URL, a key, the personas and a call to try; then the log. "
                    + "SIGTERM or SIGINT finish what runs; a second one ends at once. SIGHUP loads the fixtures again.",
                ServerSetting.manner,
            ],
            takesSettings: true,
            examples: [
                .init(
                    line: "foilmock serve --fixtures my-fixtures --watch",
                    help: "Serve characters while you write them:"),
                .init(
                    line: "foilmock serve --port 0 --db :memory: --ready-file foilmock.json",
                    help: "Serve for a script, which waits for the file and reads the URL there:"),
            ],
            exitCodes: [
                .init(code: "0", meaning: "ended as asked"), .failure, .usage,
                .init(code: "130", meaning: "ended at once by a second signal"),
            ])
    }

    init(_ configuration: Configuration) { self.configuration = configuration }

    init(_ input: CommandInput) throws(AppError) {
        configuration = try Configuration(flags: Flags(input), environment: input.environment)
    }

    /// Serves until a signal ends the server.
    func run(_ environment: Environment) throws(AppError) -> Int32 {
        let outputs = try Outputs(configuration.log, logFile: configuration.logFile)
        defer { outputs.close() }
        let service = try Service(configuration, environment, outputs)
        // As process 1 of a container it gets orphans to care for; the system does it for a parent that ignores them.
        if getpid() == 1 { signal(SIGCHLD, SIG_IGN) }
        let ready = try service.start { [unowned service] _, _ in service.stop() }
        outputs.print(ready.block)
        if ready.isTokenMade {
            outputs.tell("control token: \(ready.token)")
            outputs.tell("control page: \(OpenPage.url(ready.url, token: ready.token))")
        }
        try service.run()
        return App.Exit.success
    }
}

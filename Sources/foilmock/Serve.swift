import EventLoop
import Glibc

/// `foilmock serve`.
enum Serve {
    /// Serves until a signal ends the server. Returns the exit code.
    static func run(_ configuration: Configuration, environment: Environment) -> Int32 {
        do {
            let outputs = try Outputs(configuration.log, logFile: configuration.logFile)
            defer { outputs.close() }
            let service = try Service(configuration, environment, outputs)
            // As process 1 of a container it gets orphans to care for; the system does it for a parent that ignores them.
            if getpid() == 1 { signal(SIGCHLD, SIG_IGN) }
            let ready = try service.start { [unowned service] _, _ in service.stop() }
            outputs.print(ready.block)
            if ready.isTokenMade { outputs.tell("control token: \(ready.token)") }
            try service.run()
            return App.Exit.success
        } catch {
            Terminal.error(error.message)
            return error.exitCode
        }
    }
}

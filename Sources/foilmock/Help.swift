import Emulator
import EventLoop
import Store

enum Help {
    static var version: String {
        "foilmock \(App.version) (libevent \(Loop.libraryVersion), SQLite \(SQLiteStore.libraryVersion))"
    }

    static var text: String {
        let rows = ServerSetting.all.map { ($0.isSwitch ? $0.flag : "\($0.flag) \($0.placeholder)", $0.help) }
        let width = (rows.map(\.0.count).max() ?? 0) + 2
        let options = rows.map { flag, help in
            "  " + flag + String(repeating: " ", count: width - flag.count) + help
        }
        return """
            foilmock emulates the FoilEngine API on your machine: offline, free, the same every time.

            USAGE
              foilmock [serve] [OPTIONS]   Serve until a signal. SIGTERM or SIGINT finish what runs; a second one ends at once.
              foilmock exec [OPTIONS] -- COMMAND
                                           Serve on a free port, with a database in memory, while COMMAND runs; it finds the server
                                           in FOILENGINE_BASE_URL and FOILENGINE_API_KEY, the control API in
                                           FOILMOCK_CONTROL_URL and FOILMOCK_CONTROL_TOKEN, and the folder of the
                                           fixtures in FOILMOCK_EXEC_FIXTURES. Ends with its exit code.
                                           Takes --host, --port and --db from flags, or a file that --config names.
              foilmock replay JOURNAL [--fixtures DIR]
                                           Send what a journal holds once more, to a server of its own, and tell what is answered
                                           otherwise: exit 1 if anything is, 2 if it cannot be told.
              foilmock check [DIR] [--format text|json|sarif] [--strict]
                                           Tell all that is wrong or doubtful in a fixture folder: exit 1 for errors, and
                                           with --strict 2 for warnings.
              foilmock check --db FILE [--format text|json|sarif] [--strict]
                                           Report all that is damaged in a database that no server uses, and change nothing:
                                           the same exit codes.
              foilmock new persona NAME [DIR]
                                           Write a character to begin with below DIR (default: fixtures).
              foilmock schema persona|machine|accounts
                                           Print the JSON Schema of that kind of fixture file, for an editor.
              foilmock health [URL]        Ask a server whether it is up: exit 0 if it is, else 1.
              foilmock --version
              foilmock --help

            OPTIONS of serve and exec
              --config FILE\(String(repeating: " ", count: width - 13))Settings in a JSON file; see config/foilmock.json
            \(options.joined(separator: "\n"))

            Each option is also a variable (--rate-limits: FOILMOCK_RATE_LIMITS) and a key of the configuration file
            (rate_limits). A flag beats the environment, which beats the file, which beats the default.
            An empty variable is not set.

            EXIT CODES
              0 stopped as asked, 1 something failed, 64 wrong arguments or settings, 130 ended at once by a second signal;
              of exec: the command's, 126 and 127 where it cannot be run
            """
    }
}

import CPQ
import Glibc
public import PostgresStore

/// A PostgreSQL server of the test process, started when a test first needs it. It ends with the process, also when that
/// is killed. Each test has a schema of its own.
public enum PostgresServer {
    /// The port at 127.0.0.1.
    public static let port = start()

    /// The address of a schema; nil: of the database.
    public static func address(_ schema: String? = nil, user: String = "foilmock") -> String {
        "postgresql://\(user)@127.0.0.1:\(port)/postgres" + (schema.map { "?options=-csearch_path%3D\($0)" } ?? "")
    }

    /// Makes a schema, and returns its name.
    public static func schema() -> String {
        let name = "s\(UInt64.random(in: .min ... .max))"
        run("CREATE SCHEMA \(name)")
        return name
    }

    /// A store in a new schema.
    public static func store() throws -> PostgresStore { try PostgresStore(address(schema())) }

    /// Runs SQL as the user who may do everything.
    /// - Returns: the first column of the first row, as text; nil when there is none.
    @discardableResult
    public static func run(_ sql: String, in schema: String? = nil) -> String? {
        let connection = PQconnectdb(address(schema))
        defer { PQfinish(connection) }
        let result = PQexec(connection, sql)
        defer { PQclear(result) }
        let isDone = [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result))
        precondition(isDone, "\(sql): \(String(cString: PQerrorMessage(connection)))")
        return PQntuples(result) > 0 ? String(cString: PQgetvalue(result, 0, 0)) : nil
    }

    private static func start() -> Int {
        var (input, output): ([Int32], [Int32]) = ([0, 0], [0, 0])
        precondition(pipe(&input) == 0 && pipe(&output) == 0, "no pipes: errno \(errno)")
        for end in input + output { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO)
        var process: pid_t = 0
        let script = "\(Repository.root)/scripts/postgres-server"
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(script), nil]
        defer { free(arguments[0]) }
        let code = posix_spawn(&process, script, &actions, nil, &arguments, environ)
        precondition(code == 0, "scripts/postgres-server cannot be run: \(String(cString: strerror(code)))")
        // The other end of the input stays open as long as this process lives.
        close(input[0])
        close(output[1])
        defer { close(output[0]) }
        var text = [UInt8]()
        var byte: UInt8 = 0
        while read(output[0], &byte, 1) == 1, byte != UInt8(ascii: "\n") { text.append(byte) }
        guard let port = Int(String(decoding: text, as: UTF8.self)) else {
            preconditionFailure("scripts/postgres-server started no server; standard error says why")
        }
        return port
    }
}

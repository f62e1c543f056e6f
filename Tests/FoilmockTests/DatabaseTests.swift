import PostgresStore
import Store
import Support
import Testing

@testable import Program

@Suite("The database of a server")
struct DatabaseTests {
    private let folder = TemporaryFolder()

    private func configuration(_ database: String?) -> Configuration {
        var configuration = Configuration()
        configuration.database = database
        return configuration
    }

    @Test("without one that is named it is a file in the user's state folder, with the uploads beside it")
    func standard() throws {
        for (variable, path) in [
            ("XDG_STATE_HOME", "foilmock/foilmock.db"), ("HOME", ".local/state/foilmock/foilmock.db"),
        ] {
            let database = try Database(configuration(nil), [variable: folder.path])
            #expect(database.name == folder.place(path))
            #expect(database.uploads == folder.place("\(path)-uploads"))
            #expect(database.file != nil)
        }
        let error = #expect(throws: AppError.self) { try Database(configuration(nil), [:]) }
        #expect(error?.message.contains("there is no HOME") == true)
    }

    @Test("in memory it has no file, and its uploads are temporary")
    func memory() throws {
        let database = try Database(configuration(":memory:"), [:])
        #expect(database.name == ":memory:")
        #expect(database.uploads == nil)
        #expect(database.file == nil)
    }

    private static let remote = "postgresql://ann:secret@db.example/game"

    @Test("an address is refused by a program that knows files alone, which names the other one")
    func unknown() {
        let error = #expect(throws: AppError.self) { try Database(configuration(Self.remote), ["HOME": folder.path]) }
        #expect(error?.message.contains("start foilmock-postgres in its place, with the same options") == true)
        #expect(error?.message.contains("secret") == false)
    }

    @Test(
        "an address goes to the part that opens it, and there is no folder for uploads",
        arguments: ["postgres", "postgresql"])
    func address(scheme: String) throws {
        let address = "\(scheme)://ann:secret@db.example/game"
        var environment: Environment = [:]
        environment.databaseServers = DatabaseServers(library: ("libpq", "15.1")) { given, _ throws(StoreError) in
            guard given == address else { throw StoreError("another address") }
            let store = try PostgresStore(PostgresServer.address(PostgresServer.schema()))
            return DatabaseServers.Opened(store, name: "ann's game")
        }
        let database = try Database(configuration(address), environment)
        #expect(database.name == "ann's game")
        #expect(database.uploads == nil)
        #expect(database.file == nil)
        #expect(Version.text(environment).hasSuffix(", libpq 15.1)"))
    }

    @Test("what cannot be opened is an error for the user")
    func failing() {
        var environment: Environment = ["XDG_STATE_HOME": folder.path]
        environment.databaseServers = DatabaseServers(library: ("libpq", "15.1")) { _, _ throws(StoreError) in
            throw StoreError("nobody is there")
        }
        #expect(throws: AppError.failure("nobody is there")) { try Database(configuration(Self.remote), environment) }
    }

    @Test(
        "a password in an address makes a warning about the list of processes",
        arguments: [
            (remote, true), ("postgres://:secret@/game", true), ("postgresql://db/game?password=secret", true),
            ("postgresql://ann@db/game", false), ("postgresql://db:5432/game", false), ("postgresql://db/a:b@c", false),
            ("a:b@c", false), (":memory:", false),
        ])
    func password(value: String, isThere: Bool) throws {
        let given = try Configuration(flags: Flags(["--db", value]), environment: [:]).warnings
        let warning = "every user of this machine can see --db in the list of processes; set FOILMOCK_DB instead"
        #expect(given == (isThere ? [warning] : []))
    }
}

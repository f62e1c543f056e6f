import Emulator
package import EventLoop
package import Store

/// The database of a server, opened.
struct Database {
    let store: any ServedDatabase
    /// Its name for people, without a password.
    let name: String
    /// The folder of the files that callers upload; nil: a temporary one, or rows of a shared database.
    let uploads: String?
    /// The store, if other servers can use it at the same time.
    let shared: (any SharedDatabase)?
    /// The store, if it is a file of SQLite, whose log is copied between batches and whose files are watched.
    let file: SQLiteStore?

    /// - Parameter loop: the loop that goes on while a database on a server works; nil: each operation waits.
    init(_ configuration: Configuration, _ environment: Environment, _ loop: Loop? = nil) throws(AppError) {
        do throws(StoreError) {
            if let address = configuration.database, DatabaseServers.names(address) {
                guard let servers = environment.databaseServers else { throw DatabaseServers.unknown }
                let opened = try servers.open(address, loop)
                (store, shared, name, file, uploads) = (opened.store, opened.store, opened.name, nil, nil)
                return
            }
            let path =
                if let given = configuration.database { given } else {
                    "\(try Database.stateFolder(environment))/foilmock.db"
                }
            let opened = try SQLiteStore(path: path, durability: configuration.durability)
            let isFile = path != ":memory:"
            (store, shared, name, file) = (opened, nil, path, isFile ? opened : nil)
            // Beside the file itself, even if the path is a link to it.
            uploads = isFile ? "\(Disk.target(of: path))-uploads" : nil
        } catch {
            throw .failure(error.message)
        }
    }

    /// The state folder of the XDG Base Directory Specification.
    private static func stateFolder(_ environment: Environment) throws(StoreError) -> String {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return "\(state)/foilmock" }
        if let home = environment["HOME"], home.hasPrefix("/") { return "\(home)/.local/state/foilmock" }
        throw StoreError(
            "there is no HOME for the database; set HOME, or name a file with --db FILE, or --db :memory:"
        )
    }
}

/// Opens databases of database servers.
package struct DatabaseServers: Sendable {
    /// A database that was opened.
    package struct Opened {
        let store: any ServedDatabase & SharedDatabase
        let name: String

        /// - Parameter name: the database's name for people, without a password.
        package init(_ store: any ServedDatabase & SharedDatabase, name: String) {
            (self.store, self.name) = (store, name)
        }
    }

    let library: (name: String, version: String)
    let open: @Sendable (_ address: String, _ loop: Loop?) throws(StoreError) -> Opened

    /// - Parameters:
    ///   - library: the library that speaks with the servers.
    ///   - open: opens the database at an address that `names` accepts. Without a loop each operation waits.
    package init(
        library: (name: String, version: String),
        open: @escaping @Sendable (_ address: String, _ loop: Loop?) throws(StoreError) -> Opened
    ) {
        (self.library, self.open) = (library, open)
    }

    /// Whether the value of `--db` is the address of a database on a server, and not a file
    /// (https://www.postgresql.org/docs/15/libpq-connect.html, section 34.1.1.2).
    static func names(_ database: String) -> Bool {
        database.hasPrefix("postgresql://") || database.hasPrefix("postgres://")
    }

    /// Whether the value of `--db` is such an address, with a password in it.
    static func hasPassword(_ address: String) -> Bool {
        guard names(address) else { return false }
        let rest = address.drop { $0 != "/" }.dropFirst(2)
        let user = rest.prefix { $0 != "/" && $0 != "?" }
        return rest.contains("password=") || user.contains("@") && user.prefix { $0 != "@" }.contains(":")
    }

    static let unknown = StoreError(
        "a PostgreSQL database is for foilmock-postgres, and this program knows SQLite alone: start foilmock-postgres in its "
            + "place, with the same options, or name a file")
}

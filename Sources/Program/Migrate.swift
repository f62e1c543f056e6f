import Fixtures
import Glibc
import Store

/// `foilmock migrate`: copies a database into an empty one, of the same kind or another.
struct Migrate: Command {
    let from: String
    let to: String

    static var description: CommandDescription {
        CommandDescription(
            name: "migrate", summary: "Copy a database into an empty one, of another kind too",
            usage: ["migrate --from DATABASE --to DATABASE"],
            about: [
                "A database is a file, or for foilmock-postgres the address of a PostgreSQL database, as for --db of serve. All "
                    + "of it is copied, uploaded pictures included, or nothing; what was copied is counted again. No server may use "
                    + "either. The old one stays; a file of an older version gets the form of this one."
            ],
            options: [
                CommandOption(flag: "--from", placeholder: "DATABASE", help: "The database that is read"),
                CommandOption(flag: "--to", placeholder: "DATABASE", help: "The database that is filled"),
            ],
            examples: [
                .init(
                    line: "foilmock migrate --from foilmock.db --to postgresql://foilmock@localhost/foilmock",
                    help: "Move from a file to PostgreSQL:"),
                .init(
                    line: "foilmock migrate --from postgresql://foilmock@localhost/foilmock --to copy.db",
                    help: "Take the content of a PostgreSQL database to another machine:"),
            ])
    }

    init(_ input: CommandInput) throws(AppError) {
        guard let from = input["--from"], let to = input["--to"] else {
            throw .usage("'foilmock migrate' needs --from DATABASE and --to DATABASE")
        }
        for (flag, value) in [("--from", from), ("--to", to)] where value.isEmpty || value == ":memory:" {
            throw .usage("\(flag) needs the name of a file, or the address of a database")
        }
        guard from != to else { throw .usage("--from and --to are the same database") }
        (self.from, self.to) = (from, to)
    }

    func run(_ environment: Environment) throws(AppError) -> Int32 {
        if !DatabaseServers.names(from), !Disk.exists(from) { throw .failure("\(from) does not exist") }
        for (flag, value) in [("--from", from), ("--to", to)] where DatabaseServers.hasPassword(value) {
            Terminal.error(
                "warning: every user of this machine can see \(flag) in the list of processes; set PGPASSWORD instead")
        }
        let source = try Migrate.open(from, environment)
        let target = try Migrate.open(to, environment)
        for database in [source, target] where database.shared?.wasAlone == false {
            throw .failure("\(database.name) is in use by a server: stop it, and try again")
        }
        let counts: StoreCounts
        do throws(StoreError) {
            guard try target.store.accounts().isEmpty else {
                throw StoreError("\(target.name) is not empty: name a new database with --to")
            }
            counts = try StoreCounts(of: source.store)
            try target.store.copy(source.store)
            let copied = try StoreCounts(of: target.store)
            guard copied == counts else {
                throw StoreError("\(target.name) has \(Migrate.text(copied)), \(source.name) \(Migrate.text(counts))")
            }
            try Migrate.copyUploads(from: source, to: target)
            try target.store.close()
            try source.store.close()
        } catch {
            throw .failure(error.message)
        }
        try Terminal.out("\(target.name) has \(Migrate.text(counts))\n")
        return App.Exit.success
    }

    private static func open(_ database: String, _ environment: Environment) throws(AppError) -> Database {
        var configuration = Configuration()
        configuration.database = database
        return try Database(configuration, environment)
    }

    /// A picture that is missing was lost before, and is left out. Copies that are files are for their owner alone.
    private static func copyUploads(from source: Database, to target: Database) throws(StoreError) {
        for path in try source.store.uploads() {
            guard let bytes = try content(of: path, in: source) else { continue }
            if let rows = target.shared {
                try rows.keepContent(bytes, ofUpload: path)
            } else if let folder = target.uploads {
                try write(bytes, to: path, below: folder)
            }
        }
        try target.store.commit()
    }

    private static func content(of path: String, in database: Database) throws(StoreError) -> [UInt8]? {
        if let rows = database.shared { return try rows.content(ofUpload: path) }
        return database.uploads.flatMap { try? FixtureFolder.contents("\($0)/\(path)", limit: .max) }
    }

    private static func write(_ bytes: [UInt8], to path: String, below root: String) throws(StoreError) {
        let (place, folder) = ("\(root)/\(path)", path.split(separator: "/").dropLast().joined(separator: "/"))
        do throws(AppError) {
            try Disk.makeFolders("\(root)/\(folder)", mode: 0o700)
            let descriptor = Glibc.open(place, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
            try Disk.write(bytes, to: descriptor < 0 ? nil : fdopen(descriptor, "wb"), place)
        } catch {
            throw StoreError(error.reason)
        }
    }

    static func text(_ counts: StoreCounts) -> String {
        [
            Counted(counts.accounts, "account"), Counted(counts.players, "player"), Counted(counts.sessions, "session"),
            Counted(counts.turns, "turn"), Counted(counts.apiKeys, "API key"), Counted(counts.counters, "counter"),
            Counted(counts.uploads, "upload"), Counted(counts.personas, "persona"),
        ].map(\.description).joined(separator: ", ")
    }
}

import Crypto
import Emulator
import EventLoop
import Fixtures
import HTTPServer
import Store

/// The parts of a service, made from the settings.
extension Service {
    static func fixtures(_ source: FixtureSource) throws(AppError) -> LoadedFixtures {
        do {
            return try source.load()
        } catch {
            throw error.atStart
        }
    }

    static func remembering(_ database: Database, _ configuration: Configuration) -> any Store {
        guard configuration.cachedPlayers > 0 else { return database.store }
        return CachedStore(database.store, players: configuration.cachedPlayers)
    }

    /// The limits, with no more connections than the process has descriptors for.
    static func limits(_ wanted: Limits, _ log: Log) throws(AppError) -> Limits {
        let descriptors = DescriptorLimit.raise(to: wanted.descriptors)
        guard let limits = wanted.lowered(to: descriptors) else {
            throw .failure(
                "the system lets this process open \(descriptors) files, too few for a connection; raise the limit: "
                    + "ulimit -n \(wanted.descriptors)")
        }
        // Where the limit is nearly enough, as 20,000 is for the default, a warning at every start would only disturb.
        if limits.connections < wanted.connections - wanted.connections / 50 {
            log.warning(
                "the system lets this process open \(descriptors) files, so it takes \(limits.connections) connections at "
                    + "a time, not \(wanted.connections); raise the limit (ulimit -n \(wanted.descriptors)), or set "
                    + "--connections \(limits.connections)")
        }
        return limits
    }

    /// Enters this server among those that share the database.
    static func join(
        _ database: Database, with fixtures: LoadedFixtures, _ token: String, _ configuration: Configuration
    ) throws(AppError) {
        do throws(StoreError) {
            try announce(database, fixtures, token, configuration)
        } catch {
            throw .failure(error.message)
        }
    }

    /// Tells the other servers of the database, or compares with them, what all must have in common.
    static func announce(
        _ database: Database, _ fixtures: LoadedFixtures, _ token: String, _ configuration: Configuration
    ) throws(StoreError) {
        guard let shared = database.shared else { return }
        func digest(_ secret: String) -> String { String(Digest.hex(Digest.sha256(Array(secret.utf8))).prefix(12)) }
        try shared.join(
            [
                (name: "fixtures", value: fixtures.digest), (name: "control token", value: "digest \(digest(token))"),
                (name: "JWT secret", value: configuration.jwtSecret.map { "digest \(digest($0))" } ?? "none"),
                (name: "--journal-entries", value: String(configuration.journalEntries)),
            ] + ServerSetting.recorded(of: configuration).map { (name: $0.name, value: $0.value) })
    }

    /// Removes the files of uploads that the database does not know.
    static func sweep(_ uploads: UploadFolder, _ database: Database) throws(AppError) {
        let known: [String]
        do {
            known = try database.store.uploads()
        } catch {
            throw unreadable(error)
        }
        do {
            try uploads.sweep(keeping: Set(known))
        } catch {
            throw .failure(error.message)
        }
    }

    static func application(
        _ dependencies: Application.Dependencies, _ configuration: Configuration, _ token: String, _ log: Log
    ) throws(AppError) -> Application {
        do throws(StoreError) {
            return try Application(
                dependencies, configuration, control: configuration.control(token: token), warn: log.warning,
                log: log.isOff ? nil : log.request)
        } catch {
            throw unreadable(error)
        }
    }

    static func unreadable(_ error: StoreError) -> AppError {
        .failure(error.isDamage ? error.message : "the database: \(error.message)")
    }

    static func restore(
        _ file: String, _ configuration: Configuration, _ emulator: Emulator
    ) throws(AppError) {
        let bytes: [UInt8]
        do {
            bytes = try FixtureFolder.contents(file, limit: configuration.snapshotBytes)
        } catch {
            throw .failure("the snapshot \(file): \(error.message)")
        }
        do {
            try emulator.start(with: bytes)
        } catch {
            throw .failure("the snapshot \(file): \(error.message)")
        }
    }

    /// The folder for temporary files, as POSIX defines it.
    static func temporaryFolder(_ environment: Environment) -> String {
        guard let folder = environment["TMPDIR"], !folder.isEmpty else { return "/tmp" }
        return folder
    }
}

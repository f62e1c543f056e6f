import Emulator
import EventLoop
import Fixtures
import Glibc
import HTTPServer
import Store

/// Runs a server: `foilmock serve`, and the server of `foilmock exec`.
enum Serve {
    /// A server that takes requests.
    struct Ready {
        let url: String
        /// A key that works and may be printed.
        let key: String
        /// What the control API takes.
        let token: String
        /// Whether nobody can know it who has not been told.
        let isTokenMade: Bool
        /// What `foilmock serve` prints.
        let block: String
        let loop: Loop
        /// What was asked of the server.
        let journal: JournalBook
        /// Standard error.
        let log: Log
        /// Standard output.
        let output: LineQueue
        /// Finishes what runs and ends; called again it ends at once.
        let stop: () -> Void
    }

    /// How long the start waits for standard output to be read, and the end for all that is written to be.
    private static let farewell = Duration.seconds(1)

    /// Serves until a signal ends it; returns the exit code.
    static func run(_ configuration: Configuration, environment: [String: String]) -> Int32 {
        run(configuration, environment: environment) { ready in
            ready.output.append(Array("\(ready.block)\n".utf8))
            ready.output.close()
            // One terminal may show both: the token comes after the block.
            _ = ready.output.wait(by: Instant.now() + farewell)
            if case .failed(let code)? = ready.output.losses.why {
                ready.log.warning("standard output cannot be written: \(String(cString: strerror(code)))")
            }
            if ready.isTokenMade { ready.log.plain("control token: \(ready.token)") }
            return { _ in ready.stop() }
        }
    }

    /// Serves until `stop` is called; returns the exit code.
    /// - Parameter whenReady: called once; what it returns is called for each signal that asks the process to end.
    static func run(
        _ configuration: Configuration, environment: [String: String], whenReady: (Ready) -> (Int32) -> Void
    ) -> Int32 {
        do {
            try serve(configuration, environment, whenReady)
            return App.Exit.success
        } catch {
            Terminal.error(error.message)
            return error.exitCode
        }
    }

    private static func serve(
        _ configuration: Configuration, _ environment: [String: String], _ whenReady: (Ready) -> (Int32) -> Void
    ) throws(AppError) {
        let source = FixtureSource.choose(configuration.fixtures, program: Program.path)
        let seen = configuration.watch ? try Reloading.fingerprint(of: source) : nil
        let fixtures = try fixtures(source)
        let database = try database(configuration, environment)
        let store = try open(database, configuration)
        let errors = Log.queue(configuration.log, clock: .system, to: STDERR_FILENO)
        let output = LineQueue(STDOUT_FILENO, limit: 0) { _, _ in [] }
        let log = Log(configuration.log, clock: .system, write: errors.append)
        var file: JournalFile?
        defer {
            let deadline = Instant.now() + farewell
            file?.close(by: deadline)
            log.flush()
            for queue in [output, errors] {
                queue.close()
                _ = queue.wait(by: deadline)
            }
        }
        let uploads =
            database == ":memory:"
            ? UploadFolder(temporaryIn: temporaryFolder(environment))
            // Beside the file itself, by whatever link it was named.
            : UploadFolder("\(Disk.target(of: database))-uploads", warn: log.warning)
        try sweep(uploads, store)
        let token = configuration.controlToken ?? Token.made()
        let journal = JournalBook(limit: configuration.journalEntries)
        journal.isTaken = configuration.journal != nil
        // There is a server only after there is what it serves.
        var refuse: (Duration) -> Void = { _ in }
        let application = try application(
            Application.Dependencies(
                source: source, fixtures: fixtures, store: store, uploads: uploads, journal: journal,
                refuse: { refuse($0) }),
            configuration, token, log)
        let emulator = application.emulator
        if let file = configuration.snapshot { try restore(file, configuration, emulator) }

        if let path = configuration.journal { file = try JournalFile(path, journal, warn: log.warning) }
        DescriptorLimit.raise(to: configuration.limits.descriptors)
        let loop = Loop()
        let server = Server(
            loop: loop, handler: application.dispatcher, limits: configuration.limits,
            spoolFolder: temporaryFolder(environment))
        do {
            try server.listen(host: configuration.host, port: UInt16(configuration.port))
        } catch {
            throw .failure("\(error); choose another place with --host and --port")
        }
        refuse = { duration in
            server.refuseConnections(for: duration) { error in
                log.warning("\(error): nobody can connect until the place is free again")
            }
        }
        var ready = configuration
        ready.port = server.port.map { Int($0) } ?? configuration.port
        let stopping = Stopping { server.drain { loop.stop() } }
        let reloading = Reloading(loop, source, since: seen, emulator, log, terminalGone: stopping.begin)
        if Clock.isSystemBeyondBounds {
            log.warning(
                "the system's clock is set to a time before 1970 or after 2261; it is taken for the nearest time between, and "
                    + "stands still there until it is set right")
        }
        if let remark = source.remark(on: fixtures.catalog) { log.warning(remark) }
        log.flush()
        // Before anybody is told that the server is there: who is may send a signal at once.
        var signalled: (Int32) -> Void = { _ in stopping.asked() }
        let signals = Signals(loop) { signalled($0) }
        let block = ReadyBlock(
            url: ready.localURL, accounts: fixtures.catalog.accounts,
            personas: emulator.roster.personas(for: emulator.defaultAccount), fixtures: source, database: database)
        let readyFile = try configuration.readyFile.map { path throws(AppError) in
            try ReadyFile(path, url: block.url, key: block.key, token: token)
        }
        defer { readyFile?.remove() }
        signalled = whenReady(
            Ready(
                url: block.url, key: block.key, token: token, isTokenMade: configuration.controlToken == nil,
                block: block.text, loop: loop, journal: journal, log: log, output: output, stop: stopping.asked))
        log.flush()
        loop.run {
            server.batchEnded()
            reloading.batchEnded()
            file?.flush()
            log.flush()
        }
        withExtendedLifetime(signals) {}
        uploads.removeTemporary()
        do {
            try store.close()
        } catch {
            throw .failure("the database \(database) could not be closed: \(error.message)")
        }
    }

    private static func fixtures(_ source: FixtureSource) throws(AppError) -> LoadedFixtures {
        do {
            return try source.load()
        } catch {
            throw error.atStart
        }
    }

    private static func open(_ database: String, _ configuration: Configuration) throws(AppError) -> SQLiteStore {
        do {
            return try SQLiteStore(path: database, durability: configuration.durability)
        } catch {
            throw .failure(error.message)
        }
    }

    private static func sweep(_ uploads: UploadFolder, _ store: SQLiteStore) throws(AppError) {
        let known: [String]
        do {
            known = try store.uploads()
        } catch {
            throw .failure("the database: \(error.message)")
        }
        do {
            try uploads.sweep(keeping: Set(known))
        } catch {
            throw .failure(error.message)
        }
    }

    private static func application(
        _ dependencies: Application.Dependencies, _ configuration: Configuration, _ token: String, _ log: Log
    ) throws(AppError) -> Application {
        do throws(StoreError) {
            return try Application(
                dependencies, configuration, control: configuration.control(token: token), warn: log.warning,
                log: log.request)
        } catch {
            throw .failure("the database: \(error.message)")
        }
    }

    private static func restore(
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

    /// As POSIX has it.
    static func temporaryFolder(_ environment: [String: String]) -> String {
        guard let folder = environment["TMPDIR"], !folder.isEmpty else { return "/tmp" }
        return folder
    }

    private static func database(
        _ configuration: Configuration, _ environment: [String: String]
    ) throws(AppError) -> String {
        if let database = configuration.database { return database }
        return try defaultDatabase(environment)
    }

    /// The state folder of the XDG Base Directory Specification.
    private static func defaultDatabase(_ environment: [String: String]) throws(AppError) -> String {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return "\(state)/foilmock/foilmock.db" }
        if let home = environment["HOME"], home.hasPrefix("/") { return "\(home)/.local/state/foilmock/foilmock.db" }
        throw .failure("there is no HOME for the database; name a file with --db FILE, or --db :memory:")
    }
}

import Journal
import Emulator
import EventLoop
import Fixtures
import Glibc
import HTTPServer
import Metrics
import Store

/// A server with its database and fixtures. `foilmock serve` and `foilmock exec` run one.
final class Service {
    /// What clients need to know about a server that accepts requests.
    struct Ready {
        let url: String
        /// A key that works and can be printed.
        let key: String
        /// The control API's token.
        let token: String
        /// True when the token was generated, so only the log knows it.
        let isTokenMade: Bool
        let fixtures: FixtureSource
        /// The text that `foilmock serve` prints.
        let block: Painted
    }

    let loop = Loop()
    /// The requests of the server.
    let journal: JournalBook
    private let configuration: Configuration
    private let log: Log
    private let source: FixtureSource
    private let fixtures: LoadedFixtures
    /// The fingerprint of the fixture folder before it was loaded; nil when it is not watched.
    private let seen: FolderFingerprint?
    private let database: Database
    /// Nil: uploads are rows of the database.
    private let uploads: UploadFolder?
    private let token: String
    private let isTokenMade: Bool
    private let application: Application
    private let journalFile: JournalFile?
    private let server: Server
    private let metricsListener: MetricsListener?
    private lazy var stopping = Stopping(
        drain: { [unowned self] in
            // Before the port is closed, so that whoever finds the file can connect.
            readyFile?.remove()
            ownFile?.remove()
            server.drain { [loop] in loop.stop() }
        }, leave: { [uploads] in uploads?.removeTemporary() })
    // Nil before the service is started.
    private var signals: Signals?
    private var reloading: Reloading?
    private var databaseWatch: DatabaseWatch?
    private var readyFile: ReadyFile?
    /// The file by which `foilmock open` finds the server.
    private var ownFile: ReadyFile?
    private let ownPath: String?

    /// Opens the database, loads the fixtures and restores the snapshot, if one is set. The server does not listen yet.
    /// - Throws: the message for the user.
    init(_ configuration: Configuration, _ environment: Environment, _ outputs: Outputs) throws(AppError) {
        self.configuration = configuration
        log = outputs.log
        // First, because a start that fails must not leave the file of a server that was killed.
        configuration.readyFile.map(ReadyFile.sweep)
        ownPath = RunningServers.ownFile(environment, warn: log.warning)
        configuration.warnings.forEach(log.caution)
        source = FixtureSource.choose(configuration.fixtures, program: Executable.path)
        seen = configuration.watch ? try Reloading.fingerprint(of: source) : nil
        fixtures = try Service.fixtures(source)
        database = try Database(configuration, environment, loop)
        let media: Uploads
        if let shared = database.shared {
            (uploads, media) = (nil, .rows(shared))
        } else {
            let folder =
                database.uploads.map { [log] in UploadFolder($0, warn: log.warning) }
                ?? UploadFolder(temporaryIn: Service.temporaryFolder(environment))
            try Service.sweep(folder, database)
            (uploads, media) = (folder, .files(folder))
        }
        let given = try Token.given(configuration)
        isTokenMade = given == nil
        token = given ?? Token.made()
        try Service.join(database, with: fixtures, token, configuration)
        let socket = ListeningSocket(
            loop,
            failed: { [log] in log.warning("\($0): nobody can connect until the place is free again") },
            refused: { [log] code in
                log.warning(
                    "a connection was not accepted: \(String(cString: strerror(code))). It waits, and so do later ones; "
                        + "raise the limit of open files (ulimit -n), or lower --connections")
            })
        let metrics = MetricsPage()
        application = try Service.application(
            Application.Dependencies(
                source: source, fixtures: fixtures, store: Service.remembering(database, configuration),
                shared: database.shared,
                uploads: media, takesJournal: configuration.journal != nil, metrics: metrics,
                refuse: socket.refuseConnections(for:), isReady: { [database] in database.store.isReachable }),
            configuration, token, log)
        journal = application.emulator.journal
        if let file = configuration.snapshot { try Service.restore(file, configuration, application.emulator) }
        journalFile = try configuration.journal.map { [journal, log] path throws(AppError) in
            try JournalFile(path, journal, warn: log.warning)
        }
        server = Server(
            loop: loop, handler: application.dispatcher, limits: try Service.limits(configuration.limits, log),
            socket: socket,
            spoolFolder: Service.temporaryFolder(environment))
        metricsListener = try configuration.metricsListen.map { [loop] address throws(AppError) in
            try MetricsListener(loop, address, metrics, configuration.hosts(listeningOn: address.host))
        }
        metrics.add { [unowned self] writer in write(to: &writer) }
    }

    deinit {
        journalFile?.close(by: Instant.now() + Outputs.farewell)
    }

    /// Starts to listen. Requests are answered once `run` is called.
    /// - Parameters:
    ///   - numbers: the signals that are reported. With SIGHUP among them, it neither loads the fixtures again nor ends
    ///     the service.
    ///   - signalled: called on the loop for each of them; nil: no signal is caught, SIGHUP included.
    /// - Throws: the message for the user.
    func start(
        catching numbers: [Int32] = Signals.termination, signalled: ((Int32, SignalOrigin) -> Void)?
    ) throws(AppError) -> Ready {
        do {
            try server.listen(host: configuration.host, port: UInt16(configuration.port))
        } catch {
            throw .failure("\(error); choose another place with --host and --port")
        }
        warn()
        // Set before the server announces itself, because a script can send a signal as soon as it knows the server.
        signals = signalled.map { Signals(loop, numbers, received: $0) }
        reloading = Reloading(
            loop, source, since: seen, application.emulator, log,
            announce: { [unowned self] fixtures throws(StoreError) in
                try Service.announce(database, fixtures, token, configuration)
            },
            terminalGone: signals == nil || numbers.contains(SIGHUP) ? nil : { [unowned self] in stopping.begin() })
        if let file = database.file { databaseWatch = DatabaseWatch(loop, file, warn: log.warning) }
        var listening = configuration
        listening.port = server.port.map { Int($0) } ?? configuration.port
        let emulator = application.emulator
        let block = ReadyBlock(
            url: listening.localURL, accounts: fixtures.catalog.accounts,
            personas: emulator.roster.personas(for: emulator.defaultAccount), fixtures: source,
            database: database.name,
            metrics: metricsURL)
        readyFile = try configuration.readyFile.map { [token] path throws(AppError) in
            try ReadyFile(path, url: block.url, key: block.key, token: token, metrics: metricsURL)
        }
        // Without it only `foilmock open` does not find the server.
        ownFile = ownPath.flatMap {
            try? ReadyFile($0, url: block.url, key: block.key, token: token, metrics: metricsURL)
        }
        return Ready(
            url: block.url, key: block.key, token: token, isTokenMade: isTokenMade, fixtures: source,
            block: block.text)
    }

    /// Where the metrics are served without a token; nil: nowhere.
    private var metricsURL: String? {
        guard let metricsListener, var place = configuration.metricsListen else { return nil }
        place.port = metricsListener.port
        return "http://\(place.text)/metrics"
    }

    /// Serves until `stop` is called.
    /// - Throws: the message for the user when the database could not be closed.
    func run() throws(AppError) {
        log.flush()
        let checkpoints = database.file.map {
            Checkpoints(loop, $0, writesAhead: configuration.durability == .normal, warn: log.warning)
        }
        // It only has the loop not sleep longer.
        let batchTimer = Timer(loop) {}
        loop.run {
            server.batchEnded()
            if let time = application.dispatcher.beginBatch() { batchTimer.arm(after: time) }
            metricsListener?.batchEnded()
            checkpoints?.batchEnded()
            if !application.dispatcher.isBatchUnderWay { reloading?.batchEnded() }
            journalFile?.flush()
            log.flush()
        }
        uploads?.removeTemporary()
        do {
            try database.store.close()
        } catch {
            throw .failure("the database \(database.name) could not be closed: \(error.message)")
        }
    }

    /// Finishes the running requests and ends; a second call ends the process at once, with this exit code.
    func stop(atOnce exitCode: Int32 = App.Exit.atOnce) { stopping.asked(atOnce: exitCode) }

    /// Writes the metrics of the program's own parts.
    private func write(to writer: inout MetricsWriter) {
        writer.metric("foilmock_build_info", .gauge, "The program's version.")
        var labels: [(StaticString, String)] = [("version", App.version)]
        if let shared = database.shared { labels.append(("server", shared.server)) }
        writer.sample(1, labels)
        log.write(to: &writer)
        reloading?.write(to: &writer)
        server.write(to: &writer)
        database.store.write(to: &writer)
        ProcessFigures.write(to: &writer)
    }

    private func warn() {
        if Clock.isSystemBeyondBounds {
            log.warning(
                "the system's clock is set to a time before 1970 or after 2261; it is taken for the nearest time between, and "
                    + "does not go on until it is set right")
        }
        if let remark = source.remark(on: fixtures.catalog) { log.warning(remark) }
        log.flush()
    }
}

import Journal
import ControlAPI
import Emulator
import Fixtures
import Metrics
import Store

/// Everything that answers requests, built from the settings, for a server or for a replay.
struct Application {
    let emulator: Emulator
    let dispatcher: Dispatcher

    /// The parts that the calling code provides.
    struct Dependencies {
        let source: FixtureSource
        let fixtures: LoadedFixtures
        let store: any Store
        /// The store, if other servers can use it at the same time.
        var shared: (any SharedDatabase)?
        let uploads: Uploads
        var clock = Clock.system
        /// Whether `JournalBook.takeNew` will be called.
        var takesJournal = false
        /// To which the application adds its metrics.
        var metrics = MetricsPage()
        /// Makes the server refuse connections for this time; a replay has no connections.
        var refuse: (Duration) -> Void = { _ in }
        /// Whether the database can be reached.
        var isReady: () -> Bool = { true }
    }

    init(
        _ dependencies: Dependencies, _ configuration: Configuration, control: Control.Options,
        warn: @escaping (String) -> Void, log: ((Dispatcher.Entry) -> Void)? = nil
    ) throws(StoreError) {
        let journal = JournalBook(
            limit: configuration.journalEntries, isTaken: dependencies.takesJournal,
            header: try Application.header(dependencies, configuration), secrets: Wiring.secrets,
            server: dependencies.shared?.server)
        emulator = try Emulator(
            catalog: dependencies.fixtures.catalog, store: dependencies.store, sharing: dependencies.shared,
            clock: dependencies.clock,
            defaults: Accounts.Defaults(
                seed: configuration.seed, limits: configuration.rateLimits,
                openLimit: configuration.openAccounts, clock: configuration.clock),
            jwtSecret: configuration.jwtSecret,
            pageKeys: dependencies.shared.map { PageKeys(token: control.token, database: $0.id) } ?? PageKeys(),
            jsonDepth: configuration.jsonDepth,
            media: Media(uploads: dependencies.uploads, photo: dependencies.source.photo(of:at:)), journal: journal,
            warn: warn)
        if case .folder(let folder) = dependencies.source { emulator.fixtureLoads.folder = folder }
        let apis = Wiring.dialects(emulator, configuration)
        let controls = Control(
            emulator, beside: apis, options: control, version: App.version,
            metrics: dependencies.metrics, refuse: dependencies.refuse,
            isReady: dependencies.isReady)
        dispatcher = Dispatcher(
            emulator, dialects: apis + [controls], crossOrigin: CrossOrigin(configuration.origins),
            bodyLimit: configuration.bodyBytes, explains: configuration.explain, log: log)
        dependencies.metrics.add { [unowned dispatcher, unowned emulator] writer in
            dispatcher.write(to: &writer)
            emulator.write(to: &writer)
        }
    }

    private static func header(
        _ dependencies: Dependencies, _ configuration: Configuration
    ) throws(StoreError) -> JournalHeader {
        var header = JournalHeader()
        header.version = App.version
        header.seed = configuration.seed
        header.settings = ServerSetting.recorded(of: configuration)
        header.fixtures = dependencies.fixtures.digest
        header.isWhole = try dependencies.store.accounts().isEmpty && configuration.snapshot == nil
        return header
    }
}

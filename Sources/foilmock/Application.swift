import ControlAPI
import Emulator
import Fixtures
import Store

/// All that answers requests, put together as the settings have it: for a server, and for a replay.
struct Application {
    let emulator: Emulator
    let dispatcher: Dispatcher

    /// What an application is built of.
    struct Dependencies {
        let source: FixtureSource
        let fixtures: LoadedFixtures
        let store: any Store
        let uploads: UploadFolder
        var clock = Clock.system
        /// Whether somebody takes the journal's entries as they come.
        var takesJournal = false
        /// Has the server refuse connections for so long; a replay has none to refuse.
        var refuse: (Duration) -> Void = { _ in }
    }

    init(
        _ dependencies: Dependencies, _ configuration: Configuration, control: Control.Options,
        warn: @escaping (String) -> Void, log: ((Dispatcher.Entry) -> Void)? = nil
    ) throws(StoreError) {
        let journal = JournalBook(
            limit: configuration.journalEntries, isTaken: dependencies.takesJournal,
            header: try Application.header(dependencies, configuration), secrets: Wiring.secrets)
        emulator = try Emulator(
            catalog: dependencies.fixtures.catalog, store: dependencies.store, clock: dependencies.clock,
            defaults: Accounts.Defaults(
                seed: configuration.seed, limits: configuration.rateLimits,
                openLimit: configuration.openAccounts, clock: configuration.clock),
            jwtSecret: configuration.jwtSecret, jsonDepth: configuration.jsonDepth,
            media: Media(uploads: dependencies.uploads, photo: dependencies.source.photo(of:at:)), journal: journal,
            warn: warn)
        let apis = Wiring.dialects(emulator, configuration)
        let controls = Control(
            emulator, beside: apis, options: control, version: App.version, refuse: dependencies.refuse)
        dispatcher = Dispatcher(
            emulator, dialects: apis + [controls], crossOrigin: CrossOrigin(configuration.origins),
            bodyLimit: configuration.bodyBytes, explains: configuration.explain, log: log)
    }

    private static func header(
        _ dependencies: Dependencies, _ configuration: Configuration
    ) throws(StoreError) -> JournalHeader {
        var header = JournalHeader()
        header.version = App.version
        header.seed = configuration.seed
        header.settings = Setting.forReplay(of: configuration)
        header.fixtures = dependencies.fixtures.digest
        header.isWhole = try dependencies.store.accounts().isEmpty && configuration.snapshot == nil
        return header
    }
}

import ControlAPI
import Emulator
import Fixtures
import FluidTalkAPI
import FoilEngineAPI
import Store

/// All that answers requests, put together as the settings have it: for a server, and for a replay.
struct Application {
    let emulator: Emulator
    let dispatcher: Dispatcher

    /// What a application stands on.
    struct Dependencies {
        let source: FixtureSource
        let fixtures: LoadedFixtures
        let store: any Store
        let uploads: UploadFolder
        var clock = Clock.system
        let journal: JournalBook
        /// Has the server refuse connections for so long; a replay has none to refuse.
        var refuse: (Duration) -> Void = { _ in }
    }

    init(
        _ dependencies: Dependencies, _ configuration: Configuration, control: Control.Options,
        warn: @escaping (String) -> Void,
        log: ((Dispatcher.Entry) -> Void)? = nil
    ) throws(StoreError) {
        var header = JournalHeader()
        header.version = App.version
        header.seed = configuration.seed
        header.settings = Setting.forReplay(of: configuration)
        header.fixtures = dependencies.fixtures.digest
        let isEmpty = try dependencies.store.accounts().isEmpty
        header.isWhole = isEmpty && configuration.snapshot == nil
        dependencies.journal.header = header
        emulator = try Emulator(
            catalog: dependencies.fixtures.catalog, store: dependencies.store, clock: dependencies.clock,
            defaults: Accounts.Defaults(
                seed: configuration.seed, limits: configuration.rateLimits,
                openLimit: configuration.openAccounts, clock: configuration.clock),
            jwtSecret: configuration.jwtSecret, jsonDepth: configuration.jsonDepth,
            media: Media(uploads: dependencies.uploads, photo: dependencies.source.photo(of:at:)),
            journal: dependencies.journal,
            warn: warn)
        let apis: [any Dialect] = [
            FoilEngine(emulator, options: configuration.foilEngine),
            FluidTalk(emulator, options: configuration.fluidTalk),
        ]
        let controls = Control(
            emulator, beside: apis, options: control, version: App.version, refuse: dependencies.refuse)
        dispatcher = Dispatcher(
            emulator, dialects: apis + [controls],
            crossOrigin: CrossOrigin(configuration.origins), bodyLimit: configuration.bodyBytes,
            explains: configuration.explain, log: log)
    }
}

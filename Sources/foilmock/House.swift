import ControlAPI
import Emulator
import Fixtures
import FluidTalkAPI
import FoilEngineAPI
import Store

/// All that answers requests, put together as the settings have it: for a server, and for a replay.
struct House {
    let emulator: Emulator
    let dispatcher: Dispatcher

    /// What a house stands on.
    struct Ground {
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
        _ ground: Ground, _ configuration: Configuration, control: Control.Options, warn: @escaping (String) -> Void,
        log: ((Dispatcher.Entry) -> Void)? = nil
    ) throws(StoreError) {
        var header = JournalHeader()
        header.version = App.version
        header.seed = configuration.seed
        header.settings = Setting.told(of: configuration)
        header.fixtures = ground.fixtures.digest
        let isEmpty = try ground.store.accounts().isEmpty
        header.isWhole = isEmpty && configuration.snapshot == nil
        ground.journal.header = header
        emulator = try Emulator(
            catalog: ground.fixtures.catalog, store: ground.store, clock: ground.clock,
            defaults: Accounts.Defaults(
                seed: configuration.seed, limits: configuration.rateLimits,
                openLimit: configuration.openAccounts, clock: configuration.clock),
            jwtSecret: configuration.jwtSecret, jsonDepth: configuration.jsonDepth,
            media: Media(uploads: ground.uploads, photo: ground.source.photo(of:at:)), journal: ground.journal,
            warn: warn)
        let apis: [any Dialect] = [
            FoilEngine(emulator, options: configuration.foilEngine),
            FluidTalk(emulator, options: configuration.fluidTalk),
        ]
        let controls = Control(
            emulator, beside: apis, options: control, version: App.version, refuse: ground.refuse)
        dispatcher = Dispatcher(
            emulator, dialects: apis + [controls],
            crossOrigin: CrossOrigin(configuration.origins), bodyLimit: configuration.bodyBytes,
            explains: configuration.explain, log: log)
    }
}

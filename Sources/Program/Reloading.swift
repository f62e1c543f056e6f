import Journal
import Emulator
import EventLoop
import Fixtures
import Glibc
import Metrics
import Store

/// Reloads the fixture folder while the server runs: at SIGHUP, and at changes if the folder is watched. Fixtures with
/// mistakes are reported in the log and not served.
final class Reloading {
    typealias Loaded = Result<LoadedFixtures, FixtureFailure>

    private let source: FixtureSource
    private let emulator: Emulator
    private let log: Log
    /// Tells other servers of the database about new fixtures.
    private let announce: (LoadedFixtures) throws(StoreError) -> Void
    private var watch: FolderWatch<Loaded>?
    private var hangup: Signals?
    private var loaded: Loaded?
    private var (taken, refused) = (0, 0)

    /// The fingerprint of a folder; take it before the folder is loaded for the first time.
    static func fingerprint(of source: FixtureSource) throws(AppError) -> FolderFingerprint {
        guard case .folder(let path) = source else {
            throw .usage("--watch has nothing to watch: the fixtures are built in; name a folder with --fixtures DIR")
        }
        return FolderFingerprint(of: path, counts: FixtureFolder.counts)
    }

    /// `seen` is nil when the folder is not watched. SIGHUP has two meanings: when the controlling terminal has gone,
    /// it asks for no reload, and `terminalGone` is called. Without `terminalGone` no signal is caught.
    init(
        _ loop: Loop, _ source: FixtureSource, since seen: FolderFingerprint?, _ emulator: Emulator, _ log: Log,
        announce: @escaping (LoadedFixtures) throws(StoreError) -> Void, terminalGone: (() -> Void)?
    ) {
        self.source = source
        self.emulator = emulator
        self.log = log
        self.announce = announce
        if case .folder(let path) = source {
            watch = FolderWatch(
                loop, path, counts: FixtureFolder.counts, since: seen,
                load: { Loaded(catching: source.load) },
                loaded: { [unowned self] in loaded = $0 })
        }
        guard let terminalGone else { return }
        let hadTerminal = Terminal.isAttached
        hangup = Signals(loop, [SIGHUP]) { [unowned self] _, _ in
            if hadTerminal, !Terminal.isAttached { terminalGone() } else { asked() }
        }
    }

    /// Serves the loaded fixtures. Call it between two iterations of the loop.
    func batchEnded() {
        guard let result = loaded else { return }
        loaded = nil
        switch result {
        case .success(let fixtures):
            do {
                let catalog = fixtures.catalog
                try announce(fixtures)
                try emulator.replace(catalog)
                emulator.journal.header.fixtures = fixtures.digest
                taken += 1
                log.notice("fixtures reloaded: \(Counted(catalog.personas.count, "persona"))")
                if let remark = source.remark(on: catalog) { log.warning(remark) }
            } catch {
                refuse("the database: \(error.message)", [error.message])
            }
        case .failure(.unreadable(let error)):
            log.error(error.message)
            refuse("the folder cannot be read", [error.message])
        case .failure(.mistakes(let lines)):
            lines.forEach(log.error)
            refuse(Counted(lines.count, "mistake").description, lines)
        }
    }

    func write(to writer: inout MetricsWriter) {
        writer.metric("foilmock_reloads_total", .counter, "Loads of the fixtures since the start, by their result.")
        writer.sample(taken, [("result", "ok")])
        writer.sample(refused, [("result", "failed")])
    }

    /// - Parameter mistakes: the lines that say what is wrong.
    private func refuse(_ reason: String, _ mistakes: [String]) {
        refused += 1
        emulator.fixtureLoads.fail(mistakes, at: emulator.now)
        log.error("fixtures not reloaded: \(reason); the ones from before stay")
    }

    private func asked() {
        if let watch {
            watch.load()
        } else {
            log.warning("SIGHUP reloads nothing: the fixtures are built in")
        }
    }
}

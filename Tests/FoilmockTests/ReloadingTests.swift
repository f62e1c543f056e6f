import Dialogue
import Emulator
import EventLoop
import Fixtures
import Glibc
import Store
import Support
import Testing

@testable import Program

/// SIGHUP goes to the process, in which only one loop at a time may hear of it.
@Suite("Fixtures that change while they are served", .serialized)
struct ReloadingTests {
    private static let builtIn = (try? FixtureSource.builtIn.load().catalog)?.personas.map(\.slug) ?? []

    private final class World {
        let folder = TemporaryFolder()
        let loop = Loop()
        let store: FailingStore
        let emulator: Emulator
        private let log: Log
        private let written: Written
        private var reloading: Reloading?

        private final class Written {
            var bytes: [UInt8] = []
        }

        init() throws {
            store = FailingStore(MemoryStore())
            emulator = try Emulator(
                catalog: FixtureSource.builtIn.load().catalog, store: store, media: .none, warn: { _ in })
            let written = Written()
            log = Log(.text, clock: TestClock().clock, write: { written.bytes += $0 })
            self.written = written
            SignalTurn.begin()
        }

        deinit { SignalTurn.end() }

        func serve(_ source: FixtureSource) {
            reloading = Reloading(loop, source, since: nil, emulator, log, announce: { _ in }, terminalGone: {})
        }

        /// A persona beyond doubt, or one whose machine never ends.
        func add(_ slug: String, isEndless: Bool = false) {
            if access(folder.place("personas"), F_OK) != 0 { folder.makeFolder("personas") }
            folder.makeFolder("personas/\(slug)")
            folder.makeFolder("personas/\(slug)/machines")
            folder.write("{\"name\": \"\(slug)\"}", to: "personas/\(slug)/persona.json")
            folder.write(
                """
                {"pass_threshold": 0,
                 "states": [{"state_key": "s", "is_initial_state": true}, {"state_key": "e", "is_terminal_state": \(!isEndless)}],
                 "transitions": [
                   {"from_state_key": "s", "to_state_key": "e", "decision_type": "pass", "when": {"any": ["x"]}},
                   {"from_state_key": "*", "to_state_key": "s", "decision_type": "pass", "when": {"any": ["y"]}}]}
                """, to: "personas/\(slug)/machines/m.json")
        }

        /// What SIGHUP has written, without the time.
        func hangUp() -> [String] {
            kill(getpid(), SIGHUP)
            written.bytes = []
            _ = run(loop) {
                reloading?.batchEnded()
                log.flush()
                return !written.bytes.isEmpty
            }
            let time = "2026-03-10T12:00:00Z "
            return String(decoding: written.bytes, as: UTF8.self).split(separator: "\n").map {
                String($0.hasPrefix(time) ? $0.dropFirst(time.count) : $0)
            }
        }

        var personas: [String] { emulator.catalog.personas.map(\.slug) }
    }

    @Test("SIGHUP loads the folder and logs the number of personas")
    func loads() throws {
        let world = try World()
        world.serve(.folder(world.folder.path))
        world.add("ann")
        #expect(world.hangUp() == ["fixtures reloaded: 1 persona"])
        #expect(world.personas == ["ann"])
        world.add("bob")
        #expect(world.hangUp() == ["fixtures reloaded: 2 personas"])
        #expect(world.personas == ["ann", "bob"])
    }

    @Test("SIGHUP logs the number of warnings on one more line")
    func warnings() throws {
        let world = try World()
        let path = world.folder.path
        world.serve(.folder(path))
        world.add("ann", isEndless: true)
        #expect(
            world.hangUp() == [
                "fixtures reloaded: 1 persona", "warning: the fixtures have 1 warning; see 'foilmock check \(path)'",
            ])
        world.add("bob", isEndless: true)
        #expect(world.hangUp().last == "warning: the fixtures have 2 warnings; see 'foilmock check \(path)'")
        world.add("cat")
        #expect(world.hangUp().first == "fixtures reloaded: 3 personas")
    }

    @Test("mistakes are logged with their places, and the old fixtures stay")
    func mistakes() throws {
        let world = try World()
        let path = world.folder.path
        world.serve(.folder(path))
        world.add("ann")
        #expect(world.hangUp().count == 1)
        world.folder.write("{", to: "personas/ann/machines/m.json")
        #expect(
            world.hangUp() == [
                "\(path)/personas/ann/machines/m.json:1:2: error: expected a key in double quotes or '}', "
                    + "found the end of the text",
                "fixtures not reloaded: 1 mistake; the ones from before stay",
            ])
        world.folder.write("{}", to: "personas/other.json")
        let lines = world.hangUp()
        #expect(lines.count == 3)
        #expect(lines.last == "fixtures not reloaded: 2 mistakes; the ones from before stay")
        #expect(world.personas == ["ann"])
    }

    @Test("a folder that is gone is logged, and the old fixtures stay")
    func gone() throws {
        let world = try World()
        let missing = world.folder.place("missing")
        world.serve(.folder(missing))
        #expect(
            world.hangUp() == [
                "Error: the fixture folder: \(missing) cannot be read: No such file or directory",
                "fixtures not reloaded: the folder cannot be read; the ones from before stay",
            ])
        #expect(world.personas == Self.builtIn)
    }

    @Test("a store that fails is logged, and the old fixtures stay")
    func store() throws {
        let world = try World()
        world.serve(.folder(world.folder.path))
        world.add("ann")
        world.folder.write(#"{"accounts": [{"name": "new", "keys": ["pk_live_new"]}]}"#, to: "accounts.json")
        world.store.fail(in: 1)
        #expect(
            world.hangUp() == [
                "fixtures not reloaded: the database: \(FailingStore.failure.message); the ones from before stay"
            ])
        #expect(world.personas == Self.builtIn)
        #expect(world.hangUp() == ["fixtures reloaded: 1 persona"])
        #expect(world.personas == ["ann"])
    }

    @Test("with built-in fixtures SIGHUP logs that it reloads nothing")
    func builtIn() throws {
        let world = try World()
        world.serve(.builtIn)
        #expect(world.hangUp() == ["warning: SIGHUP reloads nothing: the fixtures are built in"])
        #expect(world.personas == Self.builtIn)
    }

    @Test("built-in fixtures cannot be watched")
    func watched() {
        let message = "--watch has nothing to watch: the fixtures are built in; name a folder with --fixtures DIR"
        #expect(throws: AppError.usage(message)) { try Reloading.fingerprint(of: .builtIn) }
    }

    static let numbers: [(Int, String)] = [(0, "0 mistakes"), (1, "1 mistake"), (2, "2 mistakes")]

    @Test("a number is printed with the singular or plural of its word", arguments: numbers)
    func counted(_ number: Int, _ text: String) {
        #expect(Counted(number, "mistake").description == text)
    }
}

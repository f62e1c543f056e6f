import Fixtures
import Dialogue
import Glibc
import Store
import Testing

@testable import Emulator

@Suite("A sandbox's clock")
struct SandboxClockTests {
    private static let noon = Timestamp(seconds: 1_773_144_000)

    static let readings: [(SandboxClock.Mode, Int64)] = [
        (.real, 0), (.offset(5_000_000_000), 5), (.offset(-3600_000_000_000), -3600),
        (.frozen(Timestamp(seconds: 1_773_144_007)), 7),
    ]

    @Test("a clock reads the real time, an offset from it, or its frozen time", arguments: readings)
    func reading(_ mode: SandboxClock.Mode, _ seconds: Int64) {
        #expect(SandboxClock(mode).reading(at: Self.noon).seconds - Self.noon.seconds == seconds)
    }

    @Test("advancing a clock moves it forward, never back, and does nothing to a real one")
    func advance() {
        for (mode, moves) in [(SandboxClock.Mode.real, false), (.offset(7), true), (.frozen(Self.noon), true)] {
            var clock = SandboxClock(mode)
            let before = clock.reading(at: Self.noon).nanoseconds
            clock.advance(by: 90)
            #expect(clock.reading(at: Self.noon).nanoseconds - before == (moves ? 90 : 0))
            clock.advance(by: -90)
            #expect(clock.reading(at: Self.noon).nanoseconds - before == (moves ? 90 : 0))
        }
    }

    @Test(
        "a clock stops at the end of 2261, however far it is advanced",
        arguments: [SandboxClock.Mode.offset(0), .frozen(noon)])
    func end(_ mode: SandboxClock.Mode) {
        var clock = SandboxClock(mode)
        for _ in 1...3 { clock.advance(by: .max) }
        #expect(clock.reading(at: Self.noon).text == "2261-12-31T23:59:59Z")
        #expect(clock.reading(at: Timestamp(nanoseconds: .max)).text == "2261-12-31T23:59:59Z")
    }

    static let stored: [SandboxSettings] = [
        settings(nil, nil), settings(7, nil), settings(Int.min, .real), settings(nil, SandboxClock(.offset(-5))),
        settings(Int.max, SandboxClock(.frozen(Timestamp(nanoseconds: 1)), autoAdvance: 3, retryAfterScale: 0.123)),
        settings(nil, SandboxClock(.real, retryAfterScale: 1)),
        settings(nil, SandboxClock(.frozen(Timestamp.latest), autoAdvance: .max / 3, retryAfterScale: 0)),
    ]

    private static func settings(_ seed: Int?, _ clock: SandboxClock?) -> SandboxSettings {
        var settings = SandboxSettings()
        (settings.seed, settings.clock) = (seed, clock)
        return settings
    }

    @Test("settings are read as they were stored", arguments: stored)
    func roundTrip(_ settings: SandboxSettings) {
        #expect(SandboxSettings(stored: settings.stored) == settings)
        #expect(settings.stored.isEmpty == (settings == SandboxSettings()))
    }

    @Test("a clock with any offset stays between 1970 and 2261")
    func bounds() {
        for ahead in [Int64.min, -1, 0, 1, .max] {
            for real in [Timestamp.earliest, Self.noon, .latest] {
                let time = SandboxClock(.offset(ahead)).reading(at: real)
                #expect(Bounds.moments.contains(time.nanoseconds))
            }
        }
        #expect(SandboxClock(.offset(.min)).reading(at: Self.noon) == .earliest)
    }

    /// Clocks of which one number is out of bounds.
    static let unsoundClocks = [
        #""offset":9214646400000000000"#, #""offset":-9214646400000000000"#, #""frozen":-1"#,
        #""frozen":9214646400000000000"#, #""frozen":9223372036854775807"#, #""frozen":1.5"#, #""frozen":1e300"#,
        #""offset":1,"frozen":1"#, #""auto_advance":-1"#, #""auto_advance":9223372036854775807"#,
        #""auto_advance":1e300"#, #""retry_after_scale":-0.1"#, #""retry_after_scale":1.1"#,
        #""retry_after_scale":1e300"#,
    ]

    @Test(
        "a stored clock with a number beyond its bounds is dropped, and the seed beside it is kept",
        arguments: unsoundClocks)
    func unsound(_ members: String) {
        let key = members.prefix { $0 != ":" }
        let rest = [#""auto_advance":0"#, #""retry_after_scale":1"#].filter { !$0.hasPrefix(key) }
        let text = #"{"seed":7,"clock":{\#(([members] + rest).joined(separator: ","))}}"#
        #expect(SandboxSettings(stored: text) == Self.settings(7, nil))
    }

    @Test("a stored clock without a scale has none")
    func unscaled() {
        let settings = SandboxSettings(stored: #"{"clock":{"frozen":1,"auto_advance":0}}"#)
        #expect(settings == Self.settings(nil, SandboxClock(.frozen(Timestamp(nanoseconds: 1)))))
        #expect(SandboxSettings(stored: settings.stored) == settings)
    }

    static let foreign = ["{", "7", "[]", "{}", #"{"clock":7}"#, #"{"clock":{"frozen":1}}"#, #"{"seed":"7"}"#]

    @Test("stored settings that this version does not understand are dropped", arguments: foreign)
    func notUnderstood(_ text: String) {
        #expect(SandboxSettings(stored: text) == SandboxSettings())
    }

    @Test("the start warns of settings that cannot be read, and of no others")
    func warned() throws {
        let store = MemoryStore()
        for (name, text) in [("bad", "{"), ("worse", #"{"seed":"7"}"#), ("good", #"{"seed":7}"#), ("plain", "")] {
            let sandbox = try store.makeAccount(name: name, isOpen: true, at: Self.noon).sandbox
            store.saveSettings(text, of: sandbox)
        }
        let warnings = try World(store: store).warnings
        #expect(warnings.count == 2)
        for (warning, name) in zip(warnings, ["bad", "worse"]) {
            #expect(warning.hasPrefix("settings of the sandbox \"\(name)\" cannot be read and are not set ("))
            #expect(warning.hasSuffix("); set its clock and its seed again"))
        }
    }
}

@Suite("The system's clock")
struct SystemClockTests {
    static let times: [(seconds: Int, reads: Timestamp)] = [
        (.min, .earliest), (-1 << 40, .earliest), (-1, .earliest), (0, Timestamp(nanoseconds: 999_999_999)),
        (1_773_144_000, Timestamp(nanoseconds: 1_773_144_000_999_999_999)), (9_214_646_399, .latest),
        (9_214_646_400, .latest), (9_223_372_037, .latest), (1 << 40, .latest), (.max, .latest),
    ]

    @Test("a system time outside of 1970 to 2261 is read as the nearest time inside", arguments: times)
    func clamps(_ seconds: Int, _ reads: Timestamp) {
        let time = timespec(tv_sec: seconds, tv_nsec: 999_999_999)
        #expect(Timestamp(system: time) == reads)
        #expect(Clock.isBeyondBounds(time) == !(0...9_214_646_399).contains(seconds))
    }
}

@Suite("A time as a text")
struct TimestampTextTests {
    static let times: [(String, Int64)] = [
        ("1970-01-01T00:00:00Z", 0), ("2026-03-10T12:00:00Z", 1_773_144_000_000_000_000),
        ("2024-02-29T23:59:59Z", 1_709_251_199_000_000_000), ("2261-12-31T23:59:59Z", 9_214_646_399_000_000_000),
        ("1970-01-01T00:00:00.5Z", 500_000_000), ("1970-01-01T00:00:01.000000001Z", 1_000_000_001),
        ("2261-12-31T23:59:59.999999999Z", 9_214_646_399_999_999_999),
    ]

    @Test("a time is read to the nanosecond, and written to the second", arguments: times)
    func reads(_ text: String, _ nanoseconds: Int64) throws {
        let time = try #require(Timestamp(text: text))
        #expect(time.nanoseconds == nanoseconds)
        #expect(time.text == text.prefix(19) + "Z")
    }

    @Test(
        "a time with an offset is the moment in UTC",
        arguments: [
            ("2026-03-10T12:00:00+00:00", "2026-03-10T12:00:00Z"),
            ("2026-03-10T12:00:00-00:00", "2026-03-10T12:00:00Z"),
            ("2026-03-10T13:00:00+01:00", "2026-03-10T12:00:00Z"),
            ("2026-03-10T17:30:00+05:30", "2026-03-10T12:00:00Z"),
            ("2026-02-28T23:30:00.25-00:45", "2026-03-01T00:15:00.25Z"),
            ("1970-01-01T01:00:00+01:00", "1970-01-01T00:00:00Z"),
            ("1969-12-31T00:01:00-23:59", "1970-01-01T00:00:00Z"),
            ("2262-01-01T00:59:59+01:00", "2261-12-31T23:59:59Z"),
        ])
    func offset(_ text: String, _ utc: String) throws {
        let moment = try #require(Timestamp(text: utc))
        #expect(Timestamp(text: text) == moment)
    }

    static let wrong = [
        "", "now", "2026-03-10", "2026-03-10T12:00:00", "2026-03-10 12:00:00Z", "2026-03-10t12:00:00z",
        "2026-02-29T12:00:00Z", "2026-03-10T12:00:00+0100", "2026-03-10T12:00:00+1:00", "2026-03-10T12:00:00+24:00",
        "2026-03-10T12:00:00+01:60", "2026-03-10T12:00:00Z+01:00", "2026-03-10T12:00:00+01:00Z", "+01:00",
        "2026-03-10T12:00:00 01:00", "1970-01-01T00:59:59+01:00", "2261-12-31T23:00:00-01:00", "2026-13-01T12:00:00Z",
        "2026-00-01T12:00:00Z",
        "2026-03-10T24:00:00Z", "2026-03-10T12:60:00Z", "2026-03-10T12:00:60Z", "1969-12-31T23:59:59Z",
        "2262-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "2026-03-10T12:00:00.Z", "2026-03-10T12:00:00.5",
        "2026-03-10T12:00:00.1234567890Z", "2026-03-10T12:00:00.-1Z", "2026-03-10T12:00:00.5.5Z", "2026-03-10T12:00.5Z",
        "２０26-03-10T12:00:00Z", " 2026-03-10T12:00:00Z",
    ]

    @Test("a text of another form is no time", arguments: wrong)
    func refuses(_ text: String) {
        #expect(Timestamp(text: text) == nil)
    }
}

import Dialogue
import Testing

@testable import Emulator

@Suite("A sandbox's clock")
struct SandboxClockTests {
    private static let noon = Timestamp(seconds: 1_773_144_000)

    static let readings: [(SandboxClock.Mode, Int64)] = [
        (.real, 0), (.offset(5_000_000_000), 5), (.offset(-3600_000_000_000), -3600),
        (.frozen(Timestamp(seconds: 1_773_144_007)), 7),
    ]

    @Test("what it reads follows from the real time", arguments: readings)
    func reading(_ mode: SandboxClock.Mode, _ seconds: Int64) {
        #expect(SandboxClock(mode).reading(at: Self.noon).seconds - Self.noon.seconds == seconds)
    }

    @Test("put on, it reads later by so much, except in the real time; it is never put back")
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
        "it ends with the year 2261, however far it is put on", arguments: [SandboxClock.Mode.offset(0), .frozen(noon)])
    func end(_ mode: SandboxClock.Mode) {
        var clock = SandboxClock(mode)
        for _ in 1...3 { clock.advance(by: .max) }
        #expect(clock.reading(at: Self.noon).text == "2262-01-01T00:00:00Z")
        #expect(clock.reading(at: Timestamp(nanoseconds: .max)).text == "2262-01-01T00:00:00Z")
    }

    static let stored: [SandboxSettings] = [
        settings(nil, nil), settings(7, nil), settings(Int.min, .real), settings(nil, SandboxClock(.offset(-5))),
        settings(Int.max, SandboxClock(.frozen(Timestamp(nanoseconds: 1)), autoAdvance: 3, retryAfterScale: 0.123)),
        settings(nil, SandboxClock(.real, retryAfterScale: 1)),
        settings(nil, SandboxClock(.frozen(SandboxClock.latest), autoAdvance: .max / 3, retryAfterScale: 0)),
    ]

    private static func settings(_ seed: Int?, _ clock: SandboxClock?) -> SandboxSettings {
        var settings = SandboxSettings()
        (settings.seed, settings.clock) = (seed, clock)
        return settings
    }

    @Test("what is set is stored and read again as it was", arguments: stored)
    func roundTrip(_ settings: SandboxSettings) {
        #expect(SandboxSettings(stored: settings.stored) == settings)
        #expect(settings.stored.isEmpty == (settings == SandboxSettings()))
    }

    static let foreign = ["{", "7", "[]", "{}", #"{"clock":7}"#, #"{"clock":{"frozen":1}}"#, #"{"seed":"7"}"#]

    @Test("what this version does not understand counts as not set", arguments: foreign)
    func notUnderstood(_ text: String) {
        #expect(SandboxSettings(stored: text) == SandboxSettings())
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

    @Test("it is read to the nanosecond, and written to the second", arguments: times)
    func reads(_ text: String, _ nanoseconds: Int64) throws {
        let time = try #require(Timestamp(text: text))
        #expect(time.nanoseconds == nanoseconds)
        #expect(time.text == text.prefix(19) + "Z")
    }

    static let wrong = [
        "", "now", "2026-03-10", "2026-03-10T12:00:00", "2026-03-10 12:00:00Z", "2026-03-10t12:00:00z",
        "2026-03-10T12:00:00+00:00", "2026-02-29T12:00:00Z", "2026-13-01T12:00:00Z", "2026-00-01T12:00:00Z",
        "2026-03-10T24:00:00Z", "2026-03-10T12:60:00Z", "2026-03-10T12:00:60Z", "1969-12-31T23:59:59Z",
        "2262-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "2026-03-10T12:00:00.Z", "2026-03-10T12:00:00.5",
        "2026-03-10T12:00:00.1234567890Z", "2026-03-10T12:00:00.-1Z", "2026-03-10T12:00:00.5.5Z", "2026-03-10T12:00.5Z",
        "２０26-03-10T12:00:00Z", " 2026-03-10T12:00:00Z",
    ]

    @Test("anything else is no time", arguments: wrong)
    func refuses(_ text: String) {
        #expect(Timestamp(text: text) == nil)
    }
}

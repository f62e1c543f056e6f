import Dialogue
import Fixtures
import JSON

/// The settings of a sandbox that are made at run time and survive a restart: its clock and its seed.
struct SandboxSettings: Equatable {
    /// Nil: the account's default.
    var seed: Int?
    /// Nil: the server's default.
    var clock: SandboxClock?

    init() {}

    /// Reads the text that `stored` wrote. A setting that cannot be read counts as not set.
    init(stored text: String) { self = SandboxSettings.read(text).settings }

    /// Reads the text that `stored` wrote.
    /// - Returns: what could be read, and the first mistake; nil when all of it could be read.
    static func read(_ text: String) -> (settings: SandboxSettings, mistake: String?) {
        guard !text.isEmpty else { return (SandboxSettings(), nil) }
        let value: JSONValue
        do {
            value = try JSONReader.read(Array(text.utf8))
        } catch {
            return (SandboxSettings(), error.message)
        }
        let findings = Findings(document: value)
        let settings = ObjectReader(value, "the settings", findings).map { SandboxSettings($0) }
        return (settings ?? SandboxSettings(), findings.summary)
    }

    /// Reads the same members, and reports mistakes.
    init(_ reader: ObjectReader) {
        seed = reader.integer("seed", in: Int.min...Int.max)
        clock = reader.object("clock", "the clock").flatMap { SandboxClock($0) }
        reader.finish()
    }

    /// The text that the store keeps; times are in nanoseconds. Empty when nothing is set.
    var stored: String {
        guard self != SandboxSettings() else { return "" }
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        if let seed { writer.member("seed", seed) }
        if let clock {
            writer.key("clock")
            writer.beginObject()
            switch clock.mode {
            case .real: break
            case .offset(let ahead): writer.member("offset", Int(ahead))
            case .frozen(let time): writer.member("frozen", Int(time.nanoseconds))
            }
            writer.member("auto_advance", Int(clock.autoAdvance))
            if let scale = clock.retryAfterScale { writer.member("retry_after_scale", number: scale) }
            writer.endObject()
        }
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension Sandbox {
    /// The first mistake in the text that the store keeps as a sandbox's settings; nil when all of it can be read.
    public static func mistake(inSettings text: String) -> String? { SandboxSettings.read(text).mistake }
}

extension SandboxClock {
    /// Reads a clock; nil, with a report, for a mistake. Spans and moments are in nanoseconds.
    fileprivate init?(_ reader: ObjectReader) {
        let autoAdvance = reader.nanoseconds("auto_advance", in: SandboxClock.autoAdvances)
        let scale = reader.number("retry_after_scale", in: SandboxClock.retryAfterScales)
        let ahead = reader.nanoseconds("offset", in: SandboxClock.offsets)
        let time = reader.nanoseconds("frozen", in: Bounds.moments)
        defer { reader.finish() }
        let modes = ["offset", "frozen"].filter { reader.value($0) != nil }
        if modes.count == 2 {
            reader.findings.report("a clock has \"offset\" or \"frozen\", not both", at: reader.position(of: "frozen"))
        }
        guard let autoAdvance: Int64 = autoAdvance ?? reader.missing("auto_advance"),
            scale != nil || reader.value("retry_after_scale") == nil, modes.isEmpty || (ahead == nil) != (time == nil)
        else { return nil }
        let mode = ahead.map { Mode.offset($0) } ?? time.map { .frozen(Timestamp(nanoseconds: $0)) } ?? .real
        self.init(mode, autoAdvance: autoAdvance, retryAfterScale: scale)
    }
}

extension ObjectReader {
    fileprivate func nanoseconds(_ key: String, in range: ClosedRange<Int64>) -> Int64? {
        integer(key, in: Int(range.lowerBound)...Int(range.upperBound)).map(Int64.init)
    }
}

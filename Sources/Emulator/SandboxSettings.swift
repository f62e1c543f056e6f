import Dialogue
import JSON

/// What was set in a sandbox at run time and survives a restart: its clock and its seed.
struct SandboxSettings: Equatable {
    /// Nil: the account's own.
    var seed: Int?
    /// Nil: the server's.
    var clock: SandboxClock?

    init() {}

    /// Reads what `stored` wrote. What a newer or an older version wrote and this one does not understand counts as not
    /// set.
    init(stored text: String) {
        guard !text.isEmpty, let value = try? JSONReader.read(Array(text.utf8)) else { return }
        seed = value["seed"]?.integer
        guard let clock = value["clock"], let autoAdvance = clock["auto_advance"]?.integer,
            let scale = clock["retry_after_scale"]?.number
        else { return }
        let mode: SandboxClock.Mode
        if let ahead = clock["offset"]?.integer {
            mode = .offset(Int64(ahead))
        } else if let time = clock["frozen"]?.integer {
            mode = .frozen(Timestamp(nanoseconds: Int64(time)))
        } else {
            mode = .real
        }
        self.clock = SandboxClock(mode, autoAdvance: Int64(autoAdvance), retryAfterScale: scale)
    }

    /// As the store keeps it; times are in nanoseconds. Empty when nothing is set.
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
            writer.member("retry_after_scale", number: clock.retryAfterScale)
            writer.endObject()
        }
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

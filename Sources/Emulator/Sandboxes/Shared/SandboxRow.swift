import Crypto
import Dialogue
import Exact
import Fixtures
import JSON

/// What requests change in a sandbox, as texts from which another server can go on: after `Sandbox.restore(from:)` the
/// same requests get the same answers to the byte. What only reports and explanations read is not in it: the journal,
/// recent turns, arrivals. Callers, who may be keys, are in it as digests; a fault that is for one key names it as its
/// sender did.
struct SandboxRow: Equatable {
    /// The clock and the seed, as every store keeps them. With a clock that is not real, requests change it.
    var settings = ""
    /// What is set: limits of its own, faults and scripts. It has up to some 6 MB, and changes rarely. Empty when all is
    /// as in a new sandbox.
    var set: [UInt8] = []
    /// What requests count: rates, waits, what faults have matched and struck, the steps of scripts that were taken,
    /// messages that got the error they asked for. Empty when nothing is counted.
    var counted: [UInt8] = []

    /// What is set, and its text, which is not written again while nothing of it changes.
    struct Definitions {
        let limits: LimitsDefinition
        let faults: Revision
        let scripts: Revision
        let text: [UInt8]
    }
}

extension Sandbox {
    /// Whether requests other than those of the control API may change what decides later answers. A sandbox in which
    /// nothing counts changes only by a message with a directive such as `[[error 503 x1]]`, which is delivered once.
    var isCounting: Bool {
        // Waits of any answer pass on a clock that is not real.
        rates.limiter.limits != nil || !clock.isReal || !state.faults.entries.isEmpty || !state.waits.isEmpty
            || !state.deliveries.isEmpty || state.scripts.haveSteps
    }

    /// What requests have changed, those of the current batch included.
    var kept: SandboxRow {
        SandboxRow(settings: state.settings.stored, set: definitions.text, counted: counts)
    }

    /// What is set. The same value as before if nothing was set since.
    var definitions: SandboxRow.Definitions {
        let (limits, faults, scripts) = (ownLimits, state.faults, state.scripts)
        if let written, written.limits == limits, written.faults == faults.revision, written.scripts == scripts.revision
        {
            return written
        }
        let definitions = SandboxRow.Definitions(
            limits: limits, faults: faults.revision, scripts: scripts.revision, text: text(of: limits, faults, scripts))
        written = definitions
        return definitions
    }

    /// The limits that were set for the sandbox; `server` for those with which it starts.
    private var ownLimits: LimitsDefinition {
        let limits = rates.limiter.limits
        if rates.areOwn == standard.hasOwnLimits, limits == standard.limits { return .server }
        return limits.map { .perMinute($0) } ?? .lifted
    }

    private func text(of limits: LimitsDefinition, _ faults: FaultLedger, _ scripts: Scripts) -> [UInt8] {
        let areFirst = faults.areOnly(MagicWord.faults(of: name))
        guard limits != .server || !areFirst || scripts.made > 0 else { return [] }
        var writer = JSONWriter(capacity: 256 + faults.bytes)
        writer.beginObject()
        writer.key("limits")
        writer.limits(limits)
        writer.key("faults")
        if areFirst { writer.null() } else { writer.faults(faults) }
        writer.key("scripts")
        writer.scripts(scripts)
        writer.endObject()
        return writer.bytes
    }

    private var counts: [UInt8] {
        // `now` is the time of the last request here. Since then another server may have set a frozen clock back.
        let time = clock.isReal ? realNow : nil
        let messages = rates.limiter.counts(of: .message, at: time)
        let other = rates.limiter.counts(of: .other, at: time)
        let (faults, taken) = (state.faults.counts, state.scripts.taken)
        guard
            !messages.isEmpty || !other.isEmpty || !state.waits.isEmpty || !state.deliveries.isEmpty
                || faults.contains(where: { $0 != FaultLedger.Count() }) || taken.contains(where: { $0 > 0 })
        else { return [] }
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.key("limits")
        writer.limits(rates.limiter.limits)
        writer.members("messages", messages) { $0.numbers($1) }
        writer.members("other", other) { $0.numbers($1) }
        writer.members("waits", state.waits) { $0.integer(Int($1)) }
        writer.list("faults", faults) { $0.numbers([Int($1.madeAt.nanoseconds), $1.matched, $1.struck]) }
        writer.key("scripts")
        writer.numbers(taken)
        writer.member("deliveries", state.deliveries.deliveryText)
        writer.endObject()
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func faults(_ faults: FaultLedger) {
        beginObject()
        member("made", faults.made)
        list("all", faults.entries) { writer, entry in
            writer.beginObject()
            writer.member("number", entry.number)
            writer.key("fault")
            writer.value(entry.fault.source)
            writer.endObject()
        }
        endObject()
    }

    fileprivate mutating func scripts(_ scripts: Scripts) {
        beginObject()
        member("made", scripts.made)
        list("all", scripts.all) { writer, script in
            writer.beginObject()
            writer.member("number", script.number)
            writer.key("script")
            writer.beginObject()
            writer.members(of: script)
            writer.endObject()
            writer.endObject()
        }
        endObject()
    }

    fileprivate mutating func numbers(_ numbers: [Int]) {
        beginArray()
        for number in numbers { integer(number) }
        endArray()
    }

    fileprivate mutating func members<Value>(
        _ key: StaticString, _ values: [ExactText: Value], _ write: (inout JSONWriter, Value) -> Void
    ) {
        self.key(key)
        beginObject()
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            self.key(named: name.text)
            write(&self, value)
        }
        endObject()
    }
}

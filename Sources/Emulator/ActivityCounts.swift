import Dialogue
import Journal
public import Metrics

/// What happened since the start. Counters of metrics: a batch that is dropped is not taken back here.
struct ActivityCounts {
    private var sessions = 0
    /// Nil: a turn that is no answer to a message, such as a greeting.
    private var turns = Counts<Decision?>()
    var refusals = Counts<RateLimiter.Kind>()
    var strikes = Counts<Fault.Kind>()

    mutating func note(_ turn: Turn) {
        turns.add(turn.decision)
        if turn.number == 0 { sessions += 1 }
    }

    fileprivate func write(to writer: inout MetricsWriter) {
        writer.metric("foilmock_sessions_begun_total", .counter, "Sessions that began.")
        writer.sample(sessions)
        writer.metric("foilmock_turns_total", .counter, "Turns by their decision; none: greetings, events and nudges.")
        for (decision, count) in turns.list { writer.sample(count, [("decision", decision?.rawValue ?? "none")]) }
        writer.metric("foilmock_rate_limited_total", .counter, "Requests that a rate limit refused.")
        for (kind, count) in refusals.list { writer.sample(count, [("kind", kind == .message ? "message" : "other")]) }
        writer.metric("foilmock_faults_struck_total", .counter, "Requests that a fault struck, by the fault's kind.")
        for (kind, count) in strikes.list { writer.sample(count, [("kind", kind.rawValue)]) }
    }
}

extension Emulator {
    /// Writes the metrics of what all dialects share.
    public func write(to writer: inout MetricsWriter) {
        activity.write(to: &writer)
        writer.metric("foilmock_accounts", .gauge, "Accounts: those of the fixtures, and those that test keys opened.")
        let open = accounts.everyone.count(where: \.sandbox.isOpen)
        writer.sample(accounts.everyone.count - open, [("kind", "named")])
        writer.sample(open, [("kind", "open")])
        writer.metric("foilmock_journal_bytes", .gauge, "Memory of the entries in all journals, about.")
        writer.sample(journal.bytes)
        writer.metric("foilmock_long_answers", .gauge, "Answers that are being sent piece by piece.")
        writer.sample(longBodies.count)
    }
}

import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON
import Journal

/// The routes that list, read, reset and delete sandboxes, and set their seed and limits.
struct SandboxRoutes {
    let emulator: Emulator

    var routes: [Route] {
        [
            Route(.get, "/sandboxes", list),
            Route(.get, "/sandboxes/{sandbox}", show),
            Route(.delete, "/sandboxes/{sandbox}", remove),
            Route(.post, "/sandboxes/{sandbox}/reset", reset),
            Route(.put, "/sandboxes/{sandbox}/seed", setSeed),
            // Not in the journal: another process makes another key.
            Route(.post, "/sandboxes/{sandbox}/keys", changesSandbox: false, makeKey),
            Route(.get, "/sandboxes/{sandbox}/limits", limits),
            Route(.put, "/sandboxes/{sandbox}/limits", setLimits),
        ]
    }

    private func list(_ call: Call) throws(Failure) -> Response {
        try emulator.response(
            BodyWriter.pieces(
                before: { writer in
                    writer.beginObject()
                    writer.key("sandboxes")
                    writer.beginArray()
                },
                items: emulator.sandboxes,
                write: { (writer, account) throws(Failure) in try write(account, isListed: true, to: &writer) },
                after: { writer in
                    writer.endArray()
                    writer.endObject()
                }))
    }

    private func show(_ call: Call) throws(Failure) -> Response {
        try response(try emulator.account(named: call.parameters["sandbox"]))
    }

    private func remove(_ call: Call) throws(Failure) -> Response {
        let account = try emulator.account(named: call.parameters["sandbox"])
        try emulator.remove(account)
        return .deleted(account.name)
    }

    private func reset(_ call: Call) throws(Failure) -> Response {
        try Input.noBody(call, "a reset", depthLimit: emulator.jsonDepth)
        let account = try emulator.account(opening: call.parameters["sandbox"])
        try emulator.reset(account)
        return try response(account)
    }

    private func setSeed(_ call: Call) throws(Failure) -> Response {
        let seed = try Input.read(call, "a seed", depthLimit: emulator.jsonDepth) { reader in
            reader.integer("seed", in: Int.min...Int.max) ?? reader.missing("seed")
        }
        let account = try emulator.account(opening: call.parameters["sandbox"])
        emulator.set(seed: seed, in: account.sandbox)
        return try response(account)
    }

    private func makeKey(_ call: Call) throws(Failure) -> Response {
        try Input.noBody(call, "a key", depthLimit: emulator.jsonDepth)
        let made = emulator.makePageKey(for: try emulator.account(named: call.parameters["sandbox"]))
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.member("key", made.key)
        writer.member("expires_at", made.end.text)
        writer.endObject()
        return .json(writer.bytes)
    }

    private func limits(_ call: Call) throws(Failure) -> Response {
        SandboxRoutes.response(try emulator.account(named: call.parameters["sandbox"]).sandbox.rates.limiter.limits)
    }

    private func setLimits(_ call: Call) throws(Failure) -> Response {
        var limits: RateLimits?
        if !(try Input.json(call, depthLimit: emulator.jsonDepth).isNull) {
            limits = try Input.read(call, "the limits", depthLimit: emulator.jsonDepth) { RateLimits($0) }
        }
        let account = try emulator.account(opening: call.parameters["sandbox"])
        emulator.set(limits, in: account.sandbox)
        return SandboxRoutes.response(limits)
    }

    private static func response(_ limits: RateLimits?) -> Response {
        var writer = JSONWriter(capacity: 128)
        writer.limits(limits)
        return .json(writer.bytes)
    }

    private func response(_ account: Account) throws(Failure) -> Response {
        var writer = JSONWriter(capacity: 512)
        try write(account, isListed: false, to: &writer)
        return .json(writer.bytes)
    }

    /// - Parameter isListed: whether the time of the latest request is written. It is real time, which is not the same in
    ///   a replay, so answers that are in the journal do not have it.
    private func write(
        _ account: Account, isListed: Bool, to writer: inout JSONWriter
    ) throws(Failure) {
        let sandbox = account.sandbox
        writer.beginObject()
        writer.member("name", sandbox.name)
        writer.member("kind", sandbox.isOpen ? "open" : "named")
        writer.member("seed", sandbox.seed)
        writer.key("clock")
        writer.clock(sandbox.clock, now: emulator.time(in: sandbox))
        writer.key("limits")
        writer.limits(sandbox.rates.limiter.limits)
        if isListed { writer.member("last_request_at", sandbox.journal.latest?.exactText) }
        writer.member("sessions", try emulator.sessionCount(in: sandbox))
        writer.member("faults", emulator.faults(in: sandbox).count)
        writer.member("scripts", emulator.scripts(in: sandbox).count { $0.left > 0 })
        writer.key("journal")
        writer.counters(of: sandbox.journal)
        writer.endObject()
    }
}

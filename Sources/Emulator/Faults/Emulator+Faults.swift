import Crypto
import Journal
import Dialogue
import HTTP
import Metrics
public import JSON

extension Emulator {
    /// The most faults of a sandbox: each request is compared with all faults of its stage.
    static let faultLimit = 1_000
    /// The most bytes that a sandbox's faults have together, as JSON.
    static let faultBytes = 4 << 20

    /// Applies the sandbox's faults of one stage to a request. A request passes each stage once.
    /// - Throws: the failure of a fault that refuses the request.
    func meetFaults(_ exchange: Exchange, at stage: FaultLedger.Stage) throws(Failure) {
        guard let sandbox = exchange.account?.sandbox, !sandbox.state.faults.isEmpty(at: stage) else { return }
        try strike(exchange, in: sandbox, stage) { _ in true }
    }

    /// Applies the faults that act on answers to a request that was carried out.
    /// - Throws: the failure of a fault that refuses the request, to be answered instead.
    func meetFaults(_ exchange: Exchange, after response: Response) throws(Failure) {
        guard let sandbox = exchange.account?.sandbox, !sandbox.state.faults.isEmpty(at: .answer),
            response.status.code < 400
        else { return }
        try strike(exchange, in: sandbox, .answer) { $0.effect.concerns(response) }
    }

    private func strike(
        _ exchange: Exchange, in sandbox: Sandbox, _ stage: FaultLedger.Stage, _ concerns: (Fault) -> Bool
    ) throws(Failure) {
        let (seed, name) = (sandbox.seed, sandbox.name)
        let strikes = sandbox.change { state in
            state.faults.strikes(
                stage, at: sandbox.now, seed: { Emulator.seed("\(seed) \(name) \($0) \($1)") }
            ) { concerns($0) && $0.match.holds(for: exchange.facts, &exchange.effort) }
        }
        if exchange.effort.hasGivenUp { warnOfFaults(in: sandbox) }
        exchange.facts.faults += strikes.map(\.name)
        for strike in strikes { activity.strikes.add(strike.fault.kind) }
        exchange.strikes += strikes.filter { !$0.fault.effect.refuses }
        for strike in strikes {
            if let failure = strike.failure(in: sandbox, caller: exchange.facts.caller ?? "") { throw failure }
        }
    }

    private func warnOfFaults(in sandbox: Sandbox) {
        guard !sandbox.isWarnedOfFaults else { return }
        sandbox.isWarnedOfFaults = true
        warn(
            "the faults of \"\(sandbox.name)\" take too much to be held against a message, and those left over do not strike; "
                + "use words in place of patterns, or fewer faults")
    }

    /// The seed of one fault's random draws at one request. It depends on nothing else.
    private static func seed(_ name: String) -> UInt64 {
        Digest.sha256(Array(name.utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// What the control API does with faults.
extension Emulator {
    /// - Throws: a 400 when the sandbox already has `faultLimit` faults, or the faults would have more than
    ///   `faultBytes` bytes.
    public func add(_ fault: Fault, in sandbox: Sandbox) throws(Failure) -> JSONValue {
        guard sandbox.state.faults.bytes + fault.size <= Emulator.faultBytes else {
            throw Failure(
                .badRequest,
                "The faults of the sandbox have \(sandbox.state.faults.bytes) bytes of JSON and may have \(Emulator.faultBytes); "
                    + "this one has \(fault.size); delete some first, or answer less")
        }
        guard sandbox.state.faults.entries.count < Emulator.faultLimit else {
            throw Failure(
                .badRequest, "The sandbox has \(Emulator.faultLimit) faults, and may have no more; delete some first")
        }
        let now = time(in: sandbox)
        return sandbox.change { $0.faults.add(fault, at: now) }.described(at: now)
    }

    /// All faults of the sandbox, oldest first.
    public func faults(in sandbox: Sandbox) -> [JSONValue] {
        sandbox.state.faults.entries.map { $0.described(at: time(in: sandbox)) }
    }

    /// - Throws: a 404 when there is none of that name.
    public func fault(_ id: String, in sandbox: Sandbox) throws(Failure) -> JSONValue {
        guard let entry = sandbox.state.faults.entries.first(where: { $0.id == id }) else {
            throw Emulator.noFault(id, sandbox)
        }
        return entry.described(at: time(in: sandbox))
    }

    /// - Throws: a 404 when there is none of that name.
    public func removeFault(_ id: String, in sandbox: Sandbox) throws(Failure) {
        guard sandbox.change({ $0.faults.remove(id) }) else { throw Emulator.noFault(id, sandbox) }
    }

    /// Removes all faults, and returns how many there were.
    public func removeFaults(in sandbox: Sandbox) -> Int {
        return sandbox.change { $0.faults.removeAll() }
    }

    private static func noFault(_ id: String, _ sandbox: Sandbox) -> Failure {
        let known = sandbox.state.faults.entries.map(\.id)
        return Failure(
            .notFound,
            "There is no fault \"\(id)\" in \"\(sandbox.name)\"; "
                + (known.isEmpty ? "it has none" : "it has \(known.prefix(20).joined(separator: ", "))"))
    }
}

extension FaultLedger.Entry {
    /// The fault as the client sent it, with its id, counts and state.
    fileprivate func described(at now: Timestamp) -> JSONValue {
        let state =
            fault.schedule.hasExpired(since: madeAt, at: now)
            ? "expired" : fault.schedule.isSpent(matched: matched, struck: struck) ? "spent" : "armed"
        return JSONValue.object([JSONValue.Member("id", .string(id))] + (fault.source.members ?? []))
            .setting("when", to: .string(fault.moment.rawValue))
            .setting("matched", to: .integer(matched)).setting("struck", to: .integer(struck))
            .setting("state", to: .string(state))
    }
}

import Crypto
public import Journal
public import Dialogue
import Exact
import Fixtures
import HTTP
public import Store

/// The state that an account's requests share with no other account: sessions, a clock, a seed, limits.
public final class Sandbox {
    /// The settings that apply unless they are set at run time.
    struct Standard: Equatable {
        var seed: Int
        /// Nil: no limits.
        var limits: RateLimits?
        /// Whether the limits are the account's own, and not the server's.
        var hasOwnLimits = false
        var clock: SandboxClock
    }

    /// The state that requests change. When a batch is dropped, the state before it is restored as a whole.
    struct State {
        var settings = SandboxSettings()
        /// When each refused caller's `Retry-After` ends, in nanoseconds of the sandbox's clock. It is kept only for a
        /// clock that is not real: the caller's next request advances the clock to that time. By `CallerDigest`.
        var waits: [ExactText: Int64] = [:]
        var faults = FaultLedger()
        /// The messages that already got the error that they asked for at their first delivery: digests, because
        /// messages may be long.
        var deliveries: Set<[UInt8]> = []
        var scripts = Scripts()
    }

    public let id: SandboxID
    /// The account's name.
    public let name: String
    /// For the ids of requests.
    let nameHash: UInt64
    /// True for the sandbox of an open account.
    public let isOpen: Bool
    public private(set) var rates: Rates
    /// The sandbox's time at which the current request arrived; it is fixed during the request.
    public internal(set) var now = Timestamp(nanoseconds: 0)
    /// The real time at which the current request arrived.
    var realNow = Timestamp(nanoseconds: 0)
    /// The requests of the sandbox.
    public let journal = Journal()
    var standard: Standard
    private(set) var state = State()
    private(set) var recent = RecentTurns()
    /// What `kept` wrote last of what is set.
    var written: SandboxRow.Definitions?
    /// Whether a warning was logged that the faults are too expensive to compare with a message.
    var isWarnedOfFaults = false
    /// Whether anything of the sandbox has changed in the batch.
    private var isChanged = false
    /// The state before the batch; nil while the batch has not changed it. Most requests only count, and to keep the
    /// state would copy many references.
    private var before: State?
    /// The rates before the batch set other limits; nil when it did not.
    private var ratesBefore: Rates?
    private let batch: Batch
    /// What servers that share the database know of the state.
    private var sharedState = SharedState()

    init(id: SandboxID, name: String, isOpen: Bool, standard: Standard, settings: String, in batch: Batch) {
        self.batch = batch
        self.id = id
        self.name = name
        nameHash = RequestIDs.hash(of: name)
        self.isOpen = isOpen
        self.standard = standard
        rates = Rates(standard.limits, areOwn: standard.hasOwnLimits)
        state.faults = FaultLedger(MagicWord.faults(of: name))
        state.settings = SandboxSettings(stored: settings)
    }

    /// Whether a new sandbox would be the same, apart from what is in the store: nothing was set, and nothing waits for a
    /// request or counts one.
    var isBlank: Bool {
        state.settings == SandboxSettings() && !rates.areOwn && state.scripts.all.isEmpty && state.waits.isEmpty
            && state.deliveries.isEmpty && state.faults.areUnchanged(from: MagicWord.faults(of: name))
    }

    /// The seed from which its ids derive.
    public var seed: Int { state.settings.seed ?? standard.seed }

    public var clock: SandboxClock { state.settings.clock ?? standard.clock }

    /// Takes over the settings after a reload of the fixtures. Unchanged limits keep their counts.
    func renew(_ standard: Standard) {
        let isOther =
            standard.limits != self.standard.limits || standard.hasOwnLimits != self.standard.hasOwnLimits
        self.standard = standard
        // This runs between two batches, so there is no state to restore.
        if isOther { rates = Rates(standard.limits, areOwn: standard.hasOwnLimits) }
    }
}

// MARK: - Changes

/// All changes of a sandbox are made by these methods, so that a dropped batch can be undone.
extension Sandbox {
    func change<Value, Failure>(_ change: (inout State) throws(Failure) -> Value) throws(Failure) -> Value {
        join()
        if before == nil { before = state }
        return try change(&state)
    }

    /// Sets the limits, and restarts the counts.
    func count(by limits: RateLimits?, areOwn: Bool) {
        join()
        if ratesBefore == nil { ratesBefore = rates }
        rates = Rates(limits, areOwn: areOwn)
    }

    /// Counts a request against the limits. Returns how long the caller must wait; nil when the request is admitted.
    /// - Parameter onlyOwn: whether only limits that were set for the sandbox apply.
    func admit(_ kind: RateLimiter.Kind, from caller: String, onlyOwn: Bool) -> RetryAfter? {
        join()
        return rates.admit(
            kind, key: caller, at: now, real: realNow, isLimited: !onlyOwn || rates.areOwn, by: clock)
    }

    /// Keeps the inputs of a turn, so that it can be explained.
    func remember(_ turn: AnsweredTurn) {
        join()
        recent.add(turn)
    }

    /// Clears the journal.
    func clearJournal() {
        join()
        journal.clear(isWhole: false)
    }

    /// Clears the settings, counts, faults, scripts and the journal.
    func clear() {
        change { state in
            state = State()
            state.faults = FaultLedger(MagicWord.faults(of: name))
        }
        count(by: standard.limits, areOwn: standard.hasOwnLimits)
        journal.clear(isWhole: true)
        recent = RecentTurns()
    }

    func set(_ clock: SandboxClock) {
        change { $0.settings.clock = clock == standard.clock ? nil : clock }
    }

    /// The most callers whose waits are kept; beyond it all waits are removed.
    static let waitLimit = 10_000

    /// Keeps the wait that a caller was given, if the clock is not real.
    func noteWait(of caller: String, seconds: Int) {
        guard !clock.isReal else { return }
        change { state in
            if state.waits.count >= Sandbox.waitLimit { state.waits.removeAll() }
            state.waits[CallerDigest.of(caller)] = now.nanoseconds + Int64(seconds) * 1_000_000_000
        }
    }

    /// Advances the clock by the wait that the caller was given.
    func passWait(of caller: String, at real: Timestamp) {
        guard !state.waits.isEmpty, let until = change({ $0.waits.removeValue(forKey: CallerDigest.of(caller)) }) else {
            return
        }
        var clock = clock
        clock.advance(by: until - clock.reading(at: real).nanoseconds)
        set(clock)
    }

    /// The version of the state that the database has; 0: nothing was kept yet.
    var version: Int64 { sharedState.version }

    /// Takes over the state that another server kept. Call it before the first change of a batch.
    func takeOver(_ kept: SandboxRow, version: Int64) throws(StoreError) {
        try restore(from: kept)
        sharedState = SharedState(kept, version: version)
    }

    /// Replaces what requests change by what another server kept. It is no change of the batch; changes of the batch
    /// are forgotten.
    func replace(_ state: State, _ limiter: RateLimiter, limitsAreOwn: Bool) {
        self.state = state
        rates.replace(limiter, areOwn: limitsAreOwn)
        before = nil
        ratesBefore = nil
    }

    /// Takes part in the batch.
    func join() {
        guard !isChanged else { return }
        isChanged = true
        batch.join(self)
    }
}

extension Sandbox: BatchMember {
    func save(to store: any Store) throws(StoreError) {
        if let before, before.settings != state.settings { try store.saveSettings(state.settings.stored, of: id) }
        guard let shared = batch.shared else { return }
        try sharedState.save(kept, of: id, to: shared)
        if let change = journal.change { try shared.saveJournal(JournalRows(change), of: id) }
    }

    func keepBatch() {
        isChanged = false
        if batch.shared != nil { sharedState.keepBatch() }
        if before != nil { before = nil }
        if ratesBefore != nil { ratesBefore = nil }
        rates.keepBatch()
        journal.keepBatch()
        recent.keepBatch()
    }

    func dropBatch() {
        isChanged = false
        sharedState.dropBatch()
        if let before { state = before }
        before = nil
        if let ratesBefore { rates = ratesBefore }
        ratesBefore = nil
        rates.dropBatch()
        journal.dropBatch()
        recent.dropBatch()
    }
}

extension Sandbox {
    /// Applies faults and the sandbox's clock to a response. With a clock that is not real, the waits of the response
    /// pass at once on the clock, `Date` is the clock's time, and then the clock advances by `autoAdvance`.
    func settle(_ response: inout Response, striking strikes: [FaultLedger.Strike]) {
        let clock = clock
        var waited = clock.isReal ? 0 : response.delivery.takeWaits()
        let ordered = strikes.count < 2 ? strikes : strikes.sorted { $0.fault.kind.rank < $1.fault.kind.rank }
        for strike in ordered {
            waited = SandboxClock.sum(waited, strike.change(&response, inRealTime: clock.isReal))
        }
        guard !clock.isReal else { return }
        response.fields.add(.date, DateText.of(unixTime: Int(now.advanced(by: waited).seconds)))
        let passed = SandboxClock.sum(waited, clock.autoAdvance)
        guard passed > 0 else { return }
        var moved = clock
        moved.advance(by: passed)
        set(moved)
    }
}

extension Delivery {
    /// Removes the waits, and returns their sum in nanoseconds.
    fileprivate mutating func takeWaits() -> Int64 {
        var waited: Int64 = 0
        steps.removeAll { step in
            guard case .wait(let duration) = step else { return false }
            let (seconds, attoseconds) = duration.components
            waited = SandboxClock.sum(waited, seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
            return true
        }
        return waited
    }
}

extension Sandbox {
    /// The most deliveries that are kept; beyond it all are removed.
    static let deliveryLimit = 1_000

    /// Whether the player sends this message for the first time. Remembers it.
    func isFirstDelivery(of message: String, from player: PlayerKey) -> Bool {
        let text = "\(player.persona) \(player.channel)\0\(player.player.utf8.count) \(player.player)\(message)"
        return change { state in
            if state.deliveries.count >= Sandbox.deliveryLimit { state.deliveries.removeAll() }
            return state.deliveries.insert(Digest.sha256(Array(text.utf8))).inserted
        }
    }
}

extension Sandbox {
    /// The memory of what is kept for explanations and reports, in bytes.
    var keptBytes: Int { recent.bytes + rates.arrivals.bytes }

    /// Drops the older half of what is kept for explanations and reports. Call it between two batches.
    func dropOlderHalf() {
        recent.dropOlderHalf()
        rates.dropOlderHalf()
    }
}

public import Dialogue
import Exact
import Fixtures
import HTTP
public import Store

/// What an account's requests share, and share with no other account: sessions, a clock, a seed, limits.
public final class Sandbox {
    /// What is in force where nobody has said otherwise.
    struct Standard: Equatable {
        var seed: Int
        /// Nil: no limits.
        var limits: RateLimits?
        /// Whether it is the account that says so, and not the server.
        var hasOwnLimits = false
        var clock: SandboxClock
    }

    /// What requests change. Where the store does not keep a batch, it is taken back as a whole.
    struct State {
        var settings = SandboxSettings()
        /// How long each caller who was refused has been told to wait, in nanoseconds of the sandbox's clock. Only where
        /// that is not the real time: there the wait is done when they call again.
        var waits: [ExactText: Int64] = [:]
        var faults = FaultLedger()
        /// Messages whose first delivery was answered with the error that they asked for.
        var deliveries: Set<FirstDelivery> = []
        var scripts = Scripts()
    }

    public let id: SandboxID
    /// Its account's name.
    public let name: String
    /// True for the sandbox of an open account.
    public let isOpen: Bool
    public private(set) var rates: Rates
    /// What the clock read when the request at hand came: one time for all of a request.
    public internal(set) var now = Timestamp(nanoseconds: 0)
    /// What the real time was then.
    var realNow = Timestamp(nanoseconds: 0)
    /// What was asked of it.
    public let journal = Journal()
    var standard: Standard
    private(set) var state = State()
    private(set) var recent = RecentTurns()
    /// Whether it was warned of faults that take too much to be held against a message.
    var isWarnedOfFaults = false
    /// As it was before the batch; nil while nothing of the sandbox has changed in it.
    private var before: State?
    /// What was counted before the batch set other limits; nil when it has not.
    private var ratesBefore: Rates?
    private let batch: Batch

    init(id: SandboxID, name: String, isOpen: Bool, standard: Standard, settings: String, in batch: Batch) {
        self.batch = batch
        self.id = id
        self.name = name
        self.isOpen = isOpen
        self.standard = standard
        rates = Rates(standard.limits, areOwn: standard.hasOwnLimits)
        state.faults = FaultLedger(MagicWord.faults(of: name))
        state.settings = SandboxSettings(stored: settings)
    }

    /// What its ids derive from.
    public var seed: Int { state.settings.seed ?? standard.seed }

    public var clock: SandboxClock { state.settings.clock ?? standard.clock }

    /// Takes over what a reload of the fixtures says. Limits that it leaves alone keep their counts.
    func renew(_ standard: Standard) {
        let isOther =
            standard.limits != self.standard.limits || standard.hasOwnLimits != self.standard.hasOwnLimits
        self.standard = standard
        // Between two batches: there is nothing to be taken back.
        if isOther { rates = Rates(standard.limits, areOwn: standard.hasOwnLimits) }
    }
}

// MARK: - Changing it

/// Nothing of a sandbox changes but by these, so that the end of the batch can take it back.
extension Sandbox {
    func change<Value, Failure>(_ change: (inout State) throws(Failure) -> Value) throws(Failure) -> Value {
        join()
        return try change(&state)
    }

    /// Has these limits from here on, and counts anew.
    func count(by limits: RateLimits?, areOwn: Bool) {
        join()
        if ratesBefore == nil { ratesBefore = rates }
        rates = Rates(limits, areOwn: areOwn)
    }

    /// Counts a request against the limits. Returns how long the caller is to wait who is beyond them.
    /// - Parameter onlyOwn: whether limits hold only where they were set for the sandbox.
    func admit(_ kind: RateLimiter.Kind, from caller: String, onlyOwn: Bool) -> RetryAfter? {
        join()
        return rates.admit(
            kind, key: caller, at: now, real: realNow, isLimited: !onlyOwn || rates.areOwn,
            scale: clock.isReal ? 1 : clock.retryAfterScale)
    }

    /// Keeps what a turn was made of, for those who ask why it came out as it did.
    func remember(_ turn: AnsweredTurn) {
        join()
        recent.add(turn)
    }

    /// Forgets what was asked of it.
    func clearJournal() {
        join()
        journal.clear(isWhole: false)
    }

    /// Forgets what was set and counted.
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

    /// Callers whose waits are remembered at most; beyond it all are forgotten.
    private static let waitLimit = 10_000

    /// Notes that a caller was told to wait, where the clock can make up for it.
    func tell(_ caller: String, toWait seconds: Int) {
        guard !clock.isReal else { return }
        change { state in
            if state.waits.count >= Sandbox.waitLimit { state.waits.removeAll() }
            state.waits[ExactText(caller)] = now.nanoseconds + Int64(seconds) * 1_000_000_000
        }
    }

    /// Has waited what the caller was told to wait.
    func passWait(of caller: String, at real: Timestamp) {
        guard !state.waits.isEmpty, let until = change({ $0.waits.removeValue(forKey: ExactText(caller)) }) else {
            return
        }
        var clock = clock
        clock.advance(by: until - clock.reading(at: real).nanoseconds)
        set(clock)
    }

    private func join() {
        guard before == nil else { return }
        before = state
        batch.join(self)
    }
}

extension Sandbox: BatchMember {
    func save(to store: any Store) throws(StoreError) {
        guard let before, before.settings != state.settings else { return }
        try store.saveSettings(state.settings.stored, of: id)
    }

    func keepBatch() {
        before = nil
        ratesBefore = nil
        rates.keepBatch()
        journal.keepBatch()
        recent.keepBatch()
    }

    func dropBatch() {
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
    /// Has faults change a response, and puts it under the sandbox's clock: in one that is not real, what the response would
    /// wait for passes at once on the clock, and `Date` is the clock's. Then the clock goes on by what each request takes.
    func settle(_ response: inout Response, striking strikes: [FaultLedger.Strike]) {
        let clock = clock
        var waited = clock.isReal ? 0 : response.delivery.takeWaits()
        for strike in strikes.sorted(by: { $0.fault.kind.rank < $1.fault.kind.rank }) {
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
    /// Takes the waits out of it and returns their sum in nanoseconds.
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
    /// Deliveries that are remembered at most; beyond it all are forgotten.
    private static let limit = 10_000

    /// Whether this very message comes from the player for the first time; the next time it does not.
    func isFirstDelivery(of message: String, from player: PlayerKey) -> Bool {
        change { state in
            if state.deliveries.count >= Sandbox.limit { state.deliveries.removeAll() }
            return state.deliveries.insert(FirstDelivery(player: player, message: ExactText(message))).inserted
        }
    }
}

/// A message that asked for an error at its first delivery.
struct FirstDelivery: Hashable {
    let player: PlayerKey
    let message: ExactText
}

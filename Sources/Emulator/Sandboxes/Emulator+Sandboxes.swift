public import Dialogue
public import Fixtures
import HTTP
import Store

/// The control API's operations on sandboxes. All changes belong to the batch, and are dropped with it.
extension Emulator {
    /// Every account with its sandbox, by name.
    public var sandboxes: [Account] { accounts.all }

    /// - Throws: a 404 when no account has that name.
    public func account(named name: String) throws(Failure) -> Account {
        guard let account = accounts.known(named: name) else {
            throw Failure(
                .notFound, "There is no sandbox \"\(name)\"; it opens with the first request of that key or name")
        }
        try hold(account)
        return account
    }

    /// The account of that name; opens one when none exists. A name with magic words is opened only by its key.
    public func account(opening name: String) throws(Failure) -> Account {
        name.contains("+") ? try account(named: name) : try account(of: name)
    }

    /// The time of the sandbox's clock now.
    public func time(in sandbox: Sandbox) -> Timestamp { sandbox.clock.reading(at: now) }

    /// Sets the clock, and restarts the rate counts: counts of another clock do not apply.
    public func set(_ clock: SandboxClock, in sandbox: Sandbox) {
        sandbox.set(clock)
        sandbox.change { $0.waits.removeAll() }
        sandbox.count(by: sandbox.rates.limiter.limits, areOwn: sandbox.rates.areOwn)
    }

    /// Sets the clock after an advance. The rate counts stay.
    public func advance(_ clock: SandboxClock, in sandbox: Sandbox) { sandbox.set(clock) }

    public func set(seed: Int, in sandbox: Sandbox) { sandbox.change { $0.settings.seed = seed } }

    /// Sets the limits until the next start or reset, and restarts the counts; nil lifts the limits.
    public func set(_ limits: RateLimits?, in sandbox: Sandbox) { sandbox.count(by: limits, areOwn: true) }

    public func sessionCount(in sandbox: Sandbox) throws(Failure) -> Int {
        try stored { () throws(StoreError) in try store.sessionCount(in: sandbox.id) }
    }

    /// Resets a sandbox to the state of an unused one. An open account makes room for another until it is used again.
    public func reset(_ account: Account) throws(Failure) {
        try clear(account)
        accounts.vacate(account)
    }

    /// Removes everything from a sandbox.
    func clear(_ account: Account) throws(Failure) {
        let sandbox = account.sandbox
        try stored { () throws(StoreError) in try store.clearAccount(sandbox.id) }
        roster.clear(sandbox.id)
        sandbox.clear()
        removals.add(sandbox)
    }

    /// Removes an open account with everything in its sandbox.
    /// - Throws: a 409 for an account that the fixtures name.
    public func remove(_ account: Account) throws(Failure) {
        guard account.isOpen else {
            throw Failure(
                .conflict,
                "The fixtures name the account \"\(account.name)\", so it cannot be deleted; reset it instead")
        }
        try stored { () throws(StoreError) in try accounts.remove(account) }
        roster.clear(account.sandbox.id)
    }
}

public import Dialogue
public import Fixtures
import HTTP
import Store

/// What the control API does with sandboxes. All of it is part of the batch, and taken back with it.
extension Emulator {
    /// Every account with its sandbox, by name.
    public var sandboxes: [Account] { accounts.all }

    /// - Throws: a 404 where no account has that name.
    public func account(named name: String) throws(Failure) -> Account {
        guard let account = accounts.known(named: name) else {
            throw Failure(
                .notFound, "There is no sandbox \"\(name)\"; it opens with the first request of that key or name")
        }
        return account
    }

    /// The account of that name, which opens where there is none. One with magic words is opened by its key alone.
    public func account(opening name: String) throws(Failure) -> Account {
        name.contains("+") ? try account(named: name) : try account(of: name)
    }

    /// What the sandbox's clock reads now.
    public func time(in sandbox: Sandbox) -> Timestamp { sandbox.clock.reading(at: now) }

    /// Sets the clock, in which limits are counted anew: what was counted in another time tells nothing.
    public func set(_ clock: SandboxClock, in sandbox: Sandbox) {
        sandbox.set(clock)
        sandbox.change { $0.waits.removeAll() }
        sandbox.count(by: sandbox.rates.limiter.limits, areOwn: sandbox.rates.areOwn)
    }

    /// Has the clock read what an advance has made of it: what was counted goes on to count.
    public func advance(_ clock: SandboxClock, in sandbox: Sandbox) { sandbox.set(clock) }

    public func set(seed: Int, in sandbox: Sandbox) { sandbox.change { $0.settings.seed = seed } }

    /// Has other limits until the next start or reset, and counts anew; nil lifts them.
    public func set(_ limits: RateLimits?, in sandbox: Sandbox) { sandbox.count(by: limits, areOwn: true) }

    public func sessionCount(in sandbox: Sandbox) throws(Failure) -> Int {
        try stored { () throws(StoreError) in try store.sessionCount(in: sandbox.id) }
    }

    /// Makes a sandbox as if nobody had ever used it.
    public func reset(_ account: Account) throws(Failure) {
        let sandbox = account.sandbox
        try stored { () throws(StoreError) in try store.clearAccount(sandbox.id) }
        roster.clear(sandbox.id)
        sandbox.clear()
        removals.add(sandbox)
    }

    /// Removes an open account with all that it has.
    /// - Throws: a 409 for one that the fixtures name.
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

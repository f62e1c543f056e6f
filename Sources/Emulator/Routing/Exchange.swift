import Journal
import Dialogue
public import HTTP
import Metrics

/// A request while it is being answered, with what the emulator learns about it.
public final class Exchange {
    let head: RequestHead
    /// The account that the path names (`/@<name>/…`): the request acts in its sandbox, whatever its key.
    var place: Account?
    /// The account of the request, acting in the sandbox that the request belongs to; nil until it is known, and for a
    /// request that the gate refused.
    var account: Account?
    var facts: RequestFacts
    /// What is counted of its route; nil when none matched.
    var route: RouteCounts?
    /// The faults that will change its answer.
    var strikes: [FaultLedger.Strike] = []
    /// The effort that is left for comparing the request with faults.
    var effort = RequestEffort()
    /// How long its answer is delayed.
    var delay: Duration?
    /// The turn that the request made; nil when it made none.
    var answered: AnsweredTurn?
    /// The name of the sandbox that a control call changes.
    var changes: String?
    /// The request's id; nil until it is made or taken from the request.
    var requestID: String?

    public init(_ head: RequestHead) {
        self.head = head
        facts = RequestFacts(head)
    }

    /// A copy, for a batch that may run again.
    init(_ other: Exchange) {
        (head, facts) = (other.head, other.facts)
        restore(other)
    }

    /// Becomes again what it was when the copy was made of it.
    func restore(_ copy: Exchange) {
        (place, account, facts, route, strikes) = (copy.place, copy.account, copy.facts, copy.route, copy.strikes)
        (effort, delay, answered, changes) = (copy.effort, copy.delay, copy.answered, copy.changes)
        requestID = copy.requestID
    }

    /// Moves the facts out of a request that was answered, so that they are not copied.
    func takeFacts() -> RequestFacts {
        var taken = RequestFacts(head)
        swap(&taken, &facts)
        return taken
    }

    /// The account, acting in the sandbox in which this request acts.
    func acting(_ account: Account) -> Account { place.map { account.acting(in: $0.sandbox) } ?? account }
}

extension Emulator {
    /// Admits a request. It acts in the sandbox that its path names, else in its account's own. The sandbox's `now`
    /// becomes the time of this request, and the request is counted against the sandbox's limits. The count is dropped
    /// with the batch.
    /// - Parameters:
    ///   - caller: the key or the channel under which the request is counted.
    ///   - onlyOwn: whether only limits that were set for the sandbox apply, and not the server's default.
    /// - Returns: the account, acting in that sandbox.
    /// - Throws: the failure of a fault of the sandbox; a 429 with `Retry-After` beyond the limit. `Retry-After` is in real
    ///   time (`SandboxClock.retryAfter`).
    public func admit(
        _ call: Call, as account: Account, caller: String, _ kind: RateLimiter.Kind, onlyOwn: Bool = false
    ) throws(Failure) -> Account {
        let acting = call.exchange.acting(account)
        call.exchange.account = acting
        call.exchange.facts.caller = caller
        try hold(acting)
        enter(acting.sandbox, caller: caller)
        try meetFaults(call.exchange, at: .arrival)
        let sandbox = acting.sandbox
        keptMemory.add(Arrivals.size)
        guard let wait = sandbox.admit(kind, from: caller, onlyOwn: onlyOwn) else { return acting }
        activity.refusals.add(kind)
        sandbox.noteWait(of: caller, seconds: wait.seconds)
        throw Failure.rateLimited(wait)
    }

    func enter(_ sandbox: Sandbox, caller: String) {
        let real = now
        sandbox.passWait(of: caller, at: real)
        sandbox.now = sandbox.clock.reading(at: real)
        sandbox.realNow = real
    }

    /// Continues a request in its sandbox, in a later batch than the one in which it arrived.
    /// - Throws: a 409 when the sandbox was removed meanwhile.
    func enterAgain(_ exchange: Exchange) throws(Failure) {
        guard let sandbox = exchange.account?.sandbox else { return }
        guard accounts.known(named: sandbox.name)?.sandbox === sandbox else {
            throw Failure(
                .conflict,
                "The sandbox \"\(sandbox.name)\" was removed, or made anew by a reload, while this request was worked on"
            )
        }
        enter(sandbox, caller: exchange.facts.caller ?? "")
    }

    /// The account of a request without a key: the one that the path names, else the default one.
    public func home(of call: Call) -> Account { call.exchange.place ?? accounts.defaultAccount }
}

extension Emulator {
    /// Applies faults and the sandbox's clock to a response.
    func settle(_ response: inout Response, of exchange: Exchange) {
        exchange.account?.sandbox.settle(&response, striking: exchange.strikes)
    }

    /// Counts a request that the gate refused, or that matched no route, in the sandbox of its path, else of its key, else
    /// of the default account.
    /// - Parameter name: the sandbox's name in the path, which counts only if it is open.
    func place(_ exchange: Exchange, named name: String?, key: () -> String?) {
        guard exchange.account == nil else { return }
        let account = exchange.place ?? presumed(place: name, key: key())
        exchange.account = account
        enter(account.sandbox, caller: "")
    }

    /// The account in whose sandbox a request is counted that was not admitted.
    func presumed(place: String?, key: String?) -> Account {
        place.flatMap { accounts.known(named: $0) } ?? key.flatMap { accounts.known(forKey: $0) }
            ?? accounts.defaultAccount
    }
}

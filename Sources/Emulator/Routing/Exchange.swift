import Dialogue
public import HTTP

/// One request on its way through the emulator, and what is learned of it on that way.
public final class Exchange {
    public let head: RequestHead
    /// The account that the path names (`/@<name>/…`): the request acts in its sandbox, whoever sent it.
    var place: Account?
    /// Who the request turned out to be from, acting in the sandbox that it belongs to; nil before, and for what the gate
    /// refused.
    public internal(set) var account: Account?
    public internal(set) var facts: RequestFacts
    /// The faults that will change its answer.
    var strikes: [FaultLedger.Strike] = []
    /// What holding it against faults may still cost.
    var effort = RequestEffort()
    /// How much later its answer is to be told.
    var delay: Duration?
    /// What was made of the player's message; nil where it made no turn.
    var answered: AnsweredTurn?
    /// Of a call that controls: the sandbox that it changes.
    var changes: String?

    public init(_ head: RequestHead) {
        self.head = head
        facts = RequestFacts(head)
    }

    /// What was learned, of a request that is over: nothing is left here, so that nothing is copied.
    func takeFacts() -> RequestFacts {
        var taken = RequestFacts.none
        swap(&taken, &facts)
        return taken
    }

    /// That account, acting where this request does.
    func acting(_ account: Account) -> Account { place.map { account.acting(in: $0.sandbox) } ?? account }
}

extension Emulator {
    /// Lets a request in. It acts in the sandbox that its path names, else in its account's own, whose time is that of this
    /// request from here on; and it is counted against the limits of that sandbox. The count stands only if the batch does.
    /// - Parameters:
    ///   - caller: the key or the channel under which its requests are counted.
    ///   - onlyOwn: whether limits hold only where they were set for the sandbox, and not the server's.
    /// - Returns: the account in whose name and in whose sandbox it acts.
    /// - Throws: what a fault of the sandbox answers, and a 429 beyond the limit that says when to try again: in a clock that
    ///   is not real, as much sooner as its `retryAfterScale` says.
    public func admit(
        _ call: Call, as account: Account, caller: String, _ kind: RateLimiter.Kind, onlyOwn: Bool = false
    ) throws(Failure) -> Account {
        let acting = call.exchange.acting(account)
        call.exchange.account = acting
        call.exchange.facts.caller = caller
        enter(acting.sandbox, caller: caller)
        try meetFaults(call.exchange, at: .arrival)
        let sandbox = acting.sandbox
        guard let wait = sandbox.admit(kind, from: caller, onlyOwn: onlyOwn) else { return acting }
        sandbox.tell(caller, toWait: wait.seconds)
        throw Failure.rateLimited(wait)
    }

    func enter(_ sandbox: Sandbox, caller: String) {
        let real = now
        sandbox.passWait(of: caller, at: real)
        sandbox.now = sandbox.clock.reading(at: real)
        sandbox.realNow = real
    }

    /// Has a request go on in its sandbox, in a later batch than it came in.
    /// - Throws: a 409 where the sandbox was removed meanwhile.
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

    /// The account of those who do not say who they are: that which the path names, else the default one.
    public func home(of call: Call) -> Account { call.exchange.place ?? accounts.defaultAccount }
}

extension Emulator {
    /// Puts a response under the clock of the sandbox that its request belongs to: that of a request which the gate refused,
    /// or which no route took, is told by its path, else by its key, else it is the default account's.
    func settle(_ response: inout Response, of exchange: Exchange, key: String?) {
        if exchange.account == nil {
            let account = exchange.place ?? presumed(place: nil, key: key)
            exchange.account = account
            enter(account.sandbox, caller: "")
        }
        exchange.account?.sandbox.settle(&response, striking: exchange.strikes)
    }

    /// In whose sandbox a request counts that nobody has let in.
    func presumed(place: String?, key: String?) -> Account {
        place.flatMap { accounts.known(named: $0) } ?? key.flatMap { accounts.known(forKey: $0) }
            ?? accounts.defaultAccount
    }
}

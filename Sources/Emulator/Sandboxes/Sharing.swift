import Dialogue
import Journal
import Store

/// What a server that shares its database knows of the batch.
final class Sharing {
    let store: any SharedDatabase
    /// What remembers players; nil: nothing does.
    let cache: CachedStore?
    /// Whether requests of a batch are being answered.
    var isAnswering = false
    /// Whether they are answered only to learn what they need.
    var isTrial = false
    /// What the journals get of the batch.
    var records: [UnwrittenRecord] = []
    /// The sandboxes that are locked for the batch.
    var locked: Set<SandboxID> = []
    /// Whether all sandboxes are locked for the batch.
    var hasAll = false
    /// The time of the batch by the database's clock; nil: no batch has begun.
    var time: Timestamp?
    /// The number of the personas that the roster has; nil: it must read them.
    var personas: Int64?

    init(_ store: any SharedDatabase, behind cache: CachedStore?) { (self.store, self.cache) = (store, cache) }

    func holds(_ sandbox: Sandbox) -> Bool { hasAll || locked.contains(sandbox.id) }

    /// - Parameter readsPersonas: whether the roster must read the personas again.
    func end(readsPersonas: Bool) {
        locked.removeAll(keepingCapacity: true)
        (hasAll, time) = (false, nil)
        if readsPersonas { personas = nil }
    }
}

extension Emulator {
    /// The time at which a request arrives. Servers that share a database count by its clock.
    var arrivalTime: Timestamp { sharing?.time ?? clock.now() }

    /// Begins a batch before the database is asked.
    /// - Returns: whether it can be kept, if it needs nothing but what is known here of the wanted accounts.
    func beginAhead(_ wanted: WantedAccounts) -> Bool {
        guard let sharing else { return false }
        let known = accounts.known(of: wanted).map(\.sandbox)
        let names = wanted.named.count + wanted.open.count + wanted.sandboxes.count
        let isKnown =
            wanted.extent == .some && known.count == names && shareable(known).isEmpty
            && known.allSatisfy { !$0.journal.isBehind && !$0.journal.hasWaiting }
        let sandboxes = isKnown ? Set(known.map(\.id)) : []
        guard let time = sharing.store.beginAhead(sandboxes, personas: sharing.personas) else { return false }
        (sharing.locked, sharing.time) = (sandboxes, time)
        return true
    }

    /// Begins a batch on a shared database: locks the wanted accounts until `endBatch`, and takes over what other servers
    /// have changed.
    /// - Parameters:
    ///   - mayShare: whether other servers may use sandboxes meanwhile in which nothing counts.
    ///   - then: gets why that failed; nil: it did not. It can be called within this call.
    func prepare(_ wanted: WantedAccounts, mayShare: Bool, then: @escaping (StoreError?) -> Void) {
        guard let sharing else { return then(nil) }
        let wanted = withVersions(wanted, mayShare: mayShare)
        sharing.store.lock(wanted) { [self] result in
            do throws(StoreError) {
                let found = try result.get()
                if let wider = wider(than: wanted, found) { return prepare(wider, mayShare: mayShare, then: then) }
                try take(found, of: wanted, sharing)
                if wanted.shared.isSubset(of: shareable(accounts.known(of: wanted).map(\.sandbox))) { return then(nil) }
                // Another server has set something that counts, so the sandbox must be locked alone.
                store.rollback()
                sharing.end(readsPersonas: false)
                prepare(wanted, mayShare: mayShare, then: then)
            } catch {
                then(error)
            }
        }
    }

    /// What must be locked in place of what was; nil: that is enough.
    private func wider(than wanted: WantedAccounts, _ found: LockedAccounts) -> WantedAccounts? {
        var wider = wanted
        switch wanted.extent {
        case .some:
            let there = Set(found.rows.lazy.filter(\.record.isOpen).map(\.record.name))
            guard !wanted.open.isSubset(of: there) else { return nil }
            // All servers take this lock before those of sandboxes.
            store.rollback()
            wider.extent = .opening
        case .opening:
            let count = max(found.openCount ?? 0, accounts.open.count) + wanted.open.count
            guard count > accounts.defaults.openLimit else { return nil }
            wider.extent = .all
        case .all: return nil
        }
        return wider
    }

    /// Makes sure that a sandbox is locked for the batch. Most are, by `prepare`.
    func hold(_ account: Account) throws(Failure) {
        guard let sharing, !sharing.isTrial, !sharing.holds(account.sandbox) || account.sandbox.journal.isBehind else {
            return
        }
        var wanted = WantedAccounts()
        wanted.sandboxes = [account.sandbox.id]
        try stored { [wanted] () throws(StoreError) in try hold(wanted) }
        guard accounts.account(of: account.sandbox.id)?.sandbox === account.sandbox else { throw Failure.unsaved }
    }

    /// Locks accounts for the batch, and waits for it.
    func hold(_ wanted: WantedAccounts) throws(StoreError) {
        guard let sharing else { return }
        let wanted = withVersions(wanted, mayShare: false)
        try take(try sharing.store.lock(wanted), of: wanted, sharing)
    }

    private func withVersions(_ wanted: WantedAccounts, mayShare: Bool) -> WantedAccounts {
        var wanted = wanted
        let known = accounts.known(of: wanted).map(\.sandbox)
        wanted.versions = Dictionary(known.map { ($0.id, $0.version) }, uniquingKeysWith: { first, _ in first })
        if mayShare { wanted.shared = shareable(known) }
        if journal.isShared {
            wanted.places = Dictionary(known.map { ($0.id, $0.journal.place) }, uniquingKeysWith: { first, _ in first })
        }
        return wanted
    }

    /// The sandboxes in which requests of different players do not depend on each other.
    private func shareable(_ sandboxes: [Sandbox]) -> Set<SandboxID> {
        journal.isOn ? [] : Set(sandboxes.lazy.filter { !$0.isCounting }.map(\.id))
    }

    private func take(
        _ found: LockedAccounts, of wanted: WantedAccounts, _ sharing: Sharing
    ) throws(StoreError) {
        for sandbox in try accounts.take(found, of: wanted) {
            roster.forget(sandbox)
            sharing.cache?.forget(sandbox)
        }
        for row in found.rows where row.lastUse != .here || wanted.shared.contains(row.record.sandbox) {
            sharing.cache?.forget(row.record.sandbox)
        }
        if sharing.personas != found.personas {
            try roster.readAgain()
            sharing.personas = found.personas
        }
        sharing.cache?.remember(found.players)
        sharing.locked.formUnion(found.rows.map(\.record.sandbox))
        if wanted.extent == .all { sharing.hasAll = true }
        if sharing.time == nil { sharing.time = found.time }
        guard journal.isShared else { return }
        for row in found.rows {
            if let sandbox = accounts.account(of: row.record.sandbox)?.sandbox { takeOver(row, in: sandbox) }
        }
    }
}

extension Emulator {
    private func takeOver(_ row: LockedAccounts.Row, in sandbox: Sandbox) {
        journal.takeOver(
            row.journal, row.entries.map { Journal.Row(place: $0.place, print: $0.print, entry: $0.entry) },
            in: sandbox.journal, of: sandbox.name)
        guard sandbox.journal.hasWaiting, !sandbox.journal.isBehind else { return }
        sandbox.join()
        journal.addWaiting(to: sandbox.journal)
    }
}

extension JournalRows {
    init(_ change: Journal.Change) {
        self.init(
            clears: change.clears,
            rows: change.rows.map { JournalRow(place: $0.place, print: $0.print, entry: $0.entry) },
            state: change.state, left: change.left, forgotten: change.forgotten)
    }
}

extension Emulator {
    /// Adds the account of that name, which may have to be opened.
    func want(_ name: String, in wanted: inout WantedAccounts) {
        if accounts.account(named: name) != nil {
            wanted.named.insert(name)
        } else if Accounts.isName(name) {
            wanted.open.insert(name)
        }
    }

    /// Adds the accounts that a request can be about: those of the sandbox in its path, of its key and of its token, and
    /// the default one when it has neither.
    func want(
        place: String?, key: String?, testPrefix: String?, token: String?, in wanted: inout WantedAccounts
    ) throws(StoreError) {
        if let place { want(place, in: &wanted) }
        if let user = token.flatMap({ try? user(forToken: $0) }) { want(user.account.name, in: &wanted) }
        var isFound = false
        if let key {
            if let account = accounts.named.account(forKey: key) ?? accounts.binding(forKey: key)?.account {
                wanted.named.insert(account.name)
                isFound = true
            } else if let testPrefix, Accounts.isTestKey(key, testPrefix) {
                wanted.open.insert(key)
                // A request that is refused before it opens the account is one of the default account.
                isFound = accounts.known(forKey: key) != nil
            } else if let sandbox = try accounts.sandbox(ofKey: key, at: now) {
                wanted.sandboxes.insert(sandbox)
                isFound = true
            }
        }
        if !isFound { wanted.named.insert(accounts.defaultAccount.name) }
    }
}

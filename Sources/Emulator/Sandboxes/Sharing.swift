import Dialogue
import Store

/// What a server that shares its database knows of the batch.
final class Sharing {
    let store: any SharedDatabase
    /// The sandboxes that are locked for the batch.
    var locked: Set<SandboxID> = []
    /// Whether no other server can carry out a batch meanwhile.
    var hasAll = false
    /// The time of the batch by the database's clock; nil: no batch has begun.
    var time: Timestamp?
    /// The number of the personas that the roster has; nil: it must read them.
    var personas: Int64?

    init(_ store: any SharedDatabase) { self.store = store }

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

    /// Begins a batch on a shared database: locks the wanted accounts until `endBatch`, and takes over what other servers
    /// have changed.
    func prepare(_ wanted: WantedAccounts) throws(StoreError) {
        guard let sharing else { return }
        var wanted = wanted
        var found = try lock(&wanted, sharing)
        if wanted.extent == .some {
            let there = Set(found.rows.lazy.filter(\.record.isOpen).map(\.record.name))
            if !wanted.open.isSubset(of: there) {
                store.rollback()
                wanted.extent = .opening
                found = try lock(&wanted, sharing)
            }
        }
        if wanted.extent == .opening {
            let new = wanted.open.count
            if max(found.openCount ?? 0, accounts.open.count) + new > accounts.defaults.openLimit {
                wanted.extent = .all
                found = try lock(&wanted, sharing)
            }
        }
        try take(found, of: wanted, sharing)
    }

    /// Makes sure that a sandbox is locked for the batch. Most are, by `prepare`.
    func hold(_ account: Account) throws(Failure) {
        guard let sharing, !sharing.hasAll, !sharing.locked.contains(account.sandbox.id) else { return }
        var wanted = WantedAccounts()
        wanted.sandboxes = [account.sandbox.id]
        try stored { () throws(StoreError) in try take(try lock(&wanted, sharing), of: wanted, sharing) }
        guard accounts.account(of: account.sandbox.id)?.sandbox === account.sandbox else { throw Failure.unsaved }
    }

    private func lock(_ wanted: inout WantedAccounts, _ sharing: Sharing) throws(StoreError) -> LockedAccounts {
        wanted.versions = accounts.versions(of: wanted)
        return try sharing.store.lock(wanted)
    }

    private func take(
        _ found: LockedAccounts, of wanted: WantedAccounts, _ sharing: Sharing
    ) throws(StoreError) {
        for sandbox in try accounts.take(found, of: wanted) { roster.forget(sandbox) }
        if sharing.personas != found.personas {
            try roster.readAgain()
            sharing.personas = found.personas
        }
        sharing.locked.formUnion(found.rows.map(\.record.sandbox))
        if wanted.extent != .some { sharing.hasAll = true }
        if sharing.time == nil { sharing.time = found.time }
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
                isFound = true
            } else if let sandbox = try accounts.sandbox(ofKey: key, at: now) {
                wanted.sandboxes.insert(sandbox)
                isFound = true
            }
        }
        if !isFound { wanted.named.insert(accounts.defaultAccount.name) }
    }
}

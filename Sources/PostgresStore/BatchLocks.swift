import Dialogue
import Store

/// What a batch has locked, which is all that it may read and change.
struct BatchLocks {
    /// Whether no other server carries out a batch.
    var hasAll = false
    /// The sandboxes that no other server's batch uses.
    var alone: Set<SandboxID> = []
    /// The players whom no other server's batch is about, in sandboxes that other batches may use.
    var players: Set<PlayerKey> = []
    /// The sandboxes that it uses alone, and that this server has not used last.
    var taken: Set<SandboxID> = []
    /// The sandboxes that several servers use now, and that one had used last.
    var left: Set<SandboxID> = []
    /// Why the batch cannot be kept; nil: nothing was used that is not locked.
    var refusal: StoreError?

    func has(_ sandbox: SandboxID) -> Bool { hasAll || alone.contains(sandbox) }

    func has(_ player: PlayerKey) -> Bool { has(player.sandbox) || players.contains(player) }
}

/// Guards against what a batch has not locked. Before the first `lock` of a transaction everything is allowed.
extension PostgresStore {
    /// For how many batches a sandbox is locked alone after one that needed it.
    private static let aloneFor = 64
    /// The most sandboxes that are remembered for it; then all are forgotten, because those that were removed stay.
    private static let mostAlone = 1_000

    /// The value that finds the player's rows.
    /// - Throws: a passing error if the batch has not locked the player. It will, when it is run again.
    func held(_ player: PlayerKey) throws(StoreError) -> Value {
        try check(player)
        return Key.of(player)
    }

    /// The value that finds the sandbox's rows, which is for whoever has the sandbox alone.
    /// - Throws: a passing error if the batch has not. It will, when it is run again.
    func held(_ sandbox: SandboxID) throws(StoreError) -> Value {
        if let locks, !locks.has(sandbox) { throw refuse(sandbox) }
        return Value(sandbox)
    }

    func check(_ player: PlayerKey) throws(StoreError) {
        if let locks, !locks.has(player) { throw refuse(player.sandbox) }
    }

    private func refuse(_ sandbox: SandboxID) -> StoreError {
        if ahead != nil { return refuseAhead() }
        let refusal = StoreError("a batch needs more of a sandbox than it has locked", isPassing: true)
        if mustBeAlone.count == PostgresStore.mostAlone { mustBeAlone = [:] }
        mustBeAlone[sandbox] = PostgresStore.aloneFor
        mustRollBack = isInTransaction
        locks?.refusal = refusal
        return refusal
    }

    /// Those of the sandboxes that are not locked alone. Call it once in each batch.
    func shareable(_ sandboxes: Set<SandboxID>) -> Set<SandboxID> {
        guard !mustBeAlone.isEmpty else { return sandboxes }
        return sandboxes.filter { sandbox in
            guard let batches = mustBeAlone[sandbox] else { return true }
            mustBeAlone[sandbox] = batches > 1 ? batches - 1 : nil
            return false
        }
    }

    /// Notes what a batch has locked.
    func hold(_ found: LockedAccounts, of wanted: WantedAccounts, sharing shared: Set<SandboxID>) {
        var locks = locks ?? BatchLocks()
        locks.hasAll = locks.hasAll || wanted.extent != .some
        locks.alone.formUnion(found.rows.lazy.map(\.record.sandbox).filter { !shared.contains($0) })
        locks.players.formUnion(wanted.players)
        for row in found.rows {
            let sandbox = row.record.sandbox
            let isAlone = wanted.extent != .all && !shared.contains(sandbox)
            recent.note(sandbox, isInRow: isAlone && row.lastUse == .here)
            if isAlone {
                if row.lastUse != .here { locks.taken.insert(sandbox) }
            } else if row.lastUse != .several {
                locks.left.insert(sandbox)
            }
        }
        recent.read(found.time)
        self.locks = locks
    }
}

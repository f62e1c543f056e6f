/// A store in front of another one, which remembers the sessions and the progress of recently active players. Who owns a
/// database need not read back what it has just written. Of a database that servers share, the sandboxes must be forgotten
/// that another one may have used.
///
/// Everything is written to the other store at once, and all changes must go through here. What the other store may take
/// back, because it was read or written since the last commit, is forgotten at a rollback. A write that fails and a
/// change of more than one turn make a player forgotten at once. Damage is never remembered.
public final class CachedStore: Store {
    /// The most memory of all players together, approximately.
    public static let standardBytes = 64 << 20

    let base: any BackingStore
    var cache: PlayerCache
    /// The players who were looked for in `noting`; nil outside of it.
    private var noted: Set<PlayerKey>?
    private var uncommitted: [CachedPlayer] = []
    /// Gets a line for each answer that differs from the other store's; nil: answers are not compared.
    let report: ((String) -> Void)?

    /// - Parameters:
    ///   - base: the store that keeps everything. Nobody else may change what is remembered here.
    ///   - players: the most players that are remembered.
    ///   - bytes: the most memory for them, approximately.
    ///   - report: compares each remembered answer with the other store's, for tests, and gets a line for each that
    ///     differs; nil: nothing is compared.
    public init(
        _ base: any BackingStore, players: Int, bytes: Int = standardBytes,
        comparing report: ((String) -> Void)? = nil
    ) {
        self.base = base
        self.report = report
        cache = PlayerCache(limit: players, byteLimit: bytes)
    }

    public func commit() throws(StoreError) {
        try base.commit()
        keepBatch()
    }

    /// Goes on remembering what the batch has read and written, because the other store has committed it.
    public func keepBatch() {
        for player in uncommitted { player.isUncommitted = false }
        uncommitted.removeAll(keepingCapacity: true)
    }

    public func rollback() {
        for player in uncommitted { cache.remove(player) }
        uncommitted.removeAll(keepingCapacity: true)
        base.rollback()
    }

    public func removeLeftovers(atMost count: Int) throws(StoreError) { try base.removeLeftovers(atMost: count) }

    /// Calls `body`, and notes whose sessions and progress it reads or writes.
    /// - Returns: these players.
    public func noting(_ body: () -> Void) -> Set<PlayerKey> {
        noted = []
        body()
        defer { noted = nil }
        return noted ?? []
    }

    /// Forgets the players of a sandbox, because another server may have changed them.
    public func forget(_ sandbox: SandboxID) { cache.removeAll(in: sandbox) }

    /// Remembers players as the other store has just read them.
    public func remember(_ players: [FoundPlayer]) {
        for player in players {
            let known = cache.player(player.key)
            known.sessions = player.sessions.map { CachedSession(session: $0.session, place: $0.place) }
            known.progress = player.progress
            changed(known)
        }
    }

    /// What is known of the player, perhaps nothing.
    func player(_ key: PlayerKey) -> CachedPlayer {
        noted?.insert(key)
        return cache.player(key)
    }

    /// Notes that what is known of the player changed.
    func changed(_ player: CachedPlayer) {
        cache.measure(player)
        guard !player.isUncommitted else { return }
        player.isUncommitted = true
        uncommitted.append(player)
    }

    /// Carries out a write, and forgets the player when it fails: nobody knows what was written.
    func writing<Result>(
        _ key: PlayerKey, _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        do throws(StoreError) {
            return try body()
        } catch {
            cache.remove(key)
            throw error
        }
    }

    /// The remembered answer. In tests it is compared with the other store's.
    func compared<Answer: Equatable>(
        _ known: consuming Answer, _ stored: @autoclosure () throws(StoreError) -> Answer
    ) throws(StoreError) -> Answer {
        guard let report else { return known }
        let stored = try stored()
        if known != stored { report("the cache has \(known), the store \(stored)") }
        return known
    }
}

import Dialogue

/// Players up to a number and an amount of memory. Beyond these, players that were not looked up for long leave. A hand
/// goes around all players: who was looked up since it last came by stays for one more round.
struct PlayerCache {
    private let limit: Int
    private let byteLimit: Int
    private var players: [SandboxID: [PlayerKey: CachedPlayer]] = [:]
    private var circle: [CachedPlayer] = []
    private var hand = 0
    /// The approximate memory of all players.
    private(set) var bytes = 0
    /// The player that was looked up last. A request looks up the same one several times.
    private var latest: CachedPlayer?

    init(limit: Int, byteLimit: Int) { (self.limit, self.byteLimit) = (limit, byteLimit) }

    var count: Int { circle.count }

    mutating func find(_ key: PlayerKey) -> CachedPlayer? {
        if let latest, latest.key == key {
            latest.wasUsed = true
            return latest
        }
        latest = players[key.sandbox]?[key]
        latest?.wasUsed = true
        return latest
    }

    /// The player; one of whom nothing is known when there was none.
    mutating func player(_ key: PlayerKey) -> CachedPlayer {
        if let player = find(key) { return player }
        let player = CachedPlayer(key)
        players[key.sandbox, default: [:]][key] = player
        player.place = circle.count
        circle.append(player)
        latest = player
        measure(player)
        return player
    }

    /// Counts the player's memory anew, and makes room if there is too much.
    mutating func measure(_ player: CachedPlayer) {
        guard player.place != nil else { return }
        let size = player.bytes
        bytes += size - player.countedBytes
        player.countedBytes = size
        while circle.count > limit || bytes > byteLimit {
            if hand >= circle.count { hand = 0 }
            if circle[hand].wasUsed {
                circle[hand].wasUsed = false
                hand += 1
            } else {
                remove(circle[hand])
            }
        }
    }

    /// Does nothing when the player has left already.
    mutating func remove(_ player: CachedPlayer) {
        guard let place = player.place else { return }
        player.place = nil
        bytes -= player.countedBytes
        let last = circle.removeLast()
        if last !== player {
            circle[place] = last
            last.place = place
        }
        players[player.key.sandbox]?[player.key] = nil
        if players[player.key.sandbox]?.isEmpty == true { players[player.key.sandbox] = nil }
        if latest === player { latest = nil }
    }

    mutating func remove(_ key: PlayerKey) {
        if let player = find(key) { remove(player) }
    }

    mutating func removeAll(in sandbox: SandboxID) {
        for player in (players[sandbox] ?? [:]).values { remove(player) }
    }

    mutating func removeAll(on persona: PersonaID) {
        for player in circle where player.key.persona == persona { remove(player) }
    }
}

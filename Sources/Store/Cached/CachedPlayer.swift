import Dialogue

/// What a `CachedStore` knows of one player.
final class CachedPlayer {
    let key: PlayerKey
    /// All of the player's sessions, the most recently active first; nil when they were not read.
    var sessions: [CachedSession]?
    /// Nil when it was not read.
    var progress: Progress?
    /// Whether the store may take back what is known here, because it was read or written since the last commit.
    var isUncommitted = false
    /// Whether the player was looked up since `PlayerCache` last looked for one to leave.
    var wasUsed = true
    /// The player's place in `PlayerCache`; nil outside of it.
    var place: Int?
    /// The approximate memory in bytes, as `PlayerCache` counted it last.
    var countedBytes = 0

    init(_ key: PlayerKey) { self.key = key }

    /// The approximate memory in bytes: all that a caller can make large, and an average for the rest.
    var bytes: Int {
        var bytes = 256 + key.channel.utf8.count + key.player.utf8.count
        if let sessions { for index in sessions.indices { bytes += sessions[index].bytes } }
        if let progress { bytes += progress.variables.size + 16 * progress.unlocked.count }
        return bytes
    }

    func index(of machine: MachineID) -> Int? { sessions?.firstIndex { $0.session.machine == machine } }
}

struct CachedSession {
    var session: Session
    /// Nil when it was not read.
    var place: SessionPlace?
    /// Nil when nobody asked for lines.
    var lines: CachedLines?

    var bytes: Int { 384 + session.player.name.utf8.count + session.memory.size + (lines?.bytes ?? 0) }
}

/// A player's latest lines in a session.
struct CachedLines {
    /// Oldest first.
    private var lines: [String]
    /// Whether the session has no earlier ones.
    private var areAll: Bool
    private(set) var bytes: Int

    init(latestFirst lines: [String], areAll: Bool) {
        self.lines = lines.reversed()
        self.areAll = areAll
        bytes = lines.reduce(0) { $0 + Self.bytes(of: $1) }
    }

    private static func bytes(of line: String) -> Int { line.utf8.count + 48 }

    var count: Int { lines.count }

    /// The latest lines, the latest first.
    func latest(_ count: Int) -> [String] { lines.suffix(count).reversed() }

    /// Adds the line of the newest turn. Beyond twice what a turn can ask for, the older half leaves.
    mutating func append(_ line: String) {
        lines.append(line)
        bytes += Self.bytes(of: line)
        guard lines.count > 2 * Session.Input.earlierLimit || bytes > 2 * Session.Input.earlierBytes else { return }
        self = CachedLines(latestFirst: latest(lines.count / 2), areAll: false)
    }

    /// Passes the lines to `take`, the latest first, until it returns false or no line is left.
    /// - Returns: how many were passed, and whether `take` or the session has no use for more.
    func give(_ take: (String) -> Bool) -> (count: Int, isEnd: Bool) {
        for (index, line) in lines.reversed().enumerated() where !take(line) { return (index + 1, true) }
        return (lines.count, areAll)
    }
}

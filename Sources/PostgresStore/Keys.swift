import Crypto
import Dialogue
import Store

/// What rows are found by in place of texts that can be longer than an entry of an index.
enum Key {
    static func of(_ text: String) -> Value { .bytes(bytes(text)) }

    static func bytes(_ text: String) -> [UInt8] { Digest.sha256(Array(text.utf8)) }

    static func of(_ player: PlayerKey) -> Value { .bytes(bytes(of: player)) }

    static func bytes(of player: PlayerKey) -> [UInt8] {
        let channel = Array(player.channel.utf8)
        var bytes = [UInt8]()
        withUnsafeBytes(of: (player.sandbox.number.bigEndian, UInt64(channel.count).bigEndian)) { bytes += $0 }
        return Digest.sha256(bytes + channel + player.persona.bytes + Array(player.player.utf8))
    }

    /// The number of the player's advisory lock, an Int32. Few players share one.
    static func lock(_ player: PlayerKey) -> Int64 {
        Int64(bytes(of: player).prefix(4).reduce(Int32(0)) { $0 << 8 | Int32($1) })
    }
}

extension PlayerKey {
    /// The values of the columns player_key, sandbox, channel, persona and player.
    var values: [Value] { [Key.of(self), Value(sandbox), Value(channel), Value(persona), Value(player)] }

    /// Reads the columns channel, persona and player, which begin at `column`.
    init(row: Row, at column: Int32, in sandbox: SandboxID) throws(PostgresError) {
        self.init(
            sandbox: sandbox, channel: try row.text(column), persona: try row.id(column + 1),
            player: try row.text(column + 2))
    }
}

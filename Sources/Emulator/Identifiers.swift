import Crypto
public import Dialogue
public import Store

/// Makes every id. The same fixtures, seed and requests make the same ids in any process (DESIGN.md section 3): each id
/// is a UUIDv5 (RFC 9562 §5.5) of the names of its subject.
public enum Identifiers {
    /// The namespace of all names below: a random UUID, chosen once.
    private static let namespace: [UInt8] = [
        0x5c, 0x1e, 0x9a, 0x47, 0x02, 0xd3, 0x4f, 0x8b, 0xa6, 0x71, 0x3e, 0xb8, 0x90, 0x4d, 0x2c, 0x15,
    ]

    /// The sixteen bytes of the id of a persona (`slug`) or a machine (`slug/machine_key`) that states none: the same
    /// in every sandbox and for every seed.
    public static func fixture(_ name: String) -> [UInt8] {
        uuid5(["fixture", name])
    }

    /// The id of the `nth` persona that an account makes, counted from 1. Its machines get ids as in a fixture whose
    /// slug is this id.
    public static func persona(seed: Int, account: String, isOpen: Bool, nth: Int) -> PersonaID {
        identifier(["persona", String(seed), isOpen ? "open" : "named", account, String(nth)])
    }

    /// The id of a player's `nth` session on a persona, counted from 1.
    public static func session(
        seed: Int, sandbox: String, player: PlayerKey, machine: MachineID, nth: Int
    ) -> SessionID {
        identifier([
            "session", String(seed), sandbox, player.channel, player.persona.description, machine.description,
            player.player, String(nth),
        ])
    }

    /// The id of one message of a history: the player's or the character's side of a turn.
    public static func message(session: SessionID, turn: Int, role: String) -> MessageID {
        identifier(["message", session.description, String(turn), role])
    }

    /// The id of an account's `nth` API key, counted from 1.
    static func apiKey(seed: Int, account: String, nth: Int) -> APIKeyID {
        identifier(["api-key", String(seed), account, String(nth)])
    }

    /// The 32 hex digits of an account's `nth` API key. They can be computed from seed and account: a key of a mock
    /// server guards nothing else, and must be the same in every run (DESIGN.md section 3).
    static func apiKeySecret(seed: Int, account: String, nth: Int) -> String {
        let name = "api-key-secret \(seed) \(nth) \(account)"
        return Digest.hex(Array(Digest.sha256(Array(name.utf8))[..<16]))
    }

    private static func identifier<Subject>(_ parts: [String]) -> Identifier<Subject> {
        Identifier(bytes: uuid5(parts)) ?? Identifier(high: 0, low: 0)
    }

    /// Each part is prefixed with its length, so that no two lists of parts make one name.
    private static func uuid5(_ parts: [String]) -> [UInt8] {
        var name = namespace
        for part in parts {
            name += Array("\(part.utf8.count):".utf8)
            name += Array(part.utf8)
        }
        var bytes = Array(Digest.sha1(name)[..<16])
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes
    }
}

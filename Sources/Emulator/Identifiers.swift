import Crypto
public import Dialogue
public import Store

/// Makes every id. The same fixtures, seed and requests make the same ids in any process (DESIGN.md section 3): each id
/// is a UUIDv5 (RFC 9562 §5.5) of the names of its subject.
public enum Identifiers {
    /// The sixteen bytes of the id of a persona (`slug`) or a machine (`slug/machine_key`) that states none: the same
    /// in every sandbox and for every seed.
    public static func fixture(_ name: String) -> [UInt8] {
        let id = UUIDName("fixture", name).uuid
        return withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) { Array($0) }
    }

    /// The id of the `nth` persona that an account makes, counted from 1. Its machines get ids as in a fixture whose
    /// slug is this id.
    public static func persona(seed: Int, account: String, isOpen: Bool, nth: Int) -> PersonaID {
        identifier(UUIDName("persona", String(seed), isOpen ? "open" : "named", account, String(nth)))
    }

    /// The id of a player's `nth` session on a persona, counted from 1.
    public static func session(
        seed: Int, sandbox: String, player: PlayerKey, machine: MachineID, nth: Int
    ) -> SessionID {
        identifier(
            UUIDName(
                "session", String(seed), sandbox, player.channel, player.persona.description, machine.description,
                player.player, String(nth)))
    }

    /// Makes the ids of the messages of one session's history.
    public struct Messages {
        private let name: UUIDName

        public init(of session: SessionID) { name = UUIDName("message", session.description) }

        /// The id of the player's or the character's side of a turn.
        public func id(turn: Int, role: String) -> MessageID {
            var name = name
            name.add(turn)
            name.add(role)
            return identifier(name)
        }
    }

    /// The id of an account's `nth` API key, counted from 1.
    static func apiKey(seed: Int, account: String, nth: Int) -> APIKeyID {
        identifier(UUIDName("api-key", String(seed), account, String(nth)))
    }

    /// The 32 hex digits of an account's `nth` API key. They can be computed from seed and account: a key of a mock
    /// server guards nothing else, and must be the same in every run (DESIGN.md section 3).
    static func apiKeySecret(seed: Int, account: String, nth: Int) -> String {
        let name = "api-key-secret \(seed) \(nth) \(account)"
        return Digest.hex(Array(Digest.sha256(Array(name.utf8))[..<16]))
    }

    private static func identifier<Subject>(_ name: UUIDName) -> Identifier<Subject> {
        let (high, low) = name.uuid
        return Identifier(high: high, low: low)
    }
}

/// The name of which a UUIDv5 is made: several parts, hashed as they are added.
private struct UUIDName {
    /// The namespace of all names: a random UUID, chosen once.
    private static let namespace = (high: 0x5C1E_9A47_02D3_4F8B as UInt64, low: 0xA671_3EB8_904D_2C15 as UInt64)

    private var hash = Digest.SHA1()

    init(_ parts: String...) {
        withUnsafeBytes(of: (UUIDName.namespace.high.bigEndian, UUIDName.namespace.low.bigEndian)) { hash.update($0) }
        for part in parts { add(part) }
    }

    /// Adds a part behind its length, so that no two lists of parts make one name.
    mutating func add(_ part: String) { part.utf8.span.withUnsafeBytes { add($0) } }

    /// Adds a number that is not negative, as its digits.
    mutating func add(_ number: Int) { UUIDName.withDigits(of: number) { add($0) } }

    private mutating func add(_ part: UnsafeRawBufferPointer) {
        UUIDName.withDigits(of: part.count, before: UInt8(ascii: ":")) { hash.update($0) }
        hash.update(part)
    }

    private static func withDigits(
        of number: Int, before end: UInt8? = nil, _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        // The digits of 64 bits, and the end.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = digits.count
            func put(_ byte: UInt8) {
                start -= 1
                digits[start] = byte
            }
            if let end { put(end) }
            var rest = number
            repeat {
                put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
                rest /= 10
            } while rest > 0
            body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[start...]))
        }
    }

    var uuid: (high: UInt64, low: UInt64) {
        var hash = hash
        let (high, low) = hash.finish()
        return (high & ~0xF000 | 0x5000, low & ~(0b11 << 62) | 0b10 << 62)
    }
}

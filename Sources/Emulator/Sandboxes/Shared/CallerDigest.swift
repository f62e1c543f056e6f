import Crypto
import Exact

/// The name of a caller in a database: the caller itself may be a key, which is a secret.
enum CallerDigest {
    /// The bytes of SHA-256 that are taken.
    private static let length = 16

    static func of(_ caller: String) -> ExactText {
        ExactText(Digest.hex(Array(Digest.sha256(Array(caller.utf8)).prefix(length))))
    }

    /// Whether it is a text that `of` makes.
    static func isOne(_ text: String) -> Bool {
        text.utf8.count == 2 * length
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

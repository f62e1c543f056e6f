import Crypto
import HTTP
import Store

/// The name of a number that a dialect keeps in a sandbox. What the number is about can be long, or a secret, so the
/// name has a digest of it.
public struct NumberName: Sendable {
    let text: String

    /// - Parameters:
    ///   - kind: a word of the dialect's own for all numbers of that kind: `characters event`.
    ///   - parts: what the number is about.
    public init(_ kind: String, _ parts: String...) { self.init(kind, of: parts) }

    public init(_ kind: String, of parts: [String]) { text = "\(kind) \(Identifiers.digest(parts))" }
}

/// Small facts of dialects in a sandbox, besides its sessions. Snapshots have them, resets remove them, and a batch that
/// fails takes them back.
extension Emulator {
    /// The number of that name; 0 when none was kept.
    public func number(_ name: NumberName, in account: Account) throws(Failure) -> Int {
        try stored { () throws(StoreError) in try store.counter(name.text, of: account.sandbox.id) }
    }

    /// Keeps a number, 0 or more, in place of the one before.
    public func keep(_ number: Int, as name: NumberName, in account: Account) throws(Failure) {
        try stored { () throws(StoreError) in try store.setCounter(name.text, of: account.sandbox.id, to: number) }
    }
}

extension Identifiers {
    /// 32 hex digits made from these texts; another list of texts has other digits.
    public static func digest(_ parts: [String]) -> String {
        let joined = parts.map { "\($0.utf8.count) \($0)" }.joined()
        return Digest.hex(Array(Digest.sha256(Array(joined.utf8))[..<16]))
    }
}

import Crypto
public import Dialogue
import Exact
import Journal
import Store

/// Keys that the control API makes for a page, which knows no key of a named account. They are in memory only, as digests,
/// and end with the process or with their time.
final class PageKeys: BatchMember {
    /// The most keys; one more takes the place of the oldest.
    static let most = 256
    /// How long a key lasts, in nanoseconds of the real time.
    static let lifetime: Int64 = 12 * 3_600 * 1_000_000_000

    private struct Key {
        let digest: [UInt8]
        let sandbox: SandboxID
        let end: Timestamp
    }

    /// Oldest first.
    private var keys: [Key] = []
    /// The keys before the batch; nil when it made none.
    private var before: [Key]?

    func add(_ key: String, for sandbox: SandboxID, until end: Timestamp) {
        if before == nil { before = keys }
        if keys.count == PageKeys.most { keys.removeFirst() }
        keys.append(Key(digest: Digest.sha256(Array(key.utf8)), sandbox: sandbox, end: end))
    }

    /// The sandbox for which the key was made; nil when it is not known or has ended.
    func sandbox(ofKeyWith digest: [UInt8], at now: Timestamp) -> SandboxID? {
        keys.first { $0.digest == digest && now < $0.end }?.sandbox
    }

    func keepBatch() { before = nil }

    func dropBatch() {
        if let before { keys = before }
        before = nil
    }
}

extension Emulator {
    /// Makes a key that acts for an account, until the time that is returned or the end of the process.
    public func makePageKey(for account: Account) -> (key: String, end: Timestamp) {
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<32).map { _ in String(UInt64.random(in: 0...15, using: &generator), radix: 16) }
        let key = Secrets.pageKeyPrefix + digits.joined()
        let end = now.advanced(by: PageKeys.lifetime)
        accounts.pageKeys.add(key, for: account.sandbox.id, until: end)
        return (key, end)
    }
}

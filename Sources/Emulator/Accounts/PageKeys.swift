import Crypto
public import Dialogue
import Exact
import Journal
import Store

/// Keys that the control API makes for a page, which knows no key of a named account. A key says of which sandbox it is and
/// when it ends, and is signed. So no server keeps keys, and all servers of a database know the keys of each.
public struct PageKeys {
    /// How long a key lasts, in nanoseconds of the real time.
    static let lifetime: Int64 = 12 * 3_600 * 1_000_000_000
    /// The bytes of a sandbox's number, of the end, of what tells two keys apart, and of the signature.
    private static let (number, signature) = (8, 16)

    private let secret: [UInt8]

    /// Keys of this process alone.
    public init() { secret = PageKeys.random(32) }

    /// Keys of all servers of a database. Who has a key cannot guess the token by it without knowing the database.
    /// - Parameter database: what tells the database from others.
    public init(token: String, database: String) {
        secret = Digest.hmacSHA256(Array("page keys of \(database)".utf8), key: Array(token.utf8))
    }

    func make(for sandbox: SandboxID, until end: Timestamp) -> String {
        sign(PageKeys.bytes(sandbox.number) + PageKeys.bytes(end.nanoseconds) + PageKeys.random(PageKeys.number))
    }

    /// The sandbox for which the key was made; nil when it is none, or has ended.
    func sandbox(of key: String, at now: Timestamp) -> SandboxID? {
        guard key.begins(with: Secrets.pageKeyPrefix),
            let bytes = Digest.bytes(hex: String(key.dropFirst(Secrets.pageKeyPrefix.count))),
            bytes.count == 3 * PageKeys.number + PageKeys.signature,
            Digest.areEqual(Array(key.utf8), Array(sign(Array(bytes[..<(3 * PageKeys.number)])).utf8))
        else { return nil }
        let (sandbox, end) = (PageKeys.integer(bytes, at: 0), PageKeys.integer(bytes, at: PageKeys.number))
        return now.nanoseconds < end ? SandboxID(number: sandbox) : nil
    }

    private func sign(_ bytes: [UInt8]) -> String {
        let signature = Digest.hmacSHA256(bytes, key: secret)[..<PageKeys.signature]
        return Secrets.pageKeyPrefix + Digest.hex(bytes + signature)
    }

    private static func bytes(_ number: Int64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { [UInt8]($0) } }

    private static func integer(_ bytes: [UInt8], at start: Int) -> Int64 {
        bytes[start..<start + number].reduce(0) { $0 << 8 | Int64($1) }
    }

    private static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

extension Emulator {
    /// Makes a key that acts for an account, until the time that is returned, and no longer than the account exists.
    public func makePageKey(for account: Account) -> (key: String, end: Timestamp) {
        let end = now.advanced(by: PageKeys.lifetime)
        return (accounts.pageKeys.make(for: account.sandbox.id, until: end), end)
    }
}

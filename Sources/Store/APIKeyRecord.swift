public import Dialogue

/// An API key that an account has made. The store keeps only the digest of the key's text.
public struct APIKeyRecord: Equatable, Sendable {
    /// The key's id, unique in the store.
    public let id: APIKeyID
    /// The sandbox of the account that made the key.
    public let sandbox: SandboxID
    /// The name that its owner gave it; names need not be unique.
    public let name: String
    /// The SHA-256 of the key's text: 32 bytes, unique in the store.
    public let digest: [UInt8]
    /// When the key was made, by the sandbox's clock.
    public let createdAt: Timestamp
    /// Whether the key was revoked. A revoked key no longer works. Its record is kept, so that no later key gets the
    /// same id or digest.
    public var isRevoked: Bool

    public init(
        id: APIKeyID, sandbox: SandboxID, name: String, digest: [UInt8], createdAt: Timestamp, isRevoked: Bool = false
    ) {
        self.id = id
        self.sandbox = sandbox
        self.name = name
        self.digest = digest
        self.createdAt = createdAt
        self.isRevoked = isRevoked
    }
}

/// Identifies an API key in all sandboxes.
public typealias APIKeyID = Identifier<APIKeyRecord>

/// The API keys that accounts have made.
///
/// Every method throws a `StoreError` when the store cannot be read or written.
public protocol APIKeyStore: AnyObject {
    /// Keeps a new key.
    /// - Parameter key: the record, whose id and digest must both be new in the store.
    /// - Throws: a `StoreError` also when a key with that id or that digest exists, revoked or not; then nothing is
    ///   written.
    func makeAPIKey(_ key: APIKeyRecord) throws(StoreError)

    /// Returns all keys of a sandbox, including revoked ones, in the order in which they were kept. Unknown sandboxes
    /// have none.
    func apiKeys(of sandbox: SandboxID) throws(StoreError) -> [APIKeyRecord]

    /// Finds a key that works.
    /// - Parameter digest: the SHA-256 of the key's text.
    /// - Returns: the key with that digest; nil when none exists or it is revoked.
    func apiKey(digest: [UInt8]) throws(StoreError) -> APIKeyRecord?

    /// Finds the sandbox of a key, revoked or not.
    /// - Parameter digest: the SHA-256 of the key's text.
    /// - Returns: the sandbox of the key with that digest; nil when none exists.
    func sandbox(ofKey digest: [UInt8]) throws(StoreError) -> SandboxID?

    /// Revokes a key. Its record stays.
    /// - Returns: false, with nothing written, when the sandbox has no such key or the key is already revoked.
    func revokeAPIKey(_ id: APIKeyID, of sandbox: SandboxID) throws(StoreError) -> Bool
}

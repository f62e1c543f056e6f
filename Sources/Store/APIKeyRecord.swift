public import Dialogue

/// A key that an account has made for itself. Of the key nothing is kept but its digest.
public struct APIKeyRecord: Equatable, Sendable {
    public let id: APIKeyID
    public let sandbox: SandboxID
    /// What its owner calls it.
    public let name: String
    /// SHA-256 of the key.
    public let digest: [UInt8]
    public let createdAt: Timestamp
    /// A revoked key opens nothing any more. It stays known, so that no later one is the same.
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

public typealias APIKeyID = Identifier<APIKeyRecord>

public protocol APIKeyStore: AnyObject {
    /// Keeps a new key; its id and its digest are no other's.
    func makeAPIKey(_ key: APIKeyRecord) throws(StoreError)

    /// All keys that a sandbox ever had, revoked ones too, in the order they were made.
    func apiKeys(of sandbox: SandboxID) throws(StoreError) -> [APIKeyRecord]

    /// The key of that digest, unless it is revoked.
    func apiKey(digest: [UInt8]) throws(StoreError) -> APIKeyRecord?

    /// The sandbox of the key of that digest, also of one that is revoked.
    func sandbox(ofKey digest: [UInt8]) throws(StoreError) -> SandboxID?

    /// False when the sandbox has no such key, or it was revoked before.
    func revokeAPIKey(_ id: APIKeyID, of sandbox: SandboxID) throws(StoreError) -> Bool
}

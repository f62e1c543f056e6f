import Crypto
public import Dialogue
import HTTP
public import Store

/// What an API key's owner can read again: everything except the key itself.
public struct APIKeySummary: Sendable {
    /// Which of the account's keys it is.
    public typealias ID = Identifier<APIKeyRecord>

    public let id: ID
    public let name: String
    public let createdAt: Timestamp

    fileprivate init(_ record: APIKeyRecord) {
        id = record.id
        name = record.name
        createdAt = record.createdAt
    }
}

extension Emulator {
    /// The most unrevoked keys that an account can have at a time.
    public static let apiKeyLimit = 100

    /// Makes a key for an account. Only this call returns its text: the store keeps a digest.
    /// - Parameter prefix: what the calling dialect's keys begin with.
    /// - Throws: a 400 when the account already has `apiKeyLimit` keys.
    public func makeAPIKey(
        named name: String, prefix: String, for account: Account
    ) throws(Failure) -> (summary: APIKeySummary, key: String) {
        let known = try stored { () throws(StoreError) in try store.apiKeys(of: account.sandbox.id) }
        guard known.count(where: { !$0.isRevoked }) < Emulator.apiKeyLimit else {
            throw Failure(
                .badRequest, "An account can have at most \(Emulator.apiKeyLimit) API keys; revoke one to make another")
        }
        let (seed, nth) = (account.sandbox.seed, known.count + 1)
        let key = prefix + Identifiers.apiKeySecret(seed: seed, account: account.sandbox.name, nth: nth)
        let record = APIKeyRecord(
            id: Identifiers.apiKey(seed: seed, account: account.sandbox.name, nth: nth), sandbox: account.sandbox.id,
            name: name, digest: Digest.sha256(Array(key.utf8)), createdAt: account.sandbox.now)
        try stored { () throws(StoreError) in try store.makeAPIKey(record) }
        return (APIKeySummary(record), key)
    }

    /// The account's keys that are not revoked, oldest first.
    public func apiKeys(of account: Account) throws(Failure) -> [APIKeySummary] {
        try stored { () throws(StoreError) in try store.apiKeys(of: account.sandbox.id) }
            .filter { !$0.isRevoked }.map(APIKeySummary.init)
    }

    /// Revokes a key, from the next request on. Returns false when the account has no such key.
    public func revokeAPIKey(_ id: APIKeySummary.ID, of account: Account) throws(Failure) -> Bool {
        try stored { () throws(StoreError) in try store.revokeAPIKey(id, of: account.sandbox.id) }
    }

    /// Carries out a work of the store. Inlined: a closure would copy the sessions and turns that it writes.
    @inline(__always)
    func stored<Value>(_ work: () throws(StoreError) -> Value) throws(Failure) -> Value {
        do {
            return try work()
        } catch {
            throw Failure(error)
        }
    }
}

public import Dialogue

extension MemoryStore {
    public func makeAPIKey(_ key: APIKeyRecord) throws(StoreError) {
        guard !content.apiKeys.contains(where: { $0.id == key.id || $0.digest == key.digest }) else {
            throw StoreError("a key of that id or digest is there already")
        }
        undo.append { $0.apiKeys.removeLast() }
        content.apiKeys.append(key)
    }

    public func apiKeys(of sandbox: SandboxID) -> [APIKeyRecord] {
        content.apiKeys.filter { $0.sandbox == sandbox }
    }

    public func apiKey(digest: [UInt8]) -> APIKeyRecord? {
        content.apiKeys.first { $0.digest == digest && !$0.isRevoked }
    }

    public func sandbox(ofKey digest: [UInt8]) -> SandboxID? {
        content.apiKeys.first { $0.digest == digest }?.sandbox
    }

    public func revokeAPIKey(_ id: APIKeyID, of sandbox: SandboxID) -> Bool {
        let place = content.apiKeys.firstIndex { $0.id == id && $0.sandbox == sandbox && !$0.isRevoked }
        guard let place else { return false }
        undo.append { $0.apiKeys[place].isRevoked = false }
        content.apiKeys[place].isRevoked = true
        return true
    }
}

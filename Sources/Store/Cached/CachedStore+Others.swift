public import Dialogue

// What is not remembered. Some of it removes players.

extension CachedStore {
    public func clearAccount(_ sandbox: SandboxID) throws(StoreError) {
        cache.removeAll(in: sandbox)
        try base.clearAccount(sandbox)
    }

    public func removeAccount(_ sandbox: SandboxID) throws(StoreError) {
        cache.removeAll(in: sandbox)
        try base.removeAccount(sandbox)
    }

    public func removeAll(on persona: PersonaID) throws(StoreError) {
        cache.removeAll(on: persona)
        try base.removeAll(on: persona)
    }

    public func accounts() throws(StoreError) -> [AccountRecord] { try base.accounts() }

    public func makeAccount(name: String, isOpen: Bool, at now: Timestamp) throws(StoreError) -> AccountRecord {
        try base.makeAccount(name: name, isOpen: isOpen, at: now)
    }

    public func touchAccount(_ sandbox: SandboxID, at now: Timestamp) throws(StoreError) {
        try base.touchAccount(sandbox, at: now)
    }

    public func saveSettings(_ text: String, of sandbox: SandboxID) throws(StoreError) {
        try base.saveSettings(text, of: sandbox)
    }

    public func isEmpty(_ sandbox: SandboxID) throws(StoreError) -> Bool { try base.isEmpty(sandbox) }

    public func personas() throws(StoreError) -> [PersonaRecord] { try base.personas() }

    public func personas(of sandbox: SandboxID) throws(StoreError) -> [PersonaRecord] {
        try base.personas(of: sandbox)
    }

    public func save(_ record: PersonaRecord) throws(StoreError) { try base.save(record) }

    public func removePersona(_ persona: PersonaID, of sandbox: SandboxID) throws(StoreError) {
        try base.removePersona(persona, of: sandbox)
    }

    public func makeAPIKey(_ key: APIKeyRecord) throws(StoreError) { try base.makeAPIKey(key) }

    public func apiKeys(of sandbox: SandboxID) throws(StoreError) -> [APIKeyRecord] { try base.apiKeys(of: sandbox) }

    public func apiKey(digest: [UInt8]) throws(StoreError) -> APIKeyRecord? { try base.apiKey(digest: digest) }

    public func sandbox(ofKey digest: [UInt8]) throws(StoreError) -> SandboxID? { try base.sandbox(ofKey: digest) }

    public func revokeAPIKey(_ id: APIKeyID, of sandbox: SandboxID) throws(StoreError) -> Bool {
        try base.revokeAPIKey(id, of: sandbox)
    }

    public func counter(_ name: String, of sandbox: SandboxID) throws(StoreError) -> Int {
        try base.counter(name, of: sandbox)
    }

    public func setCounter(_ name: String, of sandbox: SandboxID, to value: Int) throws(StoreError) {
        try base.setCounter(name, of: sandbox, to: value)
    }

    public func counters(of sandbox: SandboxID) throws(StoreError) -> [(name: String, value: Int)] {
        try base.counters(of: sandbox)
    }

    public func keepUpload(_ path: String, of sandbox: SandboxID) throws(StoreError) {
        try base.keepUpload(path, of: sandbox)
    }

    public func uploads() throws(StoreError) -> [String] { try base.uploads() }

    public func uploads(of sandbox: SandboxID) throws(StoreError) -> [String] { try base.uploads(of: sandbox) }
}

import Dialogue
import Store

/// What a store holds, counted.
struct StoreCounts: Equatable {
    private(set) var accounts = 0
    /// Players of a persona who have sessions or progress.
    private(set) var players = 0
    private(set) var sessions = 0
    private(set) var turns = 0
    private(set) var apiKeys = 0
    private(set) var counters = 0
    private(set) var uploads = 0
    private(set) var personas = 0

    /// Reads everything, each turn too.
    init(of store: any Store) throws(StoreError) {
        for account in try store.accounts() {
            let sandbox = account.sandbox
            accounts += 1
            for record in try store.records(in: sandbox) {
                players += 1
                sessions += record.sessions.count
                for (_, history) in record.sessions { while let piece = try history.next() { turns += piece.count } }
            }
            apiKeys += try store.apiKeys(of: sandbox).count
            counters += try store.counters(of: sandbox).count
            uploads += try store.uploads(of: sandbox).count
            personas += try store.personas(of: sandbox).count
        }
    }
}

extension Store {
    /// Copies all that another store holds into this one, which must be empty, and commits it. Sandboxes get new numbers.
    /// - Throws: a `StoreError` when one of the stores fails; then nothing is kept here.
    func copy(_ source: any Store) throws(StoreError) {
        do throws(StoreError) {
            for account in try source.accounts() { try copy(account, source) }
            try commit()
        } catch {
            rollback()
            throw error
        }
    }

    private func copy(_ account: AccountRecord, _ source: any Store) throws(StoreError) {
        let old = account.sandbox
        let new = try makeAccount(name: account.name, isOpen: account.isOpen, at: account.lastUsedAt).sandbox
        if !account.settings.isEmpty { try saveSettings(account.settings, of: new) }
        for record in try source.records(in: old) { try copy(record, to: new) }
        for key in try source.apiKeys(of: old) {
            try makeAPIKey(
                APIKeyRecord(
                    id: key.id, sandbox: new, name: key.name, digest: key.digest, createdAt: key.createdAt,
                    isRevoked: key.isRevoked))
        }
        for (name, value) in try source.counters(of: old) { try setCounter(name, of: new, to: value) }
        for path in try source.uploads(of: old) { try keepUpload(path, of: new) }
        for persona in try source.personas(of: old) {
            try save(
                PersonaRecord(
                    sandbox: new, persona: persona.persona, number: persona.number, document: persona.document))
        }
    }

    private func copy(_ record: PlayerRecord, to sandbox: SandboxID) throws(StoreError) {
        let key = record.key
        let player = PlayerKey(sandbox: sandbox, channel: key.channel, persona: key.persona, player: key.player)
        if record.sessions.isEmpty || record.progress != Dialogue.Progress() {
            try save(record.progress, of: player)
        }
        // They come most recently active first, and the last one begun is the one active last.
        for (session, history) in record.sessions.reversed() {
            var turns: [Turn] = []
            while let piece = try history.next() { turns += piece }
            try begin(session, turns: turns, of: player)
        }
    }
}

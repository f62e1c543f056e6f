import Dialogue
import Fixtures
import HTTP
import Store

extension Emulator {
    /// The whole sandbox as one JSON document, as it is now, without uploaded files, faults and scripts.
    public func snapshot(of account: Account) throws(Failure) -> BodyPieces {
        let body = try stored { () throws(StoreError) in try SnapshotBody(of: account, store) }
        return { () throws(Failure) in try self.stored(body.next) }
    }

    /// How deep a snapshot can nest: it contains documents of personas.
    public var snapshotDepth: Int { jsonDepth + 16 }

    /// Replaces the contents of a sandbox by those of a snapshot, whatever sandbox the snapshot was made of.
    /// - Throws: a 409 when another sandbox has one of the snapshot's API keys; then nothing changes.
    public func restore(_ read: ReadSnapshot, into account: Account) throws(Failure) {
        let sandbox = account.sandbox
        let snapshot = read.content.placed(in: sandbox.id)
        try checkKeys(of: snapshot, sandbox)
        try clear(account)
        for (record, row) in zip(snapshot.personas, read.personas) {
            try roster.set(row, record.document, record.persona, in: sandbox.id)
        }
        sandbox.change { $0.settings = snapshot.settings }
        switch snapshot.limits {
        case .server: break
        case .lifted: set(nil, in: sandbox)
        case .perMinute(let limits): set(limits, in: sandbox)
        }
        try stored { () throws(StoreError) in try snapshot.write(into: sandbox.id, store) }
    }

    /// Restores a snapshot into the sandbox that it names, and commits it. Call it before the server accepts requests.
    public func start(with snapshot: [UInt8]) throws(Failure) {
        do throws(Failure) {
            let content = try Snapshot(text: snapshot, depthLimit: snapshotDepth, called: "it")
            let read = try ReadSnapshot(content, RowDecoder(roster, sandbox: content.name))
            try stored { () throws(StoreError) in try hold(.all) }
            try restore(read, into: try account(opening: content.name))
        } catch {
            _ = endBatch(failed: true)
            throw error
        }
        guard endBatch(failed: false) else { throw Failure.unsaved }
    }

    private func checkKeys(of snapshot: Snapshot, _ sandbox: Sandbox) throws(Failure) {
        for key in snapshot.apiKeys {
            let other = try stored { () throws(StoreError) in try store.sandbox(ofKey: key.digest) }
            guard let other, other != sandbox.id else { continue }
            throw Failure(
                .conflict,
                "The sandbox \"\(accounts.account(of: other)?.name ?? "")\" has API keys of this snapshot, and no key opens "
                    + "two sandboxes; delete or reset it first")
        }
    }
}

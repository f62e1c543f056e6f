import Dialogue
import Fixtures
import HTTP
import Store

extension Emulator {
    /// All of a sandbox as one JSON document, as it is now. Files that players sent, faults and scripts are not in it.
    public func snapshot(of account: Account) throws(Failure) -> BodyPieces {
        let body = try stored { () throws(StoreError) in try SnapshotBody(of: account, store) }
        return { () throws(Failure) in try self.stored(body.next) }
    }

    /// How deep a snapshot may nest: it holds documents of personas.
    public var snapshotDepth: Int { jsonDepth + 16 }

    /// Puts what a snapshot holds in place of all that a sandbox holds, whatever sandbox it was taken of.
    /// - Throws: a 409 where another sandbox has one of its API keys. Nothing is changed then.
    public func restore(_ read: ReadSnapshot, into account: Account) throws(Failure) {
        let sandbox = account.sandbox
        let snapshot = read.content.placed(in: sandbox.id)
        try checkKeys(of: snapshot, sandbox)
        try reset(account)
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

    /// Restores a snapshot into the sandbox that it names, and keeps it. To be called before the server takes requests.
    public func start(with snapshot: [UInt8]) throws(Failure) {
        do throws(Failure) {
            let content = try Snapshot(text: snapshot, depthLimit: snapshotDepth, called: "it")
            let read = try ReadSnapshot(content, RowDecoder(roster, sandbox: content.name))
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

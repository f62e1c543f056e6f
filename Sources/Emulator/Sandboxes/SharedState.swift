import Dialogue
import Store

/// What the database has of a sandbox's state, if servers share it.
struct SharedState {
    /// 0: nothing was kept yet.
    private(set) var version: Int64 = 0
    private var kept = SandboxRow()
    /// What this batch writes; nil: nothing.
    private var written: SandboxRow?

    init() {}

    init(_ kept: SandboxRow, version: Int64) { (self.kept, self.version) = (kept, version) }

    /// Writes the state, unless it is there.
    mutating func save(_ new: SandboxRow, of sandbox: SandboxID, to store: any SharedDatabase) throws(StoreError) {
        guard new != kept else { return }
        try store.saveState(
            set: new.set == kept.set ? nil : new.set, counted: new.counted, after: version, of: sandbox)
        written = new
    }

    mutating func keepBatch() {
        guard let new = written.take() else { return }
        kept = new
        version += 1
    }

    mutating func dropBatch() { written = nil }
}

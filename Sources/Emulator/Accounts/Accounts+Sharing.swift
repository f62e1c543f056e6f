import Journal
import Dialogue
import Exact
import Store

/// What other servers have changed of the accounts.
extension Accounts {
    /// Those of these accounts that are known.
    func known(of wanted: WantedAccounts) -> [Account] {
        guard wanted.extent != .all else { return everyone }
        return wanted.named.compactMap(named.account(named:)) + wanted.open.compactMap { open[$0]?.account }
            + wanted.sandboxes.compactMap(account(of:))
    }

    /// Takes over what the database has of the wanted accounts. Open accounts that it no longer has leave.
    /// - Returns: the sandboxes of those that have left.
    func take(_ found: LockedAccounts, of wanted: WantedAccounts) throws(StoreError) -> [SandboxID] {
        var left: [SandboxID] = []
        let there = Set(found.rows.map(\.record.sandbox))
        let asked =
            wanted.extent == .all
            ? Array(open.values)
            : wanted.open.compactMap { open[$0] } + wanted.sandboxes.compactMap { open[$0] }
        for entry in asked where !there.contains(entry.account.sandbox.id) {
            left.append(entry.account.sandbox.id)
            open[entry.account.name] = nil
        }
        for row in found.rows { try take(row) }
        return left
    }

    private func take(_ row: LockedAccounts.Row) throws(StoreError) {
        let record = row.record
        guard let sandbox = record.isOpen ? opened(record) : named.account(named: record.name)?.sandbox,
            sandbox.id == record.sandbox, let state = row.state, row.version != sandbox.version
        else { return }
        try sandbox.takeOver(
            SandboxRow(settings: record.settings, set: state.set, counted: state.counted), version: row.version)
    }

    /// The sandbox of an open account, which this server may have to take in.
    private func opened(_ record: AccountRecord) -> Sandbox {
        let latest = Timestamp(nanoseconds: record.lastUsedAt.nanoseconds + Accounts.storeInterval)
        if let entry = open[record.name], entry.account.sandbox.id == record.sandbox {
            // Another server may have used it since, and it may have used it up to one interval later.
            if record.lastUsedAt > entry.storedAt { entry.usedAt = max(entry.usedAt, latest) }
            entry.storedAt = record.lastUsedAt
            // Another server may have emptied it.
            entry.isFilled = false
            return entry.account.sandbox
        }
        let account = openAccount(record)
        account.sandbox.journal.beginInTheMiddle()
        let entry = Open(account: account, usedAt: latest, storedAt: record.lastUsedAt)
        entry.isHidden = named.account(forKey: record.name) != nil
        open[record.name] = entry
        return account.sandbox
    }
}

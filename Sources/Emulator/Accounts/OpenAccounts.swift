import Dialogue
import Exact
import Store

/// An account in use. A class, because each request changes it.
final class Open {
    let account: Account
    var usedAt: Timestamp
    /// The last use that the store has; it is written at most once a minute.
    var storedAt: Timestamp
    /// Whether it is known to hold something: data in the store, or settings. False until the store was asked.
    var isFilled = false
    /// Whether the fixtures give its key to another account.
    var isHidden = false

    init(account: Account, usedAt: Timestamp, storedAt: Timestamp) {
        (self.account, self.usedAt, self.storedAt) = (account, usedAt, storedAt)
    }

    /// The order of use. Of equal times the account that was opened first comes first.
    static func isUsedBefore(_ a: Open, _ b: Open) -> Bool {
        (a.usedAt, a.account.sandbox.id.number) < (b.usedAt, b.account.sandbox.id.number)
    }
}

/// The open accounts by name and by sandbox.
struct OpenAccounts {
    private var byName: [ExactText: Open] = [:]
    private var bySandbox: [SandboxID: Open] = [:]

    var count: Int { byName.count }
    var values: Dictionary<ExactText, Open>.Values { byName.values }

    subscript(sandbox: SandboxID) -> Open? { bySandbox[sandbox] }

    subscript(name: String) -> Open? {
        get { byName[name] }
        set {
            if let old = byName[name] { bySandbox[old.account.sandbox.id] = nil }
            byName[name] = newValue
            if let newValue { bySandbox[newValue.account.sandbox.id] = newValue }
        }
    }
}

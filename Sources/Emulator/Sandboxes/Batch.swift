public import Store

/// State in memory that requests change. When a batch is dropped, the state of the batch is dropped too.
protocol BatchMember: AnyObject {
    /// Writes to the store what changed only in memory, before the batch is committed.
    func save(to store: any Store) throws(StoreError)

    /// Called when the batch was kept.
    func keepBatch()

    /// Called when the batch was dropped: restores the state before the batch.
    func dropBatch()
}

extension BatchMember {
    /// Does nothing: most members write to the store as they change.
    func save(to store: any Store) throws(StoreError) {}

    fileprivate func end(_ isKept: Bool) {
        if isKept { keepBatch() } else { dropBatch() }
    }
}

/// The requests of one loop iteration that one commit keeps, with the state in memory that they change.
public final class Batch {
    /// The members that changed in this batch.
    private var changed: [any BatchMember] = []
    /// The store, if other servers use it too.
    let shared: (any SharedDatabase)?

    public init(sharing shared: (any SharedDatabase)? = nil) { self.shared = shared }

    /// Adds a member, to be called at the end of this batch. Call it once in each batch in which the member changes,
    /// before the change.
    func join(_ member: any BatchMember) { changed.append(member) }

    /// Writes the changes of all members to the store, before the commit.
    func save(to store: any Store) throws(StoreError) {
        for member in changed { try member.save(to: store) }
    }

    /// Keeps or drops the batch in all members.
    /// - Parameter always: the members that take part in every batch.
    func end(isKept: Bool, with always: [any BatchMember]) {
        for member in always { member.end(isKept) }
        for member in changed { member.end(isKept) }
        changed.removeAll(keepingCapacity: true)
    }
}

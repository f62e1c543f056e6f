import Store

/// Something in memory that requests change. What the store does not keep of a batch is taken back here too.
protocol BatchMember: AnyObject {
    /// Has the store keep, with the batch, what changed here alone.
    func save(to store: any Store) throws(StoreError)

    /// The store has kept what changed in the batch.
    func keepBatch()

    /// The store has not kept it: makes everything what it was before the batch.
    func dropBatch()
}

extension BatchMember {
    /// Most write to the store as they change.
    func save(to store: any Store) throws(StoreError) {}
}

/// The requests whose effects are kept or taken back together, by one commit, and all in memory that they change.
public final class Batch {
    /// Those that have changed in this one.
    private var changed: [any BatchMember] = []

    public init() {}

    /// Has a member be told of the end of this batch. To be called once in each batch in which it changes, before it does.
    func join(_ member: any BatchMember) { changed.append(member) }

    /// Has everything that changed be in the store, for its commit.
    func save(to store: any Store) throws(StoreError) {
        for member in changed { try member.save(to: store) }
    }

    /// - Parameter always: those that take part in every batch.
    func end(isKept: Bool, with always: [any BatchMember]) {
        for members in [always, changed] {
            for member in members {
                if isKept { member.keepBatch() } else { member.dropBatch() }
            }
        }
        changed.removeAll(keepingCapacity: true)
    }
}

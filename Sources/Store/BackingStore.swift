public import Dialogue

/// Where a store keeps a session, and the last turn of it. It means nothing outside the store. After each turn the
/// session has another place.
public struct SessionPlace: Sendable {
    package let row: Int64
    package let lastTurn: Int64

    package init(row: Int64, lastTurn: Int64) { (self.row, self.lastTurn) = (row, lastTurn) }
}

/// A store of its own, in memory or in a file. `CachedStore` can be in front of it.
///
/// Every method throws a `StoreError` when the store cannot be read or written, or holds a value that cannot be read.
public protocol BackingStore: Store {
    /// Returns the place of a session.
    /// - Throws: a `StoreError` also when the player has no session of that id on the machine, or its last turn is
    ///   damaged.
    func place(of session: Session, of player: PlayerKey) throws(StoreError) -> SessionPlace

    /// Appends a turn as `append(_:to:of:)`.
    /// - Parameter place: the session's, as this store returned it last. No call between has changed the session.
    /// - Returns: the session's new place.
    func append(
        _ turn: Turn, to session: Session, of player: PlayerKey, at place: SessionPlace
    ) throws(StoreError) -> SessionPlace
}

extension BackingStore {
    public func append(_ turn: Turn, to session: Session, of player: PlayerKey) throws(StoreError) {
        _ = try append(turn, to: session, of: player, at: place(of: session, of: player))
    }
}

extension StoreError {
    package static let notBegun = StoreError("a turn of a session that was not begun")
}

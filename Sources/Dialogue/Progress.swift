/// What a player has reached on a persona, over all of its machines. It outlives a single session and is cleared by
/// a full reset (spec G-23, H-5).
public struct Progress: Equatable, Sendable {
    /// Sessions begun so far; the next one's id is derived from it.
    public var inits: Int
    /// Machines unlocked by links, in the order they were unlocked.
    public var unlocked: [MachineID]

    public init(inits: Int = 0, unlocked: [MachineID] = []) {
        self.inits = inits
        self.unlocked = unlocked
    }
}

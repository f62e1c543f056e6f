public import Dialogue

/// Something that a walk has found out about a persona.
public struct Finding: Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// A state, which may be an ending, that no conversation reaches.
        case unreachable
        /// A state with nothing but a kick-out that leads out of it.
        case deadEnd = "dead_end"
        /// A state that conversations leave, and still never end.
        case softLock = "soft_lock"
        /// A transition or follow-up that never fires.
        case neverFires = "never_fires"
        /// A link that never unlocks its machine.
        case link
        /// A condition for which no message can be made.
        case noMessage = "no_message"
        /// The walk was stopped before its end.
        case stopped
    }

    public let kind: Kind
    /// The key of the machine.
    public let machine: String
    /// The file below the fixture folder.
    public let file: String
    /// The line of the file, counted from 1; 0 for the whole file.
    public let line: Int
    public let message: String
    /// What it is about, which stays the same while others come and go: `pit`, `door → garden pass`.
    public let subject: String
    /// Whether it is a fault; false for what the walk leaves open.
    public let isFault: Bool
    /// A conversation that shows the fault.
    public let transcript: Transcript?

    /// - Parameter place: `file:line`.
    init(
        _ kind: Kind, of subject: String, on machine: Machine, at place: String?, _ message: String,
        shownBy transcript: Transcript?
    ) {
        (self.kind, self.machine, self.message, self.transcript) = (kind, machine.key, message, transcript)
        self.subject = subject
        isFault = transcript != nil
        let parts = (place ?? "").split(separator: ":")
        line = parts.last.flatMap { Int($0) } ?? 0
        file = parts.dropLast().joined(separator: ":")
    }
}

/// How conversations on a machine end: by one rule, in one state or in any.
public struct FoundEnding: Sendable {
    /// A terminal state; nil: the conversation ends in the state in which it is.
    public let state: StateKey?
    public let ending: Ending
    /// The scores that were seen.
    public let scores: ClosedRange<Int>
    /// A shortest conversation to it, of those that were walked.
    public let transcript: Transcript
}

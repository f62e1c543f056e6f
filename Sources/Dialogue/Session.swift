/// One player's run through one machine of a persona.
public struct Session: Equatable, Sendable {
    public let id: SessionID
    public let machine: MachineID
    public let player: Player
    public let startedAt: Timestamp
    public var lastMessageAt: Timestamp
    public var stateKey: StateKey
    /// The running total of fired deltas; stays 0 in a pass_fail machine (spec G-15).
    public var score: Int
    /// Set once, when the conversation has ended.
    public var outcome: Outcome?
    /// Redirects used in the current state; 0 after every move (spec G-7).
    public var redirectCount: Int
    /// Turns since the greeting, which is turn 0; nudges are counted too.
    public var turnCount: Int
    public var memory: Memory

    public init(
        id: SessionID, machine: MachineID, player: Player, startedAt: Timestamp, lastMessageAt: Timestamp,
        stateKey: StateKey, score: Int = 0, outcome: Outcome? = nil, redirectCount: Int = 0, turnCount: Int = 0,
        memory: Memory = Memory()
    ) {
        self.id = id
        self.machine = machine
        self.player = player
        self.startedAt = startedAt
        self.lastMessageAt = lastMessageAt
        self.stateKey = stateKey
        self.score = score
        self.outcome = outcome
        self.redirectCount = redirectCount
        self.turnCount = turnCount
        self.memory = memory
    }
}

extension Session {
    /// The number of the player's messages since init, which `turn` compares.
    var playerTurns: Int { turnCount - memory.nudges }

    /// The same session under another id, which changes its later random draws.
    public func identified(as id: SessionID) -> Session {
        Session(
            id: id, machine: machine, player: player, startedAt: startedAt, lastMessageAt: lastMessageAt,
            stateKey: stateKey, score: score, outcome: outcome, redirectCount: redirectCount, turnCount: turnCount,
            memory: memory)
    }
}

/// The player, as given at init.
public struct Player: Equatable, Sendable {
    public let name: String
    public let gender: Gender

    public init(name: String, gender: Gender) {
        self.name = name
        self.gender = gender
    }
}

public enum Gender: String, CaseIterable, Sendable {
    case female
    case male
    case nonBinary = "non-binary"
}

/// How a conversation ended (spec B.8).
public enum Outcome: String, CaseIterable, Sendable {
    case accept = "ACCEPT"
    case reject = "REJECT"
    case kickOut = "KICK_OUT"
}

extension Session {
    /// Puts the session into a state as if it had just entered it: the counts of redirects and follow-ups restart. In a
    /// terminal state the session ends, by the state's outcome or by the rules (spec B.8); in any other it continues.
    public mutating func jump(to state: State, of machine: Machine) {
        stateKey = state.key
        redirectCount = 0
        memory.asked = [:]
        memory.isInFollowUp = false
        outcome = state.isTerminal ? Ending(in: state, score: score, by: nil, machine).outcome : nil
    }
}

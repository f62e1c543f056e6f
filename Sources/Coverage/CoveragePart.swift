import Dialogue
import Exact

/// A part of a machine that conversations can reach, and where it is in its file.
public struct CoveragePart: Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case state, transition, alternative
        case followUp = "follow_up"
        case line
    }

    public let kind: Kind
    /// Unique in the machine.
    public let name: PartName
    /// From 1.
    public let line: Int
    /// The part in the words of its file: `s0 → s1 pass`.
    public let label: String
}

/// The name of a part within its machine, the same in the file and in a conversation.
public struct PartName: Hashable, Sendable {
    private let text: ExactText

    private init(_ text: String) { self.text = ExactText(text) }

    static func state(_ key: String) -> PartName { PartName("state \(key)") }

    /// - Parameters:
    ///   - rank: as in `Reach.Fired`.
    ///   - state: nil for `*`.
    static func transition(rank: Int, from state: String?) -> PartName {
        PartName(state.map { "transition \(rank) of \($0)" } ?? "shared transition \(rank)")
    }

    static func followUp(_ place: Int, of state: String) -> PartName { PartName("follow-up \(place) of \(state)") }

    /// - Parameter path: the keys that lead to it, as in `Reach`.
    static func alternative(_ path: String, of owner: PartName) -> PartName { PartName("\(path) of \(owner.text)") }

    static func line(_ place: Int, of list: String) -> PartName { PartName("line \(place) of \(list)") }
}

extension Reach {
    /// The names of what was reached: the states that the session was in, then what fired, then the lines.
    var names: [PartName] {
        var names: [PartName] = [.state(after.text)]
        if let before, before != after { names.append(.state(before.text)) }
        if let before, let fired {
            let name: PartName =
                switch fired {
                case .followUp(let place): .followUp(place, of: before.text)
                case .transition(let rank, let isShared): .transition(rank: rank, from: isShared ? nil : before.text)
                }
            names.append(name)
            names += alternatives.map { .alternative($0, of: name) }
        }
        return names + lines.map { .line($0.line, of: $0.list) }
    }
}

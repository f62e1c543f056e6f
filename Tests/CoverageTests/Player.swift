import Dialogue
import Emulator
import Fixtures
import Testing

/// Plays one machine in memory, and notes what is reached.
final class Player {
    let persona: Persona
    let machine: Machine
    private(set) var reached: [Reach] = []
    private let rehearsal: Rehearsal

    init(_ catalog: Catalog, _ persona: Persona, _ machine: Machine) throws {
        (self.persona, self.machine) = (persona, machine)
        rehearsal = try Rehearsal(
            catalog, persona, on: machine, in: Rehearsal.Place(sandbox: "s", channel: "c"),
            Rehearsal.Setting(
                player: Dialogue.Player(name: "Sam", gender: .female), clock: Timestamp(seconds: 1_773_144_000)),
            warn: { _ in })
    }

    func begin(opens: Bool = false) throws {
        try note { () throws(Rehearsal.Refusal) in try rehearsal.begin(machine, opens: opens) }
    }

    /// Says a line, if the conversation goes on.
    func say(_ line: String) {
        try? note { () throws(Rehearsal.Refusal) in try rehearsal.say(line, begins: true) }
    }

    private func note(_ step: () throws(Rehearsal.Refusal) -> Rehearsal.Step) throws {
        if let reach = try step().reach() { reached.append(reach) }
    }

    /// What many conversations reach, which begin in each way.
    static func tried(_ catalog: Catalog, _ persona: Persona, _ machine: Machine) throws -> [Reach] {
        let words = [
            "yes", "no", "gold", "gold gold", "help me, mercy", "My name is Zoe", "maybe", "perhaps", "idiot", "deal",
            "pic", "bread", "tell", "stone", "cherry", "agreed", "listen", "sorry", "rare", "pay", "free", "story",
            "end",
            "[[pass]]", "[[redirect]]", "[[follow_up]]", "[[reject]]", "[[kick_out]]", "",
        ]
        var reached: [Reach] = []
        for (place, first) in words.enumerated() {
            let player = try Player(catalog, persona, machine)
            switch place % 3 {
            case 0: try player.begin()
            case 1: try? player.begin(opens: true)
            default: break
            }
            for event in machine.entries.events.keys where place % 2 == 0 {
                try? player.note { () throws(Rehearsal.Refusal) in
                    try player.rehearsal.happen(MatchContext.Event(id: event.text, context: ["reaction": "🔥"]))
                }
            }
            for step in 0..<words.count {
                player.say(step == 0 ? first : words[(place * 7 + step * 5) % words.count])
                if step == 2 { try? player.note { () throws(Rehearsal.Refusal) in try player.rehearsal.nudge() } }
            }
            reached += player.reached
        }
        return reached
    }
}

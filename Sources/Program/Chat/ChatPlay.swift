import Dialogue
import Emulator
import Exact
import Fixtures
import JSON
import Stories

/// What one player does with a persona in `foilmock chat`, step by step.
final class ChatPlay {
    /// What holds from the start to the end.
    struct Setting: Equatable {
        let player: Player
        let seed: Int
        /// The time at which the clock is frozen at the start; nil: the chat has the real time.
        let clock: Timestamp?
        /// Who speaks first in each conversation.
        let begins: Story.Beginning
    }

    /// A step that was carried out.
    struct Step {
        enum Kind {
            /// What a story can do.
            case action(StoryTurn.Action)
            /// Everything was forgotten, and this machine is the first again.
            case restart(Machine)
            /// What no story can do: a jump, or a value that was set, as it was typed.
            case change(String)
        }

        let kind: Kind
        /// The sandbox's time before it.
        let at: Timestamp
        let turn: ChatTurn
        fileprivate let before: Rehearsal.Checkpoint
    }

    let setting: Setting
    let rehearsal: Rehearsal
    private(set) var catalog: Catalog
    private(set) var steps: [Step] = []
    /// The files that it was saved to, which may be replaced.
    var saved: [String] = []
    /// The machine on which it started.
    let first: MachineID

    /// - Parameter warn: called with warnings, such as that a turn reached a limit.
    init(
        _ catalog: Catalog, _ persona: Persona, on machine: Machine, _ setting: Setting,
        warn: @escaping (String) -> Void
    ) throws(ChatError) {
        (self.catalog, self.setting) = (catalog, setting)
        first = machine.id
        do throws(Failure) {
            rehearsal = try Rehearsal(
                catalog, persona, on: machine, in: StoryPlayer.place,
                Rehearsal.Setting(player: setting.player, seed: setting.seed, clock: setting.clock), warn: warn)
        } catch {
            throw ChatError(error.message)
        }
    }

    var persona: Persona { rehearsal.persona }
    var machine: Machine { rehearsal.machine }

    /// Begins the first conversation, if the persona speaks first in it.
    func start() throws(ChatError) -> ChatTurn? {
        setting.begins == .player ? nil : try take(.begin(machine))
    }

    func take(_ action: StoryTurn.Action) throws(ChatError) -> ChatTurn {
        var removes = false
        if case .begin = action { removes = true }
        return try step(.action(action), removes: removes) { () throws(Rehearsal.Refusal) in
            try rehearsal.take(action, setting.begins)
        }
    }

    /// Forgets everything, and begins the first conversation again.
    func restart() throws(ChatError) -> ChatTurn {
        let machine = persona.machine(first) ?? persona.defaultMachine
        return try step(.restart(machine), removes: true) { () throws(Rehearsal.Refusal) in
            try rehearsal.restart(on: machine)
            return setting.begins == .player ? .init() : try rehearsal.begin(machine, opens: setting.begins == .opener)
        }
    }

    /// Changes the conversation without a turn.
    /// - Parameters:
    ///   - changes: as `Rehearsal.change` takes them.
    ///   - line: the command that was typed.
    func change(_ changes: JSONValue, by line: String) throws(ChatError) -> ChatTurn {
        try step(.change(line), removes: false) { () throws(Rehearsal.Refusal) in
            try rehearsal.change(changes)
            return .init()
        }
    }

    /// Takes back the last step, and returns it; the first conversation's beginning stays.
    func undo() throws(ChatError) -> Step {
        guard let last = steps.last, steps.count > 1 || setting.begins == .player else {
            throw ChatError("there is no step to take back")
        }
        try ChatPlay.allowed { () throws(Rehearsal.Refusal) in try rehearsal.goBack(to: last.before) }
        return steps.removeLast()
    }

    /// Where the conversation is, as a turn in which nothing is said.
    func look() throws(ChatError) -> ChatTurn {
        try ChatPlay.allowed { () throws(Rehearsal.Refusal) in
            let session = try rehearsal.session()
            return ChatTurn(step: .init(), machine: machine, before: session, after: session)
        }
    }

    /// What can be set, in order: the variables that the persona has, and those that its machines can set.
    func variableNames() throws(Rehearsal.Refusal) -> [String] {
        let made = persona.machines.flatMap { machine in
            machine.outputs.map(\.key) + ["outcome.\(machine.key)", "score.\(machine.key)"]
        }
        return Set(exact: made).union(try rehearsal.variables().keys).sorted().map(\.text)
    }

    /// Goes on with other fixtures. They are not taken if they lack the persona or the machine.
    func replace(_ catalog: Catalog) throws(ChatError) {
        guard let persona = catalog.persona(persona.id) else {
            throw ChatError("the fixtures have no persona \"\(persona.slug)\" any more")
        }
        guard let machine = persona.machine(machine.id) else {
            throw ChatError("the persona \"\(persona.slug)\" has no machine \"\(machine.key)\" any more")
        }
        try ChatPlay.allowed { () throws(Rehearsal.Refusal) in try rehearsal.replace(catalog, persona, machine) }
        self.catalog = catalog
    }

    private func step(
        _ kind: Step.Kind, removes: Bool, _ work: () throws(Rehearsal.Refusal) -> Rehearsal.Step
    ) throws(ChatError) -> ChatTurn {
        try ChatPlay.allowed { () throws(Rehearsal.Refusal) in
            let (checkpoint, at) = (try rehearsal.checkpoint(removes: removes), rehearsal.now)
            let before = try rehearsal.session()
            let done: Rehearsal.Step
            do throws(Rehearsal.Refusal) {
                done = try work()
            } catch {
                // A reset that cannot begin anew has removed the conversation already.
                if removes { try rehearsal.goBack(to: checkpoint) }
                throw error
            }
            let turn = ChatTurn(step: done, machine: machine, before: before, after: try rehearsal.session())
            steps.append(Step(kind: kind, at: at, turn: turn, before: checkpoint))
            return turn
        }
    }

    /// Does what the emulator may refuse.
    static func allowed<Value>(_ work: () throws(Rehearsal.Refusal) -> Value) throws(ChatError) -> Value {
        do throws(Rehearsal.Refusal) {
            return try work()
        } catch {
            throw ChatError(error)
        }
    }
}

/// What came of a step.
struct ChatTurn {
    let step: Rehearsal.Step
    /// The machine of the conversation after it.
    let machine: Machine
    /// Nil: there was no conversation on the machine of before, or there is none.
    let before, after: Session?
}

extension ChatPlay.Step: CustomStringConvertible {
    var description: String {
        switch kind {
        case .action(let action): action.description
        case .restart: ChatCommand.reset.word
        case .change(let line): ShortText.of(line)
        }
    }
}

extension ChatError {
    init(_ error: AppError) { self.init(String(error.message.dropFirst(error.message.hasPrefix("Error: ") ? 7 : 0))) }

    init(_ refusal: Rehearsal.Refusal) {
        let message =
            switch refusal {
            case .locked: "the machine is locked: no link has unlocked it (/machines)"
            case .noSession: "there is no conversation here; /reset begins anew"
            case .lost(let state):
                "the fixtures no longer have the state \"\(state)\", in which the conversation is; /jump STATE goes on "
                    + "from another one, /reset begins anew"
            case .ended: "the conversation has ended; /undo takes back the last step, /reset begins anew"
            case .unknownEvent: "the machine has no such event"
            case .noOpener: "the machine has no opener"
            case .nudge(.none): "the machine has no nudge"
            case .nudge(.cooldown): "the last nudge was too recent; /advance puts the clock forward"
            case .nudge(.cap): "the player was nudged as often as the machine allows"
            case .failure(let status, let message): "\(status): \(message)"
            }
        self.init(message)
    }
}

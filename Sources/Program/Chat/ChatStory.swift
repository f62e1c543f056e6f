import Dialogue
import Emulator
import Exact
import Fixtures
import JSON
import Stories

/// The story of what was played since the start or the last reset.
struct ChatStory {
    /// The file, which passes with the fixtures as they are now.
    let file: [UInt8]
    /// The first turn that comes out otherwise than it did, because the fixtures have changed since, with its number in
    /// the session; nil: none does.
    let changed: String?

    /// Plays the steps once more, in memory and with the fixtures as they are now, and expects what comes of them.
    /// - Throws: an error when there is nothing to tell, or a story cannot tell it.
    init(of play: ChatPlay) throws(ChatError) {
        let (steps, machine) = try ChatStory.told(play)
        let start = Timestamp(seconds: (steps.first?.at ?? play.rehearsal.now).seconds)
        let replay: Rehearsal
        do throws(Failure) {
            replay = try Rehearsal(
                play.catalog, play.persona, on: machine, in: StoryPlayer.place,
                Rehearsal.Setting(player: play.setting.player, seed: play.setting.seed, clock: start), warn: { _ in })
        } catch {
            throw ChatError(error.message)
        }
        var turns: [JSONValue] = []
        var changed: String?
        for (place, step) in steps.enumerated() {
            // Only nudges ask for the time.
            if play.rehearsal.isInRealTime, case .nudge = step.action {
                // Rounded up, so that no cooldown is cut short.
                let passed = (Double(step.at.nanoseconds - replay.now.nanoseconds) / 1_000_000_000).rounded(.up)
                if passed > 0 {
                    turns.append(ChatStory.turn(.advance(passed), of: play, in: replay, isLast: false).json)
                }
            }
            let made = ChatStory.turn(step.action, of: play, in: replay, isLast: place == steps.count - 1)
            turns.append(made.json)
            let isSame = made.said === (step.turn.step.said?.text ?? "") && made.state == step.turn.after?.stateKey.text
            if changed == nil, !isSame { changed = ChatStory.name(of: step) }
        }
        self.changed = changed
        file = StoryFile.text(ChatStory.members(play, machine, start), turns: turns)
        try ChatStory.check(file, play.catalog)
    }

    private typealias Told = (action: StoryTurn.Action, at: Timestamp, turn: ChatTurn)

    /// The steps since everything began, with what a story calls them.
    private static func told(_ play: ChatPlay) throws(ChatError) -> (steps: [Told], machine: Machine) {
        var told: [Told] = []
        var machine = play.persona.machine(play.first) ?? play.persona.defaultMachine
        var hasChange = false
        for step in play.steps {
            switch step.kind {
            case .restart(let first):
                machine = play.persona.machine(first.id) ?? first
                told = play.setting.begins == .player ? [] : [(.begin(machine), step.at, step.turn)]
                hasChange = false
            case .change: hasChange = true
            case .action(.begin(let old)):
                told.append((.begin(play.persona.machine(old.id) ?? old), step.at, step.turn))
            case .action(let action): told.append((action, step.at, step.turn))
            }
        }
        guard !hasChange else {
            throw ChatError(
                "a story cannot tell of /jump and /set; take them back with /undo, or begin anew with /reset")
        }
        guard !told.isEmpty else { throw ChatError("nothing was played yet") }
        return (told, machine)
    }

    /// `turn 1 of gate, say "mercy",`; turn 0 is the greeting.
    private static func name(of step: Told) -> String {
        let turn = step.turn
        return "\(turn.after.map { "turn \($0.turnCount) of " } ?? "")\(turn.machine.key), \(step.action),"
    }

    private static func members(_ play: ChatPlay, _ machine: Machine, _ start: Timestamp) -> [(String, JSONValue)] {
        let (player, seed) = (play.setting.player, play.setting.seed)
        var members: [(String, JSONValue)] = [
            ("persona", .string(play.persona.slug)), ("machine", .string(machine.key)),
            ("player", .string(player.name)),
        ]
        if seed != 1 { members.append(("seed", .integer(seed))) }
        members.append(("clock", .string(start.text)))
        if play.setting.begins != .greeting { members.append(("begins", .string(play.setting.begins.rawValue))) }
        return members
    }

    /// Carries out an action, and writes it as a turn of a story that expects what came of it.
    private static func turn(
        _ action: StoryTurn.Action, of play: ChatPlay, in replay: Rehearsal, isLast: Bool
    ) -> (json: JSONValue, said: String, state: String?) {
        let result = TurnResult(of: replay) { () throws(Rehearsal.Refusal) in
            try replay.take(action, play.setting.begins)
        }
        var members: [JSONValue.Member]
        var isHeard = false
        switch action {
        case .say(let line, let hasImage):
            members = [.init("say", .string(line))]
            if hasImage { members.append(.init("image", .bool(true))) }
            isHeard = true
        case .event(let event, _):
            members = [.init("event", .string(event.id))]
            let context = event.context.sorted { $0.key < $1.key }
            if !context.isEmpty {
                members.append(.init("context", .object(context.map { .init($0.key.text, .string($0.value)) })))
            }
            isHeard = true
        case .nudge: members = [.init("nudge", .bool(true))]
        case .begin(let machine): members = [.init("init", .string(machine.key))]
        case .reset: members = [.init("reset", .bool(true))]
        case .advance(let seconds): members = [.init("advance", .integer(Int(seconds)))]
        }
        if case .advance = action {
        } else {
            members.append(.init("expect", .object(result.expected(isHeard: isHeard, isLast: isLast, replay.machine))))
        }
        return (.object(members), result.said, result.stateNow)
    }

    private static func check(_ file: [UInt8], _ catalog: Catalog) throws(ChatError) {
        let read = StoryFile(FixtureFile(path: "story", bytes: file), for: catalog)
        guard let story = read.stories.first else {
            throw ChatError("this cannot be told as a story: \(read.diagnostics.first?.message ?? "")")
        }
        let verdict: StoryVerdict
        do throws(AppError) {
            verdict = try StoryPlayer.verdict(on: story, catalog)
        } catch {
            throw ChatError(error)
        }
        if let failure = verdict.failure {
            throw ChatError("the story comes out otherwise when it is played again: \(failure.action)")
        }
    }
}

extension TurnResult {
    fileprivate var said: String { if case .value(let reply?) = reply { reply } else { "" } }

    fileprivate var stateNow: String? { if case .value(let state) = state { state } else { nil } }

    /// What a story expects that came out like this.
    fileprivate func expected(isHeard: Bool, isLast: Bool, _ machine: Machine) -> [JSONValue.Member] {
        if let error {
            return switch error {
            case .reason(let reason): [.init("error", .string(reason.rawValue))]
            case .status(let status): [.init("error", .integer(status))]
            // Only a server sends one.
            case .damaged: []
            }
        }
        var members: [JSONValue.Member] = []
        if isHeard, case .value(let decision) = decision {
            members.append(.init("decision", decision.map { .string($0) } ?? .null))
        }
        if case .value(let state?) = state { members.append(.init("state", .string(state))) }
        if machine.scoringMode == .scoring, case .value(let score?) = score {
            members.append(.init("score", .integer(score)))
        }
        if case .value(true) = followUp { members.append(.init("follow_up", .bool(true))) }
        if case .value(let outcome) = outcome, outcome != nil || isLast {
            members.append(.init("outcome", outcome.map { .string($0) } ?? .null))
        }
        if case .value(let unlocks) = unlocks, !unlocks.isEmpty {
            members.append(.init("unlocks", .array(unlocks.map { .string($0) })))
        }
        if case .value(let reply?) = reply { members.append(.init("reply", .string(reply))) }
        return members
    }
}

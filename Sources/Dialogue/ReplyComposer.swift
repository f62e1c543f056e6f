import Exact
import Text

/// Picks lines and fills their placeholders in one turn, and counts the spoken lines in the session's memory.
struct ReplyComposer {
    let persona: Persona
    let player: Player
    let score: Int
    let context: MatchContext
    var memory: Memory
    /// The effort that is left for the conditions of lines.
    private(set) var effort: Effort
    /// Whether the reply was too long.
    private(set) var isCut = false
    /// Nil when no trace is needed.
    var trace: Trace?
    private var generator: SplitMix64

    /// The most bytes of a reply, all bubbles together, placeholders filled. A longer one is cut after a whole scalar.
    static let byteLimit = 262_144

    /// `seed` makes the session's draws different from those of others; each turn has its own draws.
    init(
        persona: Persona, player: Player, score: Int, context: MatchContext, seed: UInt64, memory: Memory,
        effort: Effort = Effort()
    ) {
        self.persona = persona
        self.player = player
        self.score = score
        self.context = context
        self.memory = memory
        self.effort = effort
        generator = SplitMix64(seed: seed ^ UInt64(truncatingIfNeeded: context.turn) &* 0xA24B_AED4_963E_E407)
    }

    /// The next line of a list, with its placeholders filled in; nil when no line of the list fits, or the line is
    /// empty. `entering` is the list for `{entering}`.
    mutating func speak(_ list: ReplyList, entering: ReplyList? = nil) -> Utterance? {
        guard let place = pick(list) else { return nil }
        let reply = list.replies[place]
        var left = ReplyComposer.byteLimit
        var bubbles: [String] = []
        for bubble in reply.bubbles {
            let text = fill(bubble, entering: entering, &left)
            if !text.isEmpty { bubbles.append(text) }
        }
        return bubbles.isEmpty && reply.photo == nil ? nil : Utterance(bubbles: bubbles, photo: reply.photo)
    }

    /// The index of the next line.
    private mutating func pick(_ list: ReplyList) -> Int? {
        guard list.replies.count > 1 else {
            guard list.replies[0].when?.holds(in: context, &effort) ?? true else { return nil }
            trace?.note(Choice(list: list.id, line: 0, count: 1, fitting: [0], pick: list.pick, draw: nil))
            return 0
        }
        let fitting = fitting(in: list)
        guard let last = fitting.last else { return nil }
        var line = last
        var draw: UInt64?
        switch list.pick {
        case .byTurn: line = fitting[context.turn % fitting.count]
        case .seeded:
            let drawn = generator.next()
            line = fitting[Int(drawn % UInt64(fitting.count))]
            draw = drawn
        case .inOrder:
            line = fitting.first { memory.spoken["\($0) \(list.id)"] == nil } ?? last
            memory.spoken["\(line) \(list.id)", default: 0] += 1
        }
        trace?.note(
            Choice(
                list: list.id, line: line, count: list.replies.count, fitting: fitting, pick: list.pick, draw: draw))
        return line
    }

    /// The indices of the lines whose condition holds; when none holds, those of the lines without one.
    private mutating func fitting(in list: ReplyList) -> [Int] {
        let conditional = list.replies.indices.filter { list.replies[$0].when?.holds(in: context, &effort) ?? false }
        return conditional.isEmpty ? list.replies.indices.filter { list.replies[$0].when == nil } : conditional
    }

    /// - Parameter left: the bytes that are left for the reply.
    private mutating func fill(_ template: Template, entering: ReplyList?, _ left: inout Int) -> String {
        var text = ""
        for part in template.parts where !isCut {
            let piece =
                switch part {
                case .text(let literal): literal
                case .placeholder(.entering, let fallback): entering.flatMap { speak($0) }?.text ?? fallback ?? ""
                case .placeholder(let placeholder, let fallback): value(placeholder) ?? fallback ?? ""
                }
            isCut = isCut || piece.utf8.count > left
            text += piece.cut(toBytes: left)
            left = max(0, left - piece.utf8.count)
        }
        return text
    }

    private func value(_ placeholder: Template.Placeholder) -> String? {
        switch placeholder {
        // Only who writes in public can be without a name.
        case .playerName, .target: player.name.isEmpty ? nil : player.name
        case .personaName: persona.name
        case .score: String(score)
        case .capture(let name): memory.captures[name]
        case .variable(let name): context.variables[name]
        case .event(let name): context.event?.context[name]
        case .pronoun(let pronoun, let capitalised):
            capitalised ? Pronoun.capitalise(pronoun.form(player.gender)) : pronoun.form(player.gender)
        case .entering: nil
        }
    }
}

extension ReplyComposer {
    /// The reply to a verdict: the transition's own line, else that of the entered state, else the line of the state,
    /// the machine or the persona for that decision. A follow-up asks its question. No reply is empty.
    mutating func reply(
        to verdict: Verdict, in state: State, entering entered: State?, of machine: Machine
    ) -> Utterance {
        switch verdict.kind {
        case .followUp(let followUp):
            return say(followUp?.says) ?? ReplyComposer.lastResort("Could you say that more clearly?")
        case .event(let entry):
            return say(entry?.says) ?? ReplyComposer.lastResort("…")
        case .decision(let decision, let transition):
            let entering = entered?.says
            return say(transition?.says, entering: entering)
                ?? say(entering, 1, entering: entering)
                ?? say(state.saysOn[decision], 2, entering: entering)
                ?? say(machine.saysOn[decision], 3, entering: entering)
                ?? say(persona.saysOn[decision], 4, entering: entering)
                ?? ReplyComposer.lastResort(ReplyComposer.plain[decision] ?? "…")
        }
    }

    /// The sources of the lists for a reply to a verdict, in order.
    static func speakers(of verdict: Verdict) -> [Explanation.Speech.Speaker] {
        switch verdict.kind {
        case .followUp: [.followUp]
        case .event: [.event]
        case .decision: [.transition, .enteredState, .state, .machine, .persona]
        }
    }

    /// The next line of a list, if there is a list, and it has one.
    /// - Parameter place: the place of the list among the sources (`speakers`).
    mutating func say(_ list: ReplyList?, _ place: Int = 0, entering: ReplyList? = nil) -> Utterance? {
        guard let list else { return nil }
        trace?.ask(place)
        guard let said = speak(list, entering: entering) else { return nil }
        trace?.hasSpoken = true
        return said
    }

    static func lastResort(_ text: String) -> Utterance { Utterance(bubbles: [text]) }

    private static let plain: [Decision: String] = [
        .pass: "Go on.", .redirect: "That is not what we were talking about.", .reject: "No. That will not do.",
        .kickOut: "We are done here. Leave.",
    ]
}

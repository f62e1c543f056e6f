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
        let bubbles = reply.bubbles.map { fill($0, entering: entering, &left) }.filter { !$0.isEmpty }
        return bubbles.isEmpty && reply.photo == nil ? nil : Utterance(bubbles: bubbles, photo: reply.photo)
    }

    /// The index of the next line.
    private mutating func pick(_ list: ReplyList) -> Int? {
        let fitting = fitting(in: list)
        guard let last = fitting.last else { return nil }
        var line = last
        var draw: UInt64?
        if list.replies.count > 1 {
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
        case .playerName, .target: player.name
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
            return first(of: [followUp?.says], entering: nil)
                ?? ReplyComposer.lastResort("Could you say that more clearly?")
        case .event(let entry):
            return first(of: [entry?.says], entering: nil) ?? ReplyComposer.lastResort("…")
        case .decision(let decision, let transition):
            let lists = [
                transition?.says, entered?.says, state.saysOn[decision], machine.saysOn[decision],
                persona.saysOn[decision],
            ]
            return first(of: lists, entering: entered?.says)
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

    /// The line of the first list that has one.
    mutating func first(of lists: [ReplyList?], entering: ReplyList?) -> Utterance? {
        for place in lists.indices {
            guard let list = lists[place] else { continue }
            trace?.ask(place)
            if let said = speak(list, entering: entering) {
                trace?.hasSpoken = true
                return said
            }
        }
        return nil
    }

    static func lastResort(_ text: String) -> Utterance { Utterance(bubbles: [text]) }

    private static let plain: [Decision: String] = [
        .pass: "Go on.", .redirect: "That is not what we were talking about.", .reject: "No. That will not do.",
        .kickOut: "We are done here. Leave.",
    ]
}

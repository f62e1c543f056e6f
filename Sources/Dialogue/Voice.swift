import Text

/// What a template's placeholders stand for in one turn, and the session's memory of what was said.
struct Voice {
    let persona: Persona
    let player: Player
    let score: Int
    let line: Line
    var memory: Memory

    /// The line of a list that comes next, its placeholders filled in; nil when no line of the list fits.
    /// `entering` is what `{entering}` stands for.
    mutating func speak(_ list: ReplyList, entering: ReplyList? = nil) -> String? {
        let fitting = list.replies.filter { $0.when?.holds(for: line) ?? true }
        guard let last = fitting.last else { return nil }
        var reply = last
        if list.replies.count > 1 {
            let said = memory.spoken[list.id, default: 0]
            if said < fitting.count { reply = fitting[said] }
            memory.spoken[list.id] = said + 1
        }
        let text = fill(reply.text, entering: entering)
        return text.isEmpty ? nil : text
    }

    private mutating func fill(_ template: Template, entering: ReplyList?) -> String {
        var text = ""
        for part in template.parts {
            switch part {
            case .text(let literal): text += literal
            case .placeholder(.entering, let fallback):
                text += entering.flatMap { speak($0) } ?? fallback ?? ""
            case .placeholder(let placeholder, let fallback):
                text += value(placeholder) ?? fallback ?? ""
            }
        }
        return text
    }

    private func value(_ placeholder: Template.Placeholder) -> String? {
        switch placeholder {
        case .playerName: player.name
        case .personaName: persona.name
        case .score: String(score)
        case .variable(let key): persona.variables[key]
        case .pronoun(let pronoun, let capitalised):
            capitalised ? Pronoun.capitalise(pronoun.form(player.gender)) : pronoun.form(player.gender)
        case .entering: nil
        }
    }
}

extension Voice {
    /// What is said of a verdict: the transition's own words, else those of the state it enters, else what the state,
    /// the machine or the persona says on that decision. No reply is empty.
    mutating func reply(to verdict: Verdict, in state: State, entering entered: State?, of machine: Machine) -> String {
        let lists = [
            verdict.transition?.says, entered?.says, state.saysOn[verdict.decision], machine.saysOn[verdict.decision],
            persona.saysOn[verdict.decision],
        ]
        return first(of: lists, entering: entered?.says) ?? Voice.lastResort[verdict.decision] ?? "…"
    }

    /// What the first of the lists says that has something to say.
    mutating func first(of lists: [ReplyList?], entering: ReplyList?) -> String? {
        for case let list? in lists {
            if let text = speak(list, entering: entering) { return text }
        }
        return nil
    }

    private static let lastResort: [Decision: String] = [
        .pass: "Go on.", .redirect: "That is not what we were talking about.", .reject: "No. That will not do.",
        .kickOut: "We are done here. Leave.",
    ]
}

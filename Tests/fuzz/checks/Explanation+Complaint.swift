public import Dialogue

extension Explanation {
    /// How an explanation differs from the turn that was then made; nil if it does not.
    public func complaint(about turn: Turn, _ said: Utterance, _ session: Session) -> String? {
        if after != SessionPosition(session) { return "explained as \(after), came to \(SessionPosition(session))" }
        if decision != turn.decision || followUp != turn.followUp { return "explained as \(lines), was \(turn)" }
        if speech.said != said { return "explained as \(speech.said), said \(said)" }
        let fired = candidates.compactMap { if case .fires(let reasons) = $0.result { reasons } else { nil } }
        if fired.count > 1 { return "two candidates fire: \(lines)" }
        // What fires without a reason was chosen by something else than a condition.
        if cause == .matched, redirectLimit == nil, fired.first?.isEmpty ?? true { return "nothing fires: \(lines)" }
        for candidate in candidates {
            switch candidate.result {
            case .overLimit where redirectLimit == nil: return "over no limit: \(lines)"
            case .failed(let reasons) where reasons.isEmpty: return "fails for no reason: \(lines)"
            default: break
            }
        }
        if lines.contains(where: { $0.contains(where: \.isNewline) }) { return "a line is two: \(lines)" }
        return nil
    }
}

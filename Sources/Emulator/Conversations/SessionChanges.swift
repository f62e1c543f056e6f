import Dialogue
import Exact
public import Fixtures
import HTTP
import JSON
import Store

/// Changes to a session that are made without a turn.
public struct SessionChanges {
    private let state: State?
    private let score: Int?
    /// By name; nil removes a capture.
    private let captures: [ExactText: String?]
    private let variables: [ExactText: String?]
    /// Nil: the outcome follows from the state.
    private let outcome: Outcome??
    private let machine: Machine
    private let persona: Persona

    /// Returns a function that reads the changes, and reports mistakes in them.
    /// - Throws: a 404 for a session whose machine no longer exists.
    public static func reader(
        for conversation: Conversation
    ) throws(Failure) -> (ObjectReader) -> SessionChanges? {
        guard let persona = conversation.persona, let machine = conversation.machine else {
            throw Failure(
                .notFound, "The fixtures no longer have the machine of this session, so nothing can be changed in it")
        }
        return { SessionChanges($0, conversation.session, machine, persona) }
    }

    private init(_ reader: ObjectReader, _ session: Session, _ machine: Machine, _ persona: Persona) {
        (self.machine, self.persona) = (machine, persona)
        state = reader.text("state_key").flatMap { SessionChanges.state($0, of: machine, reader) }
        score = reader.integer("score")
        captures = reader.texts("captures")
        var caught = session.memory.captures
        caught.change(captures)
        if let mistake = Memory.mistake(in: caught) {
            reader.findings.report("\"captures\": \(mistake)", at: reader.position(of: "captures"))
        }
        variables = reader.texts("variables")
        if let value = reader.value("outcome") {
            outcome = value.isNull ? .some(nil) : reader.choice("outcome", Outcome.self).map { .some($0) }
        } else {
            outcome = nil
        }
        if let score, score != 0, machine.scoringMode == .passFail {
            reader.findings.report(
                "\"score\" stays 0 in the machine \"\(machine.key)\", which is pass_fail",
                at: reader.position(of: "score"))
        }
        if case .some(nil) = outcome, let state = state ?? machine.state(session.stateKey), state.isTerminal {
            reader.findings.report(
                "\"outcome\" cannot be null in the terminal state \"\(state.key)\"; name another \"state_key\" to have the "
                    + "session go on", at: reader.position(of: "outcome"))
        }
    }

    private static func state(_ text: String, of machine: Machine, _ reader: ObjectReader) -> State? {
        if let state = StateKey(text).flatMap(machine.state) { return state }
        let keys = machine.stateKeys.map(\.text)
        reader.findings.report(
            "\"state_key\" names no state of the machine \"\(machine.key)\": \"\(text)\""
                + Suggestion.text(for: text, among: keys) + "; its states are \(keys.joined(separator: ", "))",
            at: reader.position(of: "state_key"))
        return nil
    }

    /// Applies the changes. A session that ends by them completes its machine and unlocks like any other.
    func apply(to session: inout Session, _ progress: inout Progress) {
        session.memory.captures.change(captures)
        if let score { session.score = score }
        if let state { session.jump(to: state, of: machine) }
        if let outcome { session.outcome = outcome }
        if state != nil || outcome != nil, session.outcome != nil {
            progress.complete(session, on: machine)
            _ = persona.unlocks(by: session, progress: &progress)
        }
        progress.variables.change(variables)
    }
}

extension ObjectReader {
    /// Reads an object of texts; a null removes the name.
    fileprivate func texts(_ key: String) -> [ExactText: String?] {
        guard let value = value(key) else { return [:] }
        guard let members = value.members else {
            findings.report("\"\(key)\" must be an object of names and texts", at: value.offset)
            return [:]
        }
        var texts: [ExactText: String?] = [:]
        for member in members {
            if member.value.string == nil, !member.value.isNull {
                findings.report("\"\(member.key)\" must be a text, or null to take it away", at: member.value.offset)
            }
            texts.updateValue(member.value.string, forKey: ExactText(member.key))
        }
        return texts
    }
}

extension Texts {
    fileprivate mutating func change(_ changes: [ExactText: String?]) {
        for (name, text) in changes { self[name] = text }
    }
}

extension Emulator {
    /// Changes a session in place: its history and the time of its last activity stay.
    /// - Returns: the session as it is now.
    public func change(_ conversation: Conversation, by changes: SessionChanges) throws(Failure) -> Conversation {
        var changed = conversation
        changes.apply(to: &changed.session, &changed.progress)
        let (session, progress, key) = (changed.session, changed.progress, changed.key)
        try stored { () throws(StoreError) in
            _ = try store.save(session, of: key)
            if progress != conversation.progress { try store.save(progress, of: key) }
        }
        return changed
    }
}

public import Dialogue
import Exact
import HTTP
public import JSON
import Store

extension PlayerCall {
    /// Answers an event in a session that has not ended, and writes the turn.
    public func take(
        _ event: MatchContext.Event, hasImage: Bool, in session: Session, on machine: Machine, for price: Price? = nil
    ) throws(Failure) -> Answered {
        try pay(price)
        return try play.stored { () throws(StoreError) in
            try take(Message("", hasImage: hasImage), Instruction(plain: ""), session, machine, event: event) {
                (turn, session) throws(StoreError) in
                try store.append(turn, to: session, of: play.key)
            }
        }
    }

    /// Offers an event of which nothing is said to a session that has not ended. If a transition is about it, the turn
    /// is written.
    public func hear(_ event: MatchContext.Event, in session: Session, on machine: Machine) throws(Failure) {
        try play.stored { () throws(StoreError) in
            var session = session
            let variables = try store.progress(of: play.key).variables
            let earlier = machine.asksSaid ? try lines(of: machine) : []
            guard
                let turn = session.hear(
                    event, variables: variables, earlier: earlier, on: machine, of: persona, at: now)
            else { return }
            try store.append(turn, to: session, of: play.key)
            noteTurn(turn, in: session)
            _ = try complete(session, machine)
        }
    }
}

extension MatchContext.Event {
    /// The name of a context that is not a JSON object.
    private static let plainName: ExactText = "text"

    /// An event's context as texts: the members of an object, each text unchanged and any other value as JSON; any other
    /// context is the member `text`.
    public static func context(of value: JSONValue) -> Texts {
        guard let members = value.members else { return [plainName: text(of: value)] }
        return Dictionary(members.map { (ExactText($0.key), text(of: $0.value)) }, uniquingKeysWith: { $1 })
    }

    /// A value of a context as conditions and lines see it. A whole number has no point, however it was written: a client
    /// in Python sends `20.0`.
    public static func text(of value: JSONValue) -> String {
        if let text = value.string { return text }
        if let number = value.integer { return String(number) }
        var writer = JSONWriter(capacity: 64)
        writer.value(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

public import Dialogue
import Exact

/// What a persona is called. Journals keep this and not the persona, which is large and may have been replaced.
public struct PersonaName: Sendable {
    public let id: PersonaID
    public let slug: String
    public let name: String

    init(id: PersonaID, slug: String, name: String) { (self.id, self.slug, self.name) = (id, slug, name) }

    public init(_ persona: Persona) { (id, slug, name) = (persona.id, persona.slug, persona.name) }

    /// Whether the name is the persona's id, slug or name.
    public func isCalled(_ name: String) -> Bool { name === slug || name === self.name || name === id.description }
}

/// What a journal keeps of the turn that a request made.
public struct TurnName: Sendable {
    public let number: Int
    public let decision: Decision?

    init(number: Int, decision: Decision?) { (self.number, self.decision) = (number, decision) }

    public init(_ turn: Turn) { (number, decision) = (turn.number, turn.decision) }
}

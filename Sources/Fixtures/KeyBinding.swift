/// A key that stands for one persona and one of its machines: whoever holds it chooses nothing else.
public struct KeyBinding: Equatable, Sendable {
    /// The dialect whose key it is, by the name that it gives itself.
    public let dialect: String
    public let key: String
    /// The persona's slug.
    public let persona: String
    public let machine: String
    /// How many conversations it can start; nil: any number.
    public let credits: Int?

    public init(dialect: String, key: String, persona: String, machine: String, credits: Int? = nil) {
        self.dialect = dialect
        self.key = key
        self.persona = persona
        self.machine = machine
        self.credits = credits
    }
}

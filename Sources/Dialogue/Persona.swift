public import Exact

/// A character: its machines, how they unlock one another, and what they share (spec B.2, FIXTURES.md persona.json).
public final class Persona: Sendable {
    /// The owner of a persona. Every account can use a persona of everyone.
    public enum Owner: Equatable, Sendable {
        case everyone
        /// A named account.
        case account(String)
        /// All accounts that act in the sandbox of that name, where it was made.
        case made(in: String)
    }

    public let id: PersonaID
    /// The name of its folder; personas of equal `displayOrder` sort by it.
    public let slug: String
    public let name: String
    public let description: String?
    public let owner: Owner
    public let isPublished: Bool
    public let displayOrder: Int
    /// As written in the fixture: `YYYY-MM-DDTHH:MM:SSZ`.
    public let createdAt: String
    public let updatedAt: String
    /// In the author's order; never empty.
    public let machines: [Machine]
    public let links: [Link]
    public let variables: Texts
    public let saysOn: SaysOn
    /// What dialects have read of it.
    public let settings: DialectSettings

    /// Whether any line of its own asks for a variable.
    public let asksVariables: Bool
    /// Whether the condition of any line of its own asks for the player's earlier lines.
    public let asksSaid: Bool

    private let machineIndex: [MachineID: Int]

    public init(
        id: PersonaID, slug: String, name: String, description: String? = nil, owner: Owner = .everyone,
        isPublished: Bool = true, displayOrder: Int = 0, createdAt: String = "2026-03-10T12:00:00Z",
        updatedAt: String = "2026-03-10T12:00:00Z", machines: [Machine], links: [Link] = [],
        variables: Texts = [:], saysOn: SaysOn = [:], settings: DialectSettings = DialectSettings()
    ) {
        self.id = id
        self.slug = slug
        self.name = name
        self.description = description
        self.owner = owner
        self.isPublished = isPublished
        self.displayOrder = displayOrder
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.machines = machines
        self.links = links
        self.variables = variables
        self.saysOn = saysOn
        self.settings = settings
        let contents = Contents([], [], saysOn.values.map { $0 })
        asksVariables = contents.asksVariables
        asksSaid = contents.asksSaid
        machineIndex = Dictionary(machines.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public func machine(_ id: MachineID) -> Machine? {
        machineIndex[id].map { machines[$0] }
    }

    /// The machine that an init without `machine_id` starts: the first entry machine, else the first (spec G-20).
    public var defaultMachine: Machine {
        machines.first(where: \.isEntry) ?? machines[0]
    }

    /// Whether any line of the persona has this photo.
    public func has(photo: String) -> Bool {
        machines.contains { $0.photos.contains(photo) }
            || saysOn.values.contains { $0.replies.contains { $0.photo === photo } }
    }
}

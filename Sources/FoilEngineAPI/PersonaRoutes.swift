import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// The personas and machines that a player can choose (spec A.1.1, A.1.6).
struct PersonaRoutes {
    let gate: Gate
    private let rows = PersonaRows()

    func list(_ call: Call) throws(Failure) -> Response {
        let account = try gate.account(of: call, .other)
        return .json(rows.list(of: gate.emulator.roster.personas(for: account), for: account))
    }

    func machines(_ call: Call) throws(Failure) -> Response {
        let chat = try ChatCall.withQuery(call, gate)
        let persona = chat.play.persona
        let progress = try chat.play.progress()
        let sessions = try chat.play.sessions()
        let staysAfterEnd = chat.compat.hasSessionAfterEnd
        var writer = JSONWriter(capacity: 1024)
        writer.beginArray()
        for machine in persona.machines where persona.isAvailable(machine, to: progress) {
            let session = sessions.first { $0.machine == machine.id && $0.fits(machine) }
            writer.beginObject()
            writer.member("machine_id", machine.id)
            writer.member("machine_key", machine.key)
            writer.member("name", machine.name)
            writer.member("description", machine.description)
            writer.member("has_session", session.map { $0.outcome == nil || staysAfterEnd } ?? false)
            writer.member("session_outcome", session?.outcome?.rawValue)
            writer.member("is_linked", persona.isLinked(machine))
            writer.endObject()
        }
        writer.endArray()
        return .json(writer.bytes)
    }
}

/// The rows of the list of personas, written when they change: every client asks for them first.
private final class PersonaRows {
    /// The personas that the rows are of; nil before the first list.
    private var personas: [Persona]?
    private var rows: [[UInt8]] = []
    /// The list that every account gets; nil when a persona belongs to one account.
    private var shared: [UInt8]?

    func list(of personas: [Persona], for account: Account) -> [UInt8] {
        if !areKnown(personas) {
            self.personas = personas
            rows = personas.map { json(of: $0) }
            shared = personas.allSatisfy { $0.owner == .everyone } ? written { _ in true } : nil
        }
        return shared ?? written { account.owns($0) }
    }

    private func areKnown(_ other: [Persona]) -> Bool {
        guard let personas, personas.count == other.count else { return false }
        return personas.indices.allSatisfy { personas[$0] === other[$0] }
    }

    private func written(_ isSeen: (Persona) -> Bool) -> [UInt8] {
        var writer = JSONWriter(capacity: 2048)
        writer.beginArray()
        for (persona, row) in zip(personas ?? [], rows) where persona.isPublished && isSeen(persona) {
            writer.encoded(row)
        }
        writer.endArray()
        return writer.bytes
    }

    private func json(of persona: Persona) -> [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.member("id", persona.id)
        writer.member("name", persona.name)
        writer.member("description", persona.description)
        writer.member("created_at", persona.createdAt)
        writer.member("updated_at", persona.updatedAt)
        writer.endObject()
        return writer.bytes
    }
}

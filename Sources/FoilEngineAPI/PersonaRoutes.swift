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
        var writer = JSONWriter(capacity: 2048)
        writer.beginArray()
        let personas = gate.emulator.roster.personas(for: account)
        for (persona, row) in rows.of(personas) where persona.isPublished && account.owns(persona) {
            writer.encoded(row)
        }
        writer.endArray()
        return .json(writer.bytes)
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
    private var rows: [(persona: Persona, json: [UInt8])] = []

    func of(_ personas: [Persona]) -> [(persona: Persona, json: [UInt8])] {
        if !rows.elementsEqual(personas, by: { $0.persona === $1 }) { rows = personas.map { ($0, json(of: $0)) } }
        return rows
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

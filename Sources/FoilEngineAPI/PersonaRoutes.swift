import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// What an account and a player can choose from (spec A.1.1, A.1.6).
struct PersonaRoutes {
    let emulator: Emulator
    private var gate: Gate { Gate(emulator: emulator) }

    init(emulator: Emulator) { self.emulator = emulator }

    func list(_ call: Call) throws(Failure) -> Response {
        let account = try gate.account(of: call, .other)
        var writer = JSONWriter(capacity: 1024)
        writer.beginArray()
        for persona in emulator.catalog.personas where persona.isPublished && account.owns(persona) {
            writer.beginObject()
            writer.member("id", persona.id.description)
            writer.member("name", persona.name)
            writer.member("description", persona.description)
            writer.member("created_at", persona.createdAt)
            writer.member("updated_at", persona.updatedAt)
            writer.endObject()
        }
        writer.endArray()
        return .json(writer.bytes)
    }

    func machines(_ call: Call) throws(Failure) -> Response {
        let visit = try Visit.withQuery(call, gate)
        let persona = visit.play.persona
        let progress = try visit.play.progress()
        let sessions = try visit.play.sessions()
        var writer = JSONWriter(capacity: 1024)
        writer.beginArray()
        for machine in persona.machines where persona.isAvailable(machine, to: progress) {
            let session = sessions.first { $0.machine == machine.id && $0.stands(in: machine) }
            writer.beginObject()
            writer.member("machine_id", machine.id.description)
            writer.member("machine_key", machine.key)
            writer.member("name", machine.name)
            writer.member("description", machine.description)
            writer.member("has_session", session.map { $0.outcome == nil } ?? false)
            writer.member("session_outcome", session?.outcome?.rawValue)
            writer.member("is_linked", persona.isLinked(machine))
            writer.endObject()
        }
        writer.endArray()
        return .json(writer.bytes)
    }
}

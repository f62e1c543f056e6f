import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// The personas of a sandbox, and those that are there for it alone.
struct PersonaRoutes {
    let emulator: Emulator

    var routes: [Route] {
        [
            Route(.get, "/sandboxes/{sandbox}/personas", list),
            Route(.get, "/sandboxes/{sandbox}/personas/{slug}", show),
            Route(.put, "/sandboxes/{sandbox}/personas/{slug}", put),
            Route(.delete, "/sandboxes/{sandbox}/personas/{slug}", remove),
        ]
    }

    private func list(_ call: Call) throws(Failure) -> Response {
        let account = try emulator.account(named: call.parameters[0])
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.list("personas", emulator.roster.personas(for: account)) { writer, persona in
            writer.beginObject()
            writer.member("slug", persona.slug)
            writer.member("id", persona.id.description)
            writer.member("name", persona.name)
            writer.member("own", emulator.roster.isOwn(persona.id, of: account))
            writer.endObject()
        }
        writer.endObject()
        return .json(writer.bytes)
    }

    private func show(_ call: Call) throws(Failure) -> Response {
        response(try emulator.roster.entry(slug: call.parameters[1], for: emulator.account(named: call.parameters[0])))
    }

    private func put(_ call: Call) throws(Failure) -> Response {
        let body = try Input.json(call, depthLimit: emulator.jsonDepth)
        let account = try emulator.account(opening: call.parameters[0])
        return response(try emulator.roster.put(body, slug: call.parameters[1], for: account))
    }

    private func remove(_ call: Call) throws(Failure) -> Response {
        let account = try emulator.account(named: call.parameters[0])
        try emulator.roster.withdraw(slug: call.parameters[1], for: account)
        return .deleted(call.parameters[1])
    }

    private func response(_ entry: Roster.Entry) -> Response {
        let full = entry.document.full(of: entry.persona)
        let owner: String =
            switch entry.persona.owner {
            case .everyone: "*"
            case .account(let name), .made(in: let name): name
            }
        return .json(full.setting("persona", to: full["persona"]?.setting("owner", to: .string(owner))).bytes)
    }
}

extension Response {
    /// What a DELETE answers: the name of what is gone.
    static func deleted(_ name: String) -> Response {
        var writer = JSONWriter(capacity: 64)
        writer.beginObject()
        writer.member("deleted", name)
        writer.endObject()
        return .json(writer.bytes)
    }
}

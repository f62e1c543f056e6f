import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// The personas of a sandbox, including those that are served to it alone.
struct SandboxPersonaRoutes {
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
        let account = try emulator.account(named: call.parameters["sandbox"])
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.list("personas", emulator.roster.personas(for: account)) { writer, persona in
            writer.beginObject()
            writer.member("slug", persona.slug)
            writer.member("id", persona.id)
            writer.member("name", persona.name)
            writer.member("own", emulator.roster.isOwn(persona.id, of: account))
            writer.endObject()
        }
        writer.endObject()
        return .json(writer.bytes)
    }

    private func show(_ call: Call) throws(Failure) -> RouteAnswer {
        answer(
            try emulator.roster.entry(
                slug: call.parameters["slug"], for: emulator.account(named: call.parameters["sandbox"])))
    }

    private func put(_ call: Call) throws(Failure) -> RouteAnswer {
        let (bytes, depth, slug) = (try call.body(), emulator.jsonDepth, call.parameters["slug"])
        let body: PersonaDraft.Body = { () throws(Failure) in try Input.json(bytes, depthLimit: depth) }
        return try emulator.roster.keep {
            () throws(Failure) in
            try emulator.account(opening: call.parameters["sandbox"])
        } draft: { account throws(Failure) in
            try emulator.roster.draft(of: body, slug: slug, for: account)
        } then: { entry in
            answer(entry)
        }
    }

    private func remove(_ call: Call) throws(Failure) -> Response {
        let account = try emulator.account(named: call.parameters["sandbox"])
        try emulator.roster.withdraw(slug: call.parameters["slug"], for: account)
        return .deleted(call.parameters["slug"])
    }

    /// Runs as work, because writing `*` out for each state takes long.
    private func answer(_ entry: Roster.Entry) -> RouteAnswer {
        .work {
            let full = entry.document.full(of: entry.persona)
            let owner: String =
                switch entry.persona.owner {
                case .everyone: "*"
                case .account(let name), .made(in: let name): name
                }
            return full.setting("persona", to: full["persona"]?.setting("owner", to: .string(owner))).bytes
        } then: { bytes in
            .response(.json(bytes))
        }
    }
}

extension Response {
    /// The answer to a DELETE: the name of what was deleted.
    static func deleted(_ name: String) -> Response {
        var writer = JSONWriter(capacity: 64)
        writer.beginObject()
        writer.member("deleted", name)
        writer.endObject()
        return .json(writer.bytes)
    }
}

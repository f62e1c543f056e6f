import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// Listing and making personas (spec A.5, G-34 to G-37, H-13).
struct CreatorRoutes {
    let gate: Gate
    private var roster: Roster { gate.emulator.roster }

    init(gate: Gate) { self.gate = gate }

    // MARK: Reading

    func list(_ call: Call) throws(Failure) -> Response {
        let isSignedIn = call.query["my_personas"].flatMap(CreatorRoutes.flag) ?? false
        let user = isSignedIn ? try gate.user(of: call, .other) : try gate.userIfAny(of: call, .other)
        let publicOnly = try flag("public_only", of: call) ?? true
        let ownOnly = try flag("my_personas", of: call) ?? false
        let limit = try limit(of: call)
        let personas = roster.personas(for: user?.account ?? gate.emulator.home(of: call)).lazy.filter { persona in
            let isOwn = user?.account.isOwner(of: persona) ?? false
            return (persona.isPublished || (isOwn && !publicOnly)) && (isOwn || !ownOnly)
        }
        var writer = JSONWriter(capacity: 2048)
        writer.beginArray()
        for persona in personas.prefix(limit) { CreatorRoutes.write(persona, to: &writer) }
        writer.endArray()
        return .json(writer.bytes)
    }

    func show(_ call: Call) throws(Failure) -> Response {
        let user = try gate.userIfAny(of: call, .other)
        return CreatorRoutes.item(try visible(call, to: user).persona)
    }

    /// Only its creator can read a persona's prompts; those of a fixture of everyone are readable for every signed-in
    /// user.
    func full(_ call: Call) throws(Failure) -> RouteAnswer {
        let user = try gate.user(of: call, .other)
        let entry = try visible(call, to: user)
        guard user.account.owns(entry.persona) else {
            throw Failure(.forbidden, "This persona belongs to another account, and so do its prompts")
        }
        return CreatorRoutes.full(entry)
    }

    // MARK: Changing

    /// Makes a persona, or replaces that of `persona_id`.
    func save(_ call: Call) throws(Failure) -> RouteAnswer {
        let user = try gate.user(of: call, .other)
        let (bytes, depth) = (try call.body(), gate.emulator.jsonDepth)
        let body: PersonaDraft.Body = { () throws(Failure) in try PlayerInput.object(bytes, depthLimit: depth) }
        return try roster.keep {
            user.account
        } draft: { account throws(Failure) in
            var id: PersonaID?
            if let text = call.query["persona_id"], !text.isEmpty { id = try own(text, of: user) }
            return roster.draft(of: body, over: id, for: account, at: account.sandbox.now)
        } then: { entry in
            CreatorRoutes.full(entry)
        }
    }

    func publish(_ call: Call) throws(Failure) -> RouteAnswer { try publish(true, call) }

    func unpublish(_ call: Call) throws(Failure) -> RouteAnswer { try publish(false, call) }

    private func publish(_ isPublished: Bool, _ call: Call) throws(Failure) -> RouteAnswer {
        let user = try gate.user(of: call, .other)
        let id = try own(call.parameters["persona_id"], of: user)
        guard let entry = roster.entry(id, for: user.account) else { throw Gate.noPersona }
        if entry.persona.isPublished == isPublished { return .response(CreatorRoutes.item(entry.persona)) }
        return try roster.keep {
            user.account
        } draft: { account throws(Failure) in
            guard let entry = roster.entry(try own(call.parameters["persona_id"], of: user), for: account) else {
                throw Gate.noPersona
            }
            return roster.draft(of: entry, isPublished: isPublished, for: account, at: account.sandbox.now)
        } then: { entry in
            .response(CreatorRoutes.item(entry.persona))
        }
    }

    func delete(_ call: Call) throws(Failure) -> Response {
        let user = try gate.user(of: call, .other)
        try roster.delete(try own(call.parameters["persona_id"], of: user), of: user.account)
        var writer = JSONWriter(capacity: 64)
        writer.beginObject()
        writer.member("message", "Persona deleted successfully")
        writer.endObject()
        return .json(writer.bytes)
    }

    // MARK: Permissions

    /// Throws a 400 for an invalid UUID, a 404 for an unknown persona or an unpublished one of another account.
    private func visible(_ call: Call, to user: User?) throws(Failure) -> Roster.Entry {
        let account = user?.account ?? gate.emulator.home(of: call)
        let id = try gate.personaID(call.parameters["persona_id"], for: account)
        guard let entry = roster.entry(id, for: account),
            entry.persona.isPublished || user?.account.isOwner(of: entry.persona) ?? false
        else { throw Gate.noPersona }
        return entry
    }

    /// Throws a 400 for an invalid UUID, a 404 for an unknown persona, a 403 for one of another account.
    private func own(_ text: String, of user: User) throws(Failure) -> PersonaID {
        let id = try gate.personaID(text, for: user.account)
        switch roster.ownership(of: id, for: user.account) {
        case .own: return id
        case .unknown: throw Gate.noPersona
        case .foreign(let persona):
            guard persona.owner == .everyone else {
                throw Failure(.forbidden, "This persona belongs to another account")
            }
            throw Failure(
                .forbidden,
                "This persona is a fixture of everybody and changes in its files alone: save a copy without persona_id, "
                    + "or give its persona.json an \"owner\"")
        }
    }

    // MARK: Reading and writing

    private static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "1": true
        case "false", "0": false
        default: nil
        }
    }

    private func flag(_ name: String, of call: Call) throws(Failure) -> Bool? {
        guard let text = call.query[name] else { return nil }
        guard let flag = CreatorRoutes.flag(text) else {
            throw Failure(.badRequest, "query parameter \(name) must be true or false")
        }
        return flag
    }

    private func limit(of call: Call) throws(Failure) -> Int {
        guard let text = call.query["limit"] else { return 20 }
        guard let limit = Int(text), (1...100).contains(limit) else {
            throw Failure(.badRequest, "query parameter limit must be a whole number from 1 to 100")
        }
        return limit
    }

    /// The persona in a form that can be saved again. Writing `*` out for each state takes long.
    private static func full(_ entry: Roster.Entry) -> RouteAnswer {
        .work {
            entry.full
        } then: { full in
            .response(.json(full))
        }
    }

    private static func item(_ persona: Persona) -> Response {
        var writer = JSONWriter(capacity: 256)
        write(persona, to: &writer)
        return .json(writer.bytes)
    }

    private static func write(_ persona: Persona, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", persona.id)
        writer.member("name", persona.name)
        writer.member("description", persona.description)
        writer.member("is_published", persona.isPublished)
        writer.member("created_at", persona.createdAt)
        writer.member("updated_at", persona.updatedAt)
        writer.endObject()
    }
}

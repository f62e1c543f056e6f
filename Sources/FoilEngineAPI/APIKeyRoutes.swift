import Fixtures
import Dialogue
import Emulator
import HTTP
import JSON

/// The API keys that a signed-in user makes for an account (spec A.2, G-34).
struct APIKeyRoutes {
    let gate: Gate

    /// The prefix of keys. The real service also shows only this of an existing key.
    private static let prefix = "pk_live_"

    func make(_ call: Call) throws(Failure) -> Response {
        let user = try gate.user(of: call, .other)
        let body = try PlayerInput.object(try call.body(), depthLimit: gate.emulator.jsonDepth)
        let name = try PlayerInput.present(
            try PlayerInput.text("name", of: body), "name", limit: PlayerInput.nameLimit)
        let made = try gate.emulator.makeAPIKey(named: name, prefix: APIKeyRoutes.prefix, for: user.account)
        var writer = JSONWriter(capacity: 256)
        writer.apiKey(made.summary, key: made.key, prefix: APIKeyRoutes.prefix)
        return .json(writer.bytes)
    }

    func list(_ call: Call) throws(Failure) -> Response {
        let user = try gate.user(of: call, .other)
        var writer = JSONWriter(capacity: 512)
        writer.beginArray()
        for key in try gate.emulator.apiKeys(of: user.account) {
            writer.apiKey(key, key: nil, prefix: APIKeyRoutes.prefix)
        }
        writer.endArray()
        return .json(writer.bytes)
    }

    func revoke(_ call: Call) throws(Failure) -> Response {
        let user = try gate.user(of: call, .other)
        guard let id = APIKeySummary.ID(call.parameters["key_id"]) else {
            throw Failure(.badRequest, "Invalid API key ID format: it must be a UUID")
        }
        guard try gate.emulator.revokeAPIKey(id, of: user.account) else {
            throw Failure(.notFound, "API key not found")
        }
        var writer = JSONWriter(capacity: 64)
        writer.beginObject()
        writer.member("message", "API key revoked successfully")
        writer.endObject()
        return .json(writer.bytes)
    }
}

extension JSONWriter {
    fileprivate mutating func apiKey(_ summary: APIKeySummary, key: String?, prefix: String) {
        beginObject()
        member("id", summary.id)
        member("name", summary.name)
        if let key { member("key", key) }
        member("key_prefix", prefix)
        member("created_at", summary.createdAt)
        endObject()
    }
}

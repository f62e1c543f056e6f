import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// The signed-in user, and the user's earlier anonymous progress (spec A.4).
struct UserRoutes {
    let gate: Gate

    func me(_ call: Call) throws(Failure) -> Response {
        let user = try gate.user(of: call, .other)
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.member("id", user.id)
        writer.member("email", user.definition.email)
        writer.member("display_name", user.definition.displayName)
        writer.endObject()
        return .json(writer.bytes)
    }

    /// Moves what the user played anonymously as `old_session_id` to the user, on every persona (spec A.4, G-40).
    func migrateProgress(_ call: Call) throws(Failure) -> Response {
        let user = try gate.user(of: call, .other)
        let body = try PlayerInput.object(try call.body(), depthLimit: gate.emulator.jsonDepth)
        let player = try PlayerInput.playerID(try PlayerInput.text("old_session_id", of: body), "old_session_id")
        var moved = 0
        for persona in gate.emulator.roster.personas(for: user.account) {
            let anonymous = Playthrough(
                gate.emulator, account: gate.emulator.home(of: call), channel: Gate.anonymous, persona: persona,
                player: player)
            let signedIn = Playthrough(
                gate.emulator, account: user.account, channel: Gate.channel(of: user), persona: persona, player: player)
            moved += try anonymous.move(to: signedIn)
        }
        var writer = JSONWriter(capacity: 64)
        writer.beginObject()
        writer.member("message", "Progress migrated successfully")
        writer.member("migrated", moved)
        writer.endObject()
        return .json(writer.bytes)
    }
}

import Dialogue
import Emulator
import Exact
import HTTP
import JSON

/// Says whether a character is set up, without a turn (A.4-14, F-14).
struct SelfTestRoute {
    private struct Check {
        let name: String
        let isOK: Bool
        let detail: String
    }

    let gate: TokenGate

    func test(_ call: Call) throws(Failure) -> Response {
        let caller = try gate.caller(of: call, .other)
        let platform = call.query["platform"]?.trimmed.nonEmpty
        let key = caller.key
        let machine = platform.flatMap { caller.boundMachine(for: $0) } ?? key.machine
        let platforms = key.persona.settings[Platforms.self].map {
            $0.machines.keys.sorted().map(\.text)
        }
        let photos = machine.photos.sorted().map(\.text)
        let missing = photos.filter { gate.emulator.photo($0, of: key.persona) == nil }
        let isBound = platform.map { caller.boundMachine(for: $0) != nil } ?? true
        let comments = machine.settings[Comments.self]
        let canPay = try gate.emulator.canSpend(key)
        let checks = [
            Check(name: "token", isOK: true, detail: "the token is known"),
            Check(
                name: "binding", isOK: isBound,
                detail: isBound
                    ? "the machine \"\(machine.key)\" answers"
                    : "no workflow is bound for this platform on this character"),
            Check(
                name: "entries", isOK: true,
                detail: machine.entries.opener == nil ? "outreach says the greeting" : "outreach says the opener"),
            Check(
                name: "photos", isOK: missing.isEmpty,
                detail: missing.isEmpty ? "all \(photos.count) can be read" : "\(missing.count) cannot be read"),
            Check(name: "wallet", isOK: canPay, detail: canPay ? "it covers a turn" : "it does not cover a turn"),
            Check(
                name: "plan", isOK: caller.pauseReason == nil,
                detail: caller.pauseReason.map { "paused: \($0)" } ?? "active"),
        ]
        return Envelope.response(gate.emulator.requestID(of: call)) { writer in
            writer.member("ok", checks.allSatisfy(\.isOK))
            writer.key("character")
            writer.beginObject()
            writer.member("name", key.persona.name)
            writer.endObject()
            writer.member("mode", caller.mode.rawValue)
            writer.list("platforms", platforms ?? ["*"]) { $0.string($1) }
            writer.list("fireable_event_ids", machine.fireableEvents) { $0.string($1) }
            writer.key("photo_vault")
            writer.beginObject()
            writer.member("ready", missing.isEmpty)
            writer.member("photos", photos.count)
            writer.endObject()
            writer.key("settings")
            writer.beginObject()
            writer.member("ignore_duplicate_leads", caller.flags.ignoresDuplicates)
            writer.member("separate_sessions_per_account", caller.flags.separatesSessions)
            writer.member("comments", comments != nil)
            writer.member("posts", machine.settings[Posts.self] != nil)
            writer.member("max_chars", comments?.maxChars)
            writer.endObject()
            writer.list("checks", checks) { writer, check in
                writer.beginObject()
                writer.member("name", check.name)
                writer.member("ok", check.isOK)
                writer.member("detail", check.detail)
                writer.endObject()
            }
        }
    }
}

import Dialogue
package import Emulator
import Exact
import HTTP
import JSON

/// The body of a player's call, read member by member: every error names the field and the remedy.
struct PlayerInput {
    /// In Unicode scalars; the real service states no limits, and these are generous (spec G-33).
    static let messageLimit = 10_000
    static let nameLimit = 1_000

    private let value: JSONValue
    /// `user_session_id`.
    let player: String

    init(_ body: [UInt8], depthLimit: Int) throws(Failure) {
        value = try PlayerInput.object(body, depthLimit: depthLimit)
        player = try PlayerInput.playerID(try PlayerInput.text("user_session_id", of: value), "user_session_id")
    }

    /// The JSON object that a body must be.
    static func object(_ body: [UInt8], depthLimit: Int) throws(Failure) -> JSONValue {
        let value = try JSONValue.body(body, depthLimit: depthLimit, else: "Invalid request body: not JSON")
        guard case .object = value.kind else {
            throw Failure(.badRequest, "Invalid request body: it must be a JSON object")
        }
        return value
    }

    func playerName() throws(Failure) -> String {
        try PlayerInput.present(
            try PlayerInput.text("player_name", of: value), "player_name", limit: PlayerInput.nameLimit)
    }

    func playerGender() throws(Failure) -> Gender {
        let text = try PlayerInput.present(
            try PlayerInput.text("player_gender", of: value), "player_gender", limit: PlayerInput.nameLimit)
        guard let gender = Gender(rawValue: text) else {
            throw Failure(.badRequest, "player_gender must be one of female, male, non-binary")
        }
        return gender
    }

    func message() throws(Failure) -> String {
        try FoilEngine.message(try PlayerInput.text("message", of: value))
    }

    /// The caller's name for the player: any text that is not blank. `place` names its place in errors.
    static func playerID(_ text: String?, _ place: String) throws(Failure) -> String {
        try present(text, place, limit: nameLimit)
    }

    /// A member that is a text; nil when it is absent or null.
    static func text(_ key: String, of value: JSONValue) throws(Failure) -> String? {
        guard let member = value[key] else { return nil }
        switch member.kind {
        case .string(let text): return text
        case .null: return nil
        default: throw Failure(.badRequest, "\(key) must be a string")
        }
    }

    /// A required text that is not blank: white space and control characters alone are blank. `place` names its place
    /// in errors, `limit` counts Unicode scalars.
    static func present(_ text: String?, _ place: String, limit: Int) throws(Failure) -> String {
        guard let text else { throw Failure(.badRequest, "\(place) is required") }
        guard text.unicodeScalars.contains(where: { $0.value > 0x20 && ($0.isASCII || !$0.properties.isWhitespace) })
        else {
            throw Failure(.badRequest, "\(place) must not be empty")
        }
        return try limited(text, place, limit: limit)
    }

    static func limited(_ text: String, _ place: String, limit: Int) throws(Failure) -> String {
        guard text.hasScalars(atMost: limit) else {
            throw Failure(.badRequest, "\(place) must have at most \(limit) characters")
        }
        return text
    }
}

extension FoilEngine {
    /// A player's message, if it is one that the API takes.
    package static func message(_ text: String?) throws(Failure) -> String {
        try PlayerInput.present(text, "message", limit: PlayerInput.messageLimit)
    }
}

import JSON

/// The members that an answer of an API must have, and their types: an answer without them is no result of a turn.
struct AnswerShape {
    enum Kind: String {
        case text = "a text"
        case textOrNull = "a text or null"
        case integer = "a whole number"
        case flag = "true or false"
        case list = "a list"
    }

    private let members: [(key: String, kind: Kind)]

    private init(_ members: [(key: String, kind: Kind)]) { self.members = members }

    /// Where a session is, as the status of a session has it.
    private static let standing: [(key: String, kind: Kind)] = [
        ("current_state", .text), ("score", .integer), ("outcome", .textOrNull),
    ]

    static let begun = AnswerShape([("session_id", .text), ("message", .text)])
    static let status = AnswerShape(standing)
    static let message = AnswerShape(
        standing + [
            ("session_id", .text), ("message", .text), ("decision", .textOrNull), ("follow_up", .flag),
            ("redirect_count", .integer), ("unlocked_machines", .list),
        ])
    /// Of the Handshake API; `session_id` is null where a call is ignored.
    static let chat = AnswerShape([("reply", .text), ("session_id", .textOrNull), ("ignored", .flag)])
    static let action = AnswerShape([("message", .text), ("session_id", .textOrNull), ("ignored", .flag)])

    /// What is wrong with a body; nil: nothing.
    func mistake(in body: JSONValue?) -> String? {
        guard let body, body.members != nil else { return "the answer is no JSON object" }
        for (key, kind) in members {
            guard let value = body[key] else { return "the answer has no \"\(key)\"" }
            let fits =
                switch kind {
                case .text: value.string != nil
                case .textOrNull: value.string != nil || value.isNull
                case .integer: value.integer != nil
                case .flag: value.bool != nil
                case .list: value.array != nil
                }
            if !fits { return "\"\(key)\" of the answer is not \(kind.rawValue)" }
        }
        return nil
    }
}

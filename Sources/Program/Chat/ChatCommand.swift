import Dialogue
import Exact
import Fixtures

/// What can be typed in `foilmock chat` besides a line to the persona: `/why`, `/jump STATE`.
enum ChatCommand: String, CaseIterable {
    case why, state, history, undo, jump, set, advance, reset, machines, event, image, nudge, save, help, quit
    case switchTo = "switch"

    /// In the order of the help.
    static let all: [ChatCommand] = [
        .why, .state, .history, .undo, .jump, .set, .advance, .reset, .machines, .switchTo, .event, .image, .nudge,
        .save,
        .help,
        .quit,
    ]

    /// As it is typed.
    var word: String { "/\(rawValue)" }

    /// What follows it; empty: nothing.
    var operand: String {
        switch self {
        case .why, .state, .history, .undo, .reset, .machines, .nudge, .help, .quit: ""
        case .jump: "STATE"
        case .set: "NAME VALUE"
        case .advance: "TIME"
        case .switchTo: "MACHINE"
        case .event: "EVENT [NAME=VALUE]..."
        case .image: "TEXT"
        case .save: "FILE"
        }
    }

    var form: String { operand.isEmpty ? word : "\(word) \(operand)" }

    var help: String {
        switch self {
        case .why: "Why the last turn came out as it did, with file and line"
        case .state: "Where the conversation is, and what it remembers"
        case .history: "All turns of the conversation"
        case .undo: "Take back the last step"
        case .jump: "Go to a state at once; nothing is said"
        case .set: "Set the score (/set score 5) or a variable; without VALUE the variable is removed"
        case .advance: "Put the clock forward, such as by 90s, 5m, 2h or 3d"
        case .reset: "Forget everything and begin anew"
        case .machines: "The machines of the persona, and which the player may begin"
        case .switchTo: "Begin a conversation on a machine"
        case .event: "Let an event happen, with what comes with it; NAME=\"VALUE\" for a value with blanks"
        case .image: "Say this, and send a picture with it"
        case .nudge: "Let the persona write to a player who has stopped writing"
        case .save: "Write what was played since the start or /reset as a story for foilmock test"
        case .help: "This list"
        case .quit: "End, as Ctrl-D does"
        }
    }
}

/// A line that was typed.
enum ChatLine: Equatable {
    case blank
    /// The player says this.
    case say(String)
    /// The operand is without blanks at its ends; empty: there is none.
    case command(ChatCommand, String)

    /// The most Unicode scalars of a line, as in the FoilEngine API.
    static let limit = 10_000

    /// - Throws: a line that is too long, and a command that does not exist or has too much or too little.
    init(_ text: String) throws(ChatError) {
        guard text.hasScalars(atMost: ChatLine.limit) else { throw ChatLine.tooLong }
        guard !text.isBlank else {
            self = .blank
            return
        }
        guard text.begins(with: "/"), !text.begins(with: "//") else {
            self = .say(text.begins(with: "//") ? String(text.unicodeScalars.dropFirst()) : text)
            return
        }
        let parts = text.unicodeScalars.split(maxSplits: 1, omittingEmptySubsequences: false) {
            $0 == " " || $0 == "\t"
        }
        .map { String($0) }
        let operand = parts.count == 2 ? ChatLine.trimmed(parts[1]) : ""
        guard let command = ChatCommand.all.first(where: { $0.word === parts[0] }) else {
            throw ChatError(
                "there is no command \(ExplanationText.quoted(parts[0]))"
                    + Suggestion.text(for: parts[0], among: ChatCommand.all.map(\.word))
                    + "; /help lists them. To say a line that begins with /, begin it with //")
        }
        guard command.operand.isEmpty == operand.isEmpty else {
            throw ChatError(
                operand.isEmpty
                    ? "\(command.word) needs more: \(command.form)" : "\(command.word) takes nothing after it")
        }
        self = .command(command, operand)
    }

    static let tooLong = ChatError("the line is too long: it may have \(limit) characters")
    static let notUTF8 = ChatError("the line is not valid UTF-8")

    /// Without blanks at its ends.
    static func trimmed(_ text: String) -> String {
        func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
        let begun = text.unicodeScalars.drop(while: isBlank)
        return String(String.UnicodeScalarView(begun.reversed().drop(while: isBlank).reversed()))
    }
}

/// Why a line was not carried out.
struct ChatError: Error, Equatable {
    let message: String

    init(_ message: String) { self.message = message }
}

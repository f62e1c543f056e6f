import Exact

/// What Tab does with the word before the cursor.
struct ChatCompletion: Equatable {
    /// What is added to it; empty when the choices have no longer beginning.
    let added: String
    /// All that begin with the word.
    let choices: [String]

    static let none = ChatCompletion(added: "", choices: [])

    init(added: String, choices: [String]) { (self.added, self.choices) = (added, choices) }

    /// - Parameters:
    ///   - line: the line up to the cursor.
    ///   - names: what can follow a command.
    init(_ line: String, _ names: (ChatCommand) -> [String]) {
        guard line.begins(with: "/") else {
            self = .none
            return
        }
        let parts = line.unicodeScalars.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map {
            String($0)
        }
        guard parts.count == 2 else {
            self.init(of: parts[0], among: ChatCommand.all.map(\.word))
            return
        }
        let command = ChatCommand.all.first { $0.word === parts[0] }
        self.init(of: parts[1], among: command.map(names) ?? [])
    }

    init(of word: String, among names: [String]) {
        choices = names.filter { $0.begins(with: word) }
        guard let first = choices.first else {
            added = ""
            return
        }
        guard choices.count > 1 else {
            added = String(first.unicodeScalars.dropFirst(word.unicodeScalars.count)) + " "
            return
        }
        var common = Substring.UnicodeScalarView(first.unicodeScalars)
        for name in choices {
            let shared = zip(common, name.unicodeScalars).prefix { $0 == $1 }.count
            common = common.prefix(shared)
        }
        added = String(String.UnicodeScalarView(common.dropFirst(word.unicodeScalars.count)))
    }
}

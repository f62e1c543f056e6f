import Dialogue
import Emulator
import Exact
import Fixtures

/// Reads the lines of a chat, and prints what comes of them.
final class ChatSession {
    private let play: ChatPlay
    private var fixtures: ChatFixtures
    private let warnings: ChatWarnings
    private let format: Chat.Format
    private let isTerminal: Bool
    /// The number of the line, from 1.
    private var number = 0
    private var hasFailed = false

    init(
        _ play: ChatPlay, _ fixtures: ChatFixtures, _ warnings: ChatWarnings, _ format: Chat.Format, isTerminal: Bool
    ) {
        (self.play, self.fixtures, self.warnings, self.format) = (play, fixtures, warnings, format)
        self.isTerminal = isTerminal
    }

    /// Returns the exit code.
    func run(_ input: any ChatInput) throws(AppError) -> Int32 {
        let run = ChatRun(play: play, folder: fixtures.folder)
        if isTerminal {
            try Terminal.out(
                "\(play.persona.name.shownInLine, .heading), machine \(play.machine.key.shownInLine). /help lists the commands, /quit ends."
            )
        }
        _ = try carry { () throws(ChatError) in try play.start().map { .turn($0) } ?? .nothing }
        while let read = try input.next() {
            number += 1
            if let told = reloaded() { Terminal.error(told) }
            let goesOn = try carry { () throws(ChatError) in try run.result(of: try ChatSession.line(read)) }
            if !goesOn { return exitCode }
        }
        // Ctrl-D leaves the prompt as it is.
        if isTerminal { try Terminal.out("") }
        return exitCode
    }

    private var exitCode: Int32 { hasFailed && !isTerminal ? App.Exit.failure : App.Exit.success }

    /// Loads the fixtures again if they have changed. Returns what to tell the user; nil: they have not.
    func reloaded() -> Painted? {
        guard fixtures.haveChanged() else { return nil }
        let outcome = "the ones from before go on"
        do throws(AppError) {
            let catalog = try fixtures.load(else: outcome)
            do throws(ChatError) {
                try play.replace(catalog)
                // Warns of a conversation that is gone.
                _ = try play.look()
            } catch {
                return "\("Error:", .error) \(error.message); \(outcome)"
            }
            let remarks = [fixtures.source.remark(on: catalog)].compactMap(\.self) + warnings.take()
            return Painted((["fixtures loaded again"] + remarks).joined(separator: "; ").shownInLine, .dim)
        } catch {
            return error.painted
        }
    }

    /// What can follow a command.
    func names(after command: ChatCommand) -> [String] {
        switch command {
        case .jump: play.machine.stateKeys.map(\.text)
        case .switchTo: play.persona.machines.map(\.key)
        case .event: play.machine.entries.events.keys.sorted().map(\.text)
        case .set: ["score"] + ((try? play.variableNames()) ?? [])
        default: []
        }
    }

    private static func line(_ read: InputLine) throws(ChatError) -> ChatLine {
        switch read {
        case .text(let text): try ChatLine(text)
        case .tooLong: throw ChatLine.tooLong
        case .notUTF8: throw ChatLine.notUTF8
        }
    }

    /// Does the work of a line, and prints the result. Returns false when the chat is to end.
    private func carry(_ work: () throws(ChatError) -> ChatRun.Result) throws(AppError) -> Bool {
        let result: ChatRun.Result
        do throws(ChatError) {
            defer {
                for warning in warnings.take() { Terminal.error("\("warning:", .warning) \(warning.shownInLine)") }
            }
            result = try work()
        } catch {
            try print(error)
            return true
        }
        switch (result, format) {
        case (.nothing, _): break
        case (.turn(let turn), .text): try Terminal.out(ChatText.turn(turn, by: play.persona))
        case (.turn(let turn), .json): try print(ChatJSON.turn(turn, line: number))
        case (.shown(let lines, _), .text): try Terminal.out(lines.joined(separator: "\n"))
        case (.shown(let lines, let command), .json): try print(ChatJSON.lines(lines, of: command, line: number))
        case (.quit, _): return false
        }
        return true
    }

    private func print(_ error: ChatError) throws(AppError) {
        hasFailed = true
        if format == .json { try print(ChatJSON.error(error, line: number)) }
        let place = isTerminal || number == 0 ? "" : "line \(number): "
        Terminal.error("\(place)\(error.message.shownInLine, isTerminal ? .error : nil)")
    }

    private func print(_ json: [UInt8]) throws(AppError) { try Terminal.out(json + [UInt8(ascii: "\n")]) }
}

/// Warnings of the emulator, each once until another comes: what is looked at twice warns twice.
final class ChatWarnings {
    private var fresh: [String] = []
    private var last = ""

    func add(_ text: String) {
        guard text != last else { return }
        last = text
        fresh.append(text)
    }

    func take() -> [String] {
        defer { fresh = [] }
        return fresh
    }
}

import FuzzChecks
import Support
import Testing

/// One case of `Tests/vectors/http` or `Tests/vectors/forms`; the READMEs there define the format.
struct Vector: Sendable, CustomTestStringConvertible {
    let topic: String
    let rule: String
    let input: [UInt8]
    /// The outcome as `Transcript` or `FormTranscript` prints it; of an error only some words of the message.
    let outcome: [String]

    var testDescription: String { "\(topic): \(rule)" }

    var listsFields: Bool { outcome.contains { $0.hasPrefix("field ") } }

    static let all: [Vector] = load("http")
    static let forms: [Vector] = load("forms")

    /// Empty when the folder cannot be read; a test counts the vectors.
    private static func load(_ folder: String) -> [Vector] {
        let paths = (try? Repository.files(below: "Tests/vectors/\(folder)")) ?? []
        return paths.filter { $0.hasSuffix(".txt") }.flatMap { path in
            let name = path.split(separator: "/").last ?? ""
            return parse((try? Repository.text(path)) ?? "", topic: String(name.dropLast(".txt".count)))
        }
    }

    private static func parse(_ text: String, topic: String) -> [Vector] {
        text.split(separator: "\n== ", omittingEmptySubsequences: false).dropFirst().map { block in
            var lines = block.split(separator: "\n", omittingEmptySubsequences: false)[...]
            let rule = String(lines.removeFirst())
            let parts = lines.split(separator: "--", maxSplits: 1)
            guard lines.contains("--"), let input = parts.first else {
                preconditionFailure("\(topic): \(rule): no line of -- after the input")
            }
            let outcome = parts.dropFirst().joined().filter { !$0.isEmpty }
            return Vector(
                topic: topic, rule: rule, input: input.flatMap { Escapes.bytes($0) },
                outcome: outcome.map { Escapes.text(Escapes.bytes($0)) })
        }
    }
}

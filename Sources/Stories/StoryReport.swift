import Dialogue
import Exact
public import JSON

/// The results of playing stories.
public struct StoryReport {
    public private(set) var verdicts: [StoryVerdict] = []
    public private(set) var failed = 0
    public private(set) var notPlayed = 0
    public private(set) var turns = 0
    /// How long it took.
    public var seconds = 0.0

    public init() {}

    public mutating func add(_ verdict: StoryVerdict) {
        verdicts.append(verdict)
        turns += verdict.turns
        if verdict.failure != nil { failed += 1 }
        if verdict.obstacle != nil { notPlayed += 1 }
    }

    /// Whether no story failed.
    public var passed: Bool { failed == 0 }

    /// Whether a story was played.
    public var isPlayed: Bool { notPlayed < verdicts.count }

    /// Why stories were not played, each reason once.
    public var obstacles: [String] {
        var reasons: [String] = []
        for reason in verdicts.compactMap(\.obstacle) where !reasons.contains(where: { $0 === reason }) {
            reasons.append(reason)
        }
        return reasons
    }

    /// The keys of expectations that could not be compared, each once.
    public var unchecked: [String] {
        var keys: [String] = []
        for key in verdicts.flatMap(\.unchecked) where !keys.contains(key) { keys.append(key) }
        return keys
    }

    /// Writes the report as an object.
    /// - Parameter others: writes members of others at its end.
    public func write(into writer: inout JSONWriter, others: (inout JSONWriter) -> Void = { _ in }) {
        writer.beginObject()
        writer.member("passed", verdicts.count - failed - notPlayed)
        writer.member("failed", failed)
        writer.member("not_played", notPlayed)
        writer.member("turns", turns)
        writer.member("seconds", number: seconds)
        writer.list("stories", verdicts) { $0.verdict($1) }
        others(&writer)
        writer.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func verdict(_ verdict: StoryVerdict) {
        beginObject()
        member("file", verdict.story.file)
        member("line", verdict.story.line)
        member("name", verdict.story.name)
        member("persona", verdict.story.persona.slug)
        member("passed", verdict.passed)
        member("not_played", verdict.obstacle)
        member("turns", verdict.turns)
        member("checked", verdict.checked)
        list("unchecked", verdict.unchecked) { $0.string($1) }
        key("failure")
        if let failure = verdict.failure { self.failure(failure) } else { null() }
        endObject()
    }

    private mutating func failure(_ failure: StoryVerdict.Failure) {
        beginObject()
        member("turn", failure.turn)
        member("action", failure.action)
        list("mismatches", failure.mismatches) { writer, mismatch in
            writer.beginObject()
            writer.member("key", mismatch.key)
            writer.member("line", mismatch.line)
            writer.member("expected", mismatch.expected)
            writer.member("actual", mismatch.actual)
            writer.member("difference", mismatch.difference?.description)
            writer.endObject()
        }
        list("explanation", failure.explanation) { $0.string($1) }
        endObject()
    }
}

import Crypto
import Dialogue
import Fixtures
import HTTP
public import JSON

/// Writes entries as JSON, without secrets.
public struct JournalWriter {
    private let redactor: Redactor

    public init(_ book: JournalBook) { redactor = book.redactor }

    /// An entry as one line, without the line feed.
    public func line(_ entry: JournalEntry) -> [UInt8] {
        var writer = JSONWriter(capacity: 2048)
        write(entry, to: &writer)
        return writer.bytes
    }

    /// A line that says how the delivery of an answer ended, for an entry whose line was written before.
    public func ending(_ entry: JournalEntry) -> [UInt8] {
        var writer = JSONWriter(capacity: 96)
        writer.beginObject()
        writer.member("arrival", entry.arrival)
        writeEnd(of: entry, to: &writer)
        writer.endObject()
        return writer.bytes
    }

    public func write(_ entry: JournalEntry, to writer: inout JSONWriter) {
        let facts = entry.facts
        writer.beginObject()
        writer.member("number", entry.number)
        writer.member("arrival", entry.arrival)
        writer.member("sandbox", redactor.text(entry.sandbox))
        writer.member("kind", entry.kind.word)
        writer.member("time", entry.time.exactText)
        writer.member("received", entry.received.exactText)
        writer.member("monotonic_ns", Int(entry.began))
        writer.key("request")
        writeRequest(of: entry, to: &writer)
        writer.member("request_id", entry.requestID.map(redactor.text))
        writer.member("route", entry.route)
        writer.member("key", facts.caller.map(redactor.shown(caller:)))
        writer.member("persona", facts.persona?.slug)
        writer.member("player", facts.player.map(redactor.text))
        writer.member("message", facts.message.map(redactor.text))
        writer.member("session", facts.session)
        writer.member("turn", facts.turn?.number)
        writer.member("decision", facts.turn?.decision?.rawValue)
        writer.key("faults")
        writer.beginArray()
        for fault in facts.faults { writer.string(fault) }
        writer.endArray()
        writer.member("duplicate", entry.isDuplicate)
        writer.member("unsaved", entry.isUnsaved)
        writer.key("response")
        writeResponse(of: entry, to: &writer)
        writeEnd(of: entry, to: &writer)
        writer.endObject()
    }

    private func writeEnd(of entry: JournalEntry, to writer: inout JSONWriter) {
        writer.member("delivered", entry.delivered?.word)
        writer.member("latency_ns", entry.latency.map { Int($0) })
    }

    private func writeRequest(of entry: JournalEntry, to writer: inout JSONWriter) {
        let head = entry.head
        writer.beginObject()
        writer.member("method", head.method.name)
        writer.member("path", redactor.text(entry.path))
        writer.member("query", redactor.query(head.query))
        writer.member("version", "HTTP/1.\(head.minorVersion)")
        writeFields(head.fields, to: &writer)
        let content = sent(entry)
        writer.member("body", content.text)
        writer.member("encoding", content.encoding)
        writer.member("bytes", entry.sentBytes)
        if case .refused(let error) = entry.kind {
            writer.member("refusal", redactor.text(error.message))
        } else {
            writer.member("refusal", nil as String?)
        }
        writer.endObject()
    }

    private func writeResponse(of entry: JournalEntry, to writer: inout JSONWriter) {
        let response = entry.response
        writer.beginObject()
        writer.member("status", entry.status)
        writeFields(response.fields, to: &writer)
        let content = answered(entry)
        writer.member("body", content.text)
        writer.member("encoding", content.encoding)
        writer.member("framing", response.delivery.framing.word)
        writer.key("steps")
        writer.beginArray()
        var parts = entry.answeredBytes[...]
        for step in response.delivery.steps {
            if case .bytes = step { writer.string("bytes \(parts.removeFirst())") } else { writer.string(step.word) }
        }
        writer.endArray()
        writer.endObject()
    }

    func writeFields(_ fields: Fields, to writer: inout JSONWriter) {
        writer.key("headers")
        writer.beginArray()
        for field in fields.list {
            writer.beginObject()
            writer.member("name", field.name.text)
            writer.member("value", redactor.field(field.name.text, field.value))
            writer.endObject()
        }
        writer.endArray()
    }

    /// A body as text.
    struct Text {
        /// Nil when the body is not kept as text.
        let text: String?
        /// `text`, `base64`, `spooled` (sent) or `later` (answered piece by piece).
        let encoding: String
    }

    func sent(_ entry: JournalEntry) -> Text {
        guard case .bytes(let bytes) = entry.body else { return Text(text: nil, encoding: "spooled") }
        return text(bytes, entry.head.fields)
    }

    func answered(_ entry: JournalEntry) -> Text {
        guard !entry.isAnswerLeftOut else { return Text(text: nil, encoding: "later") }
        return text(entry.response.body, entry.response.fields)
    }

    func query(of entry: JournalEntry) -> String { redactor.query(entry.head.query) }

    func path(of entry: JournalEntry) -> String { redactor.text(entry.path) }

    private func text(_ bytes: [UInt8], _ fields: Fields) -> Text {
        let shown = redactor.body(bytes, type: fields[.contentType])
        guard let text = String(validating: shown, as: UTF8.self) else {
            return Text(text: Base64.encode(shown), encoding: "base64")
        }
        return Text(text: text, encoding: "text")
    }
}

extension JournalEntry {
    /// `POST /chat/{persona_id}/message`; nil when no route matched.
    public var route: String? { facts.route.map { "\(head.method.name) \($0)" } }
}

extension JournalEntry.Kind {
    public var word: String {
        switch self {
        case .request: "request"
        case .control: "control"
        case .refused: "refused"
        }
    }
}

extension Delivered {
    fileprivate var word: String {
        switch self {
        case .complete: "complete"
        case .cut: "cut"
        case .aborted: "aborted"
        }
    }
}

extension Delivery.Framing {
    fileprivate var word: String {
        switch self {
        case .length: "length"
        case .stream: "stream"
        case .exact(let contentLength): "exact \(contentLength)"
        }
    }
}

extension Delivery.Step {
    fileprivate var word: String {
        switch self {
        case .bytes(let bytes): "bytes \(bytes.count)"
        case .wait(let duration):
            "wait \(duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000) ns"
        case .later: "later"
        case .close: "close"
        case .reset: "reset"
        }
    }
}

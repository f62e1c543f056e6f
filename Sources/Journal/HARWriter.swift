import Fixtures
import Dialogue
import HTTP
public import JSON

/// Writes entries as an HTTP Archive (HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/), for the viewers of
/// browsers and proxies. Members that begin with `_` are foilmock's own, as the format allows.
public struct HARWriter {
    private let writer: JournalWriter
    private let version: String

    public init(_ book: JournalBook) {
        writer = JournalWriter(book)
        version = book.header.version
    }

    /// Writes what comes before the first entry.
    public func begin(_ out: inout JSONWriter) {
        out.beginObject()
        out.key("log")
        out.beginObject()
        out.member("version", "1.2")
        out.key("creator")
        out.beginObject()
        out.member("name", "foilmock")
        out.member("version", version)
        out.endObject()
        out.key("entries")
        out.beginArray()
    }

    /// Writes what comes after the last entry.
    public func end(_ out: inout JSONWriter) {
        out.endArray()
        out.endObject()
        out.endObject()
    }

    public func write(_ entry: JournalEntry, to out: inout JSONWriter) {
        // In milliseconds; 0 for an answer that is still being sent, because the format requires a number.
        let time = Double(entry.latency ?? 0) / 1_000_000
        out.beginObject()
        out.member("startedDateTime", entry.received.exactText)
        out.member("time", number: time)
        out.key("request")
        writeRequest(of: entry, to: &out)
        out.key("response")
        writeResponse(of: entry, to: &out)
        out.key("cache")
        out.beginObject()
        out.endObject()
        out.key("timings")
        out.beginObject()
        out.member("send", 0)
        out.member("wait", number: time)
        out.member("receive", 0)
        out.endObject()
        out.member("_number", entry.number)
        out.member("_decision", entry.facts.turn?.decision?.rawValue)
        out.member("_duplicate", entry.isDuplicate)
        out.key("_faults")
        out.beginArray()
        for fault in entry.facts.faults { out.string(fault) }
        out.endArray()
        out.endObject()
    }

    private func writeRequest(of entry: JournalEntry, to out: inout JSONWriter) {
        let head = entry.head
        let query = writer.query(of: entry)
        out.beginObject()
        out.member("method", head.method.name)
        out.member(
            "url",
            "http://\(head.fields[.host] ?? "localhost")\(writer.path(of: entry))\(query.isEmpty ? "" : "?\(query)")")
        writeVersion(to: &out)
        writer.writeFields(head.fields, to: &out)
        out.key("queryString")
        out.beginArray()
        for pair in Query(query).pairs {
            out.beginObject()
            out.member("name", pair.name)
            out.member("value", pair.value)
            out.endObject()
        }
        out.endArray()
        let body = writer.sent(entry)
        if body.text?.isEmpty != true {
            out.key("postData")
            out.beginObject()
            out.member("mimeType", head.fields[.contentType] ?? "")
            out.member("text", body.text ?? "")
            if body.encoding != "text" { out.member("_encoding", body.encoding) }
            out.endObject()
        }
        out.member("headersSize", -1)
        out.member("bodySize", entry.sentBytes)
        out.endObject()
    }

    private func writeResponse(of entry: JournalEntry, to out: inout JSONWriter) {
        let response = entry.response
        let body = writer.answered(entry)
        let size = entry.answeredBytes.reduce(0, +)
        out.beginObject()
        // As browsers write it where no answer came.
        out.member("status", entry.status ?? 0)
        out.member("statusText", entry.status == nil ? "" : response.status.reasonPhrase.description)
        writeVersion(to: &out)
        writer.writeFields(response.fields, to: &out)
        out.key("content")
        out.beginObject()
        out.member("size", size)
        out.member("mimeType", response.fields[.contentType] ?? "")
        out.member("text", body.text ?? "")
        if body.encoding == "base64" { out.member("encoding", "base64") }
        out.endObject()
        out.member("redirectURL", "")
        out.member("headersSize", -1)
        out.member("bodySize", size)
        out.endObject()
    }

    private func writeVersion(to out: inout JSONWriter) {
        out.member("httpVersion", "HTTP/1.1")
        out.key("cookies")
        out.beginArray()
        out.endArray()
    }
}

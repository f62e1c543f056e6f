import HTTP
import Testing

@Suite("Event streams")
struct EventStreamTests {
    @Test("An event is two lines with one space after the colon, and a blank one (spec D)")
    func event() {
        let bytes = EventStream.event("metadata", data: Array(#"{"a":1}"#.utf8))
        #expect(String(decoding: bytes, as: UTF8.self) == "event: metadata\ndata: {\"a\":1}\n\n")
    }

    @Test("An id has a line of its own, beside an event or alone")
    func id() {
        let bytes = EventStream.event("entry", id: "a-1", data: Array("{}".utf8)) + EventStream.place("a-2")
        #expect(String(decoding: bytes, as: UTF8.self) == "event: entry\nid: a-1\ndata: {}\n\nid: a-2\n\n")
    }

    @Test("An event stream has its content type, and no-cache")
    func fields() {
        #expect(EventStream.fields[.contentType] == "text/event-stream; charset=utf-8")
        #expect(EventStream.fields[.cacheControl] == "no-cache")
    }
}

import HTTP
import Testing

@Suite("Event streams")
struct EventStreamTests {
    @Test("An event is two lines with one space after the colon, and a blank one (spec D)")
    func event() {
        let bytes = EventStream.event("metadata", data: Array(#"{"a":1}"#.utf8))
        #expect(String(decoding: bytes, as: UTF8.self) == "event: metadata\ndata: {\"a\":1}\n\n")
    }

    @Test("An event stream has its content type, and no-cache")
    func fields() {
        #expect(EventStream.fields[.contentType] == "text/event-stream; charset=utf-8")
        #expect(EventStream.fields[.cacheControl] == "no-cache")
    }
}

/// The lines of an event stream (HTML Living Standard, "Server-sent events"), as strict as the strictest client reads
/// them: one space after each colon, one `data` line an event (spec D).
public enum EventStream {
    /// One event. `data` must not contain a line end.
    public static func event(_ name: String, data: [UInt8]) -> [UInt8] {
        event(name, capacity: data.count) { $0.append(contentsOf: data) }
    }

    /// One event, whose data `write` appends. They must not contain a line end.
    /// - Parameter capacity: bytes to set aside for the data.
    public static func event(_ name: String, capacity: Int, _ write: (inout [UInt8]) -> Void) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.utf8.count + capacity + 16)
        append("event: ", to: &bytes)
        bytes.append(contentsOf: name.utf8)
        append("\ndata: ", to: &bytes)
        write(&bytes)
        append("\n\n", to: &bytes)
        return bytes
    }

    /// One event from which a reader can go on: it sends the `id` as `Last-Event-ID`. Neither `id` nor `data` must contain
    /// a line end.
    public static func event(_ name: String, id: String, data: [UInt8]) -> [UInt8] {
        Array("event: \(name)\nid: \(id)\ndata: ".utf8) + data + Array("\n\n".utf8)
    }

    /// Only an id, for the reader to go on from. It is no event.
    public static func place(_ id: String) -> [UInt8] { Array("id: \(id)\n\n".utf8) }

    private static func append(_ word: StaticString, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    /// The name and the data of one event that `event` has made; nil for other bytes, also for a part of an event or
    /// several events.
    public static func parse(_ bytes: [UInt8]) -> (name: String, data: [UInt8])? {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let (event, data) = (Array("event: ".utf8), Array("data: ".utf8))
        guard lines.count == 4, lines[0].starts(with: event), lines[1].starts(with: data), lines[2].isEmpty,
            lines[3].isEmpty
        else { return nil }
        let name = String(decoding: lines[0].dropFirst(event.count), as: UTF8.self)
        return (name, Array(lines[1].dropFirst(data.count)))
    }

    /// A comment, which clients ignore.
    public static func comment(_ text: String) -> [UInt8] { Array(": \(text)\n\n".utf8) }

    /// The fields of a response with an event stream: no proxy must cache or delay it.
    public static var fields: Fields {
        var fields = Fields()
        fields.add(.contentType, "text/event-stream; charset=utf-8")
        fields.add(.cacheControl, "no-cache")
        fields.add(.accelBuffering, "no")
        return fields
    }
}

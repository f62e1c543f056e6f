/// The lines of an event stream (HTML Living Standard, "Server-sent events"), as strict as the strictest client reads
/// them: one space after each colon, one `data` line an event (spec D).
public enum EventStream {
    /// One event. `data` holds no line end.
    public static func event(_ name: String, data: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.utf8.count + data.count + 16)
        bytes.append(contentsOf: "event: ".utf8)
        bytes.append(contentsOf: name.utf8)
        bytes.append(contentsOf: "\ndata: ".utf8)
        bytes.append(contentsOf: data)
        bytes.append(contentsOf: "\n\n".utf8)
        return bytes
    }

    /// The fields of a response that is such a stream: no proxy is to keep it or hold it up.
    public static var fields: Fields {
        var fields = Fields()
        fields.add(.contentType, "text/event-stream; charset=utf-8")
        fields.add(.cacheControl, "no-cache")
        return fields
    }
}

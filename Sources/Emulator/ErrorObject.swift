public import HTTP
import JSON

extension Failure {
    /// The failure as `{"error":{"message":…}}`, with its status and fields.
    public var errorObject: Response {
        var writer = JSONWriter(capacity: 96)
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.member("message", message)
        writer.endObject()
        writer.endObject()
        var response = Response.json(writer.bytes, status: status)
        for field in fields.list { response.fields.add(field.name, field.value) }
        return response
    }
}

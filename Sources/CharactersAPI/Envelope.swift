import Emulator
import HTTP
import JSON

/// The form of every answer (A.0-7): `{"data": {…}, "request_id": …}`, or `{"error": {…}}`.
enum Envelope {
    /// - Parameter write: writes the members of `data`.
    static func response(_ requestID: String, _ write: (inout JSONWriter) -> Void) -> Response {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.key("data")
        writer.beginObject()
        write(&writer)
        writer.endObject()
        writer.member("request_id", requestID)
        writer.endObject()
        return .json(writer.bytes)
    }

    static func response(to failure: Failure, _ requestID: String) -> Response {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.member("code", code(of: failure.status))
        writer.member("message", failure.message)
        writer.member("type", failure.status.code < 500 ? "client_error" : "server_error")
        writer.member("request_id", requestID)
        writer.endObject()
        writer.endObject()
        var response = Response.json(writer.bytes, status: failure.status)
        for field in failure.fields.list { response.fields.add(field.name, field.value) }
        return response
    }

    /// E-1.
    private static func code(of status: Status) -> String {
        switch status.code {
        case 401: "unauthorized"
        case 402: "payment_required"
        case 403: "forbidden"
        case 404: "not_found"
        case 405: "method_not_allowed"
        case 409: "conflict"
        case 413: "payload_too_large"
        case 422: "validation_error"
        case 429: "rate_limited"
        case 503: "service_unavailable"
        case 500...: "internal_error"
        default: "bad_request"
        }
    }
}

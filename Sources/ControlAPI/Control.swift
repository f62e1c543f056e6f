public import Emulator
public import HTTP
import JSON

/// The server's own routes, under `/_foilmock/`. None of them needs a key.
public final class Control: Dialect {
    public let prefix = "/_foilmock/"
    public let routes: [Route]
    public let crossOriginFields: [String]? = nil
    public let spoolLimit: Int? = nil

    public init() {
        routes = [
            Route(.get, "/_foilmock/health") { _ throws(Failure) in Control.status("ok") },
            Route(.get, "/_foilmock/ready") { _ throws(Failure) in Control.status("ready") },
        ]
    }

    public func response(to failure: Failure) -> Response { failure.errorObject }

    private static func status(_ word: String) -> Response {
        var writer = JSONWriter(capacity: 32)
        writer.beginObject()
        writer.member("status", word)
        writer.endObject()
        return .json(writer.bytes)
    }
}

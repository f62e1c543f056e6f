import Embedded
public import Emulator
public import HTTP
import JSON

/// The server's own routes, under `/_foilmock/`. None of them needs a key.
public final class Control: Dialect {
    public let prefix = "/_foilmock/"
    public let routes: [Route]
    public let crossOriginFields: [String]? = nil
    public let spoolLimit: Int? = nil

    public var openAPI: OpenAPI.Part { Control.part }

    /// - Parameters:
    ///   - others: the dialects that the server speaks besides; the OpenAPI document describes them and this one.
    ///   - version: the program's.
    public init(beside others: [any Dialect], version: String) {
        let description = Description { OpenAPI.document(version: version, of: others.map(\.openAPI) + [Control.part]) }
        routes = [
            Route(.get, "/_foilmock/health") { _ throws(Failure) in Control.status("ok") },
            Route(.get, "/_foilmock/ready") { _ throws(Failure) in Control.status("ready") },
            Route(.get, "/_foilmock/openapi.json") { _ throws(Failure) in .json(description.bytes) },
        ]
    }

    public func response(to failure: Failure) -> Response { failure.errorObject }

    private static var part: OpenAPI.Part {
        let file = embedded_control_openapi()
        return OpenAPI.Part(Array(UnsafeBufferPointer(start: file.bytes, count: file.count)))
    }

    private static func status(_ word: String) -> Response {
        var writer = JSONWriter(capacity: 32)
        writer.beginObject()
        writer.member("status", word)
        writer.endObject()
        return .json(writer.bytes)
    }
}

/// The OpenAPI document, put together when it is first asked for: few servers ever are.
private final class Description {
    private let make: () -> [UInt8]
    private(set) lazy var bytes = make()

    init(_ make: @escaping () -> [UInt8]) { self.make = make }
}

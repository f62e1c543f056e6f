import Emulator
import Fixtures
import HTTP
import JSON

/// The routes that act on the whole server.
struct ServerRoutes {
    let jsonDepth: Int
    let refuse: (Duration) -> Void

    /// An hour, in seconds: while it refuses connections, the server cannot be controlled.
    private static let longest = 3_600.0

    var routes: [Route] { [Route(.put, "/server/refusal", changesSandbox: false, setRefusal)] }

    private func setRefusal(_ call: Call) throws(Failure) -> Response {
        let seconds = try Input.read(call, "a refusal", depthLimit: jsonDepth) { reader in
            reader.number("seconds", in: 0...ServerRoutes.longest) ?? reader.missing("seconds")
        }
        refuse(.nanoseconds(Int64((seconds * 1_000_000_000).rounded())))
        var writer = JSONWriter(capacity: 32)
        writer.beginObject()
        writer.member("seconds", number: seconds)
        writer.endObject()
        return .json(writer.bytes)
    }
}

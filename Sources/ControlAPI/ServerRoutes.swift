import Emulator
import Fixtures
import HTTP
import JSON

/// What is done to the server as a whole.
struct ServerRoutes {
    let jsonDepth: Int
    let refuse: (Duration) -> Void

    /// An hour: a server that nobody reaches can be told nothing.
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

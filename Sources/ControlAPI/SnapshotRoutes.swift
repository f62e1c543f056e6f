import Emulator
import HTTP

/// All of a sandbox as one document: taken and put back.
struct SnapshotRoutes {
    let emulator: Emulator

    var routes: [Route] {
        [
            Route(.get, "/sandboxes/{sandbox}/snapshot", take),
            Route(.put, "/sandboxes/{sandbox}/snapshot", restore),
        ]
    }

    /// Whether a request brings a snapshot, which may be larger than other bodies.
    static func brings(_ head: RequestHead) -> Bool { head.method == .put && head.path.hasSuffix("/snapshot") }

    private func take(_ call: Call) throws(Failure) -> Response {
        try emulator.response(try emulator.snapshot(of: try emulator.account(named: call.parameters["sandbox"])))
    }

    /// Answers with what the sandbox now holds, which is what it was sent.
    private func restore(_ call: Call) throws(Failure) -> RouteAnswer {
        let read = emulator.reading(call.request.body, for: call.parameters["sandbox"])
        return .work(read) { snapshot throws(Failure) in
            let account = try emulator.account(opening: call.parameters["sandbox"])
            try emulator.restore(try snapshot.get(), into: account)
            return .response(try emulator.response(try emulator.snapshot(of: account)))
        }
    }
}

import Emulator
import HTTP

/// The routes that make and restore snapshots of a sandbox.
struct SnapshotRoutes {
    let emulator: Emulator

    var routes: [Route] {
        [
            Route(.get, "/sandboxes/{sandbox}/snapshot", take),
            Route(.put, "/sandboxes/{sandbox}/snapshot", restore),
        ]
    }

    /// Whether the body of a request is a snapshot, which can be larger than other bodies.
    static func brings(_ head: RequestHead) -> Bool { head.method == .put && head.path.hasSuffix("/snapshot") }

    private func take(_ call: Call) throws(Failure) -> Response {
        try emulator.response(try emulator.snapshot(of: try emulator.account(named: call.parameters["sandbox"])))
    }

    /// Restores a snapshot, and answers with the sandbox's new snapshot.
    private func restore(_ call: Call) throws(Failure) -> RouteAnswer {
        let read = emulator.reading(call.request.body, for: call.parameters["sandbox"])
        return .work(read) { snapshot throws(Failure) in
            let account = try emulator.account(opening: call.parameters["sandbox"])
            try emulator.restore(try snapshot.get(), into: account)
            return .response(try emulator.response(try emulator.snapshot(of: account)))
        }
    }
}

import Emulator
import HTTP

/// The routes that say what conversations have reached of the machines.
struct CoverageRoutes {
    let emulator: Emulator

    var routes: [Route] {
        [Route(.get, "/coverage", everywhere), Route(.get, "/sandboxes/{sandbox}/coverage", inSandbox)]
    }

    private func everywhere(_ call: Call) throws(Failure) -> RouteAnswer {
        .work(emulator.listingParts()) { parts throws(Failure) in
            .response(try emulator.response(try emulator.coverage(of: nil, among: parts)))
        }
    }

    private func inSandbox(_ call: Call) throws(Failure) -> RouteAnswer {
        let name = call.parameters["sandbox"]
        _ = try emulator.account(named: name)
        return .work(emulator.listingParts()) { parts throws(Failure) in
            .response(
                try emulator.response(
                    try emulator.coverage(of: try emulator.account(named: name), among: parts)))
        }
    }
}

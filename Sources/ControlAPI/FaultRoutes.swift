import Emulator
import Fixtures
import HTTP
import JSON

/// The routes that make, read and delete faults of a sandbox.
struct FaultRoutes {
    let emulator: Emulator
    /// The routes that a match can name, `POST /chat/{persona_id}/message`.
    let known: [String]

    var routes: [Route] {
        [
            Route(.get, "/sandboxes/{sandbox}/faults", list),
            Route(.post, "/sandboxes/{sandbox}/faults", make),
            Route(.delete, "/sandboxes/{sandbox}/faults", removeAll),
            Route(.get, "/sandboxes/{sandbox}/faults/{fault}", show),
            Route(.delete, "/sandboxes/{sandbox}/faults/{fault}", remove),
        ]
    }

    private func list(_ call: Call) throws(Failure) -> Response {
        let faults = emulator.faults(in: try emulator.account(named: call.parameters["sandbox"]).sandbox)
        return .json(JSONValue.object([JSONValue.Member("faults", .array(faults))]).bytes)
    }

    private func make(_ call: Call) throws(Failure) -> Response {
        let source = try Input.json(call, depthLimit: emulator.jsonDepth)
        let fault = try Input.read(call, "a fault", depthLimit: emulator.jsonDepth) {
            Fault($0, source: source, routes: known)
        }
        let sandbox = try emulator.account(opening: call.parameters["sandbox"]).sandbox
        return .json(try emulator.add(fault, in: sandbox).bytes)
    }

    private func show(_ call: Call) throws(Failure) -> Response {
        let sandbox = try emulator.account(named: call.parameters["sandbox"]).sandbox
        return .json(try emulator.fault(call.parameters["fault"], in: sandbox).bytes)
    }

    private func remove(_ call: Call) throws(Failure) -> Response {
        let sandbox = try emulator.account(named: call.parameters["sandbox"]).sandbox
        try emulator.removeFault(call.parameters["fault"], in: sandbox)
        return .json(JSONValue.object([JSONValue.Member("deleted", .string(call.parameters["fault"]))]).bytes)
    }

    private func removeAll(_ call: Call) throws(Failure) -> Response {
        let count = emulator.removeFaults(in: try emulator.account(named: call.parameters["sandbox"]).sandbox)
        return .json(JSONValue.object([JSONValue.Member("deleted", .integer(count))]).bytes)
    }
}

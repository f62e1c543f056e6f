import Emulator
import HTTP
import JSON

/// The routes for the scripts of a sandbox.
struct ScriptRoutes {
    let emulator: Emulator

    var routes: [Route] {
        [
            Route(.get, "/sandboxes/{sandbox}/scripts", list),
            Route(.post, "/sandboxes/{sandbox}/scripts", add),
            Route(.delete, "/sandboxes/{sandbox}/scripts", clear),
            Route(.get, "/sandboxes/{sandbox}/scripts/{script}", show),
            Route(.delete, "/sandboxes/{sandbox}/scripts/{script}", remove),
        ]
    }

    private func list(_ call: Call) throws(Failure) -> Response {
        let sandbox = try emulator.account(named: call.parameters["sandbox"]).sandbox
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.list("scripts", emulator.scripts(in: sandbox)) { $0.script($1) }
        writer.endObject()
        return .json(writer.bytes)
    }

    private func add(_ call: Call) throws(Failure) -> Response {
        let account = try emulator.account(opening: call.parameters["sandbox"])
        let personas = emulator.roster.personas(for: account)
        let request = try Input.read(call, "a script", depthLimit: emulator.jsonDepth) {
            ScriptRequest($0, personas: personas)
        }
        return response(try emulator.add(request, to: account.sandbox))
    }

    private func clear(_ call: Call) throws(Failure) -> Response {
        let account = try emulator.account(named: call.parameters["sandbox"])
        emulator.removeScripts(of: account.sandbox)
        return .deleted("scripts")
    }

    private func show(_ call: Call) throws(Failure) -> Response {
        response(
            try emulator.script(
                call.parameters["script"], of: emulator.account(named: call.parameters["sandbox"]).sandbox))
    }

    private func remove(_ call: Call) throws(Failure) -> Response {
        try emulator.removeScript(
            call.parameters["script"], of: emulator.account(named: call.parameters["sandbox"]).sandbox)
        return .deleted(call.parameters["script"])
    }

    private func response(_ script: Script) -> Response {
        var writer = JSONWriter(capacity: 256)
        writer.script(script)
        return .json(writer.bytes)
    }
}

extension JSONWriter {
    fileprivate mutating func script(_ script: Script) {
        beginObject()
        member("id", script.id)
        members(of: script)
        member("left", script.left)
        endObject()
    }
}

import HTTP

extension Emulator {
    /// The scripts of a sandbox in the order in which they came, those without a step left too.
    public func scripts(in sandbox: Sandbox) -> [Script] { sandbox.state.scripts.all }

    /// - Throws: a 400 when the sandbox has as many as it may have.
    public func add(_ request: ScriptRequest, to sandbox: Sandbox) throws(Failure) -> Script {
        touch(sandbox)
        let script = sandbox.state.scripts.add(
            player: request.player, persona: request.persona, steps: request.steps)
        guard let script else {
            throw Failure(
                .badRequest,
                "The sandbox \"\(sandbox.name)\" has \(Scripts.limit) scripts with steps left; delete some first")
        }
        return script
    }

    public func removeScripts(of sandbox: Sandbox) {
        touch(sandbox)
        sandbox.state.scripts.removeAll()
    }

    /// - Throws: a 404 where there is no script of that id.
    public func removeScript(_ id: String, of sandbox: Sandbox) throws(Failure) {
        touch(sandbox)
        guard sandbox.state.scripts.remove(id) else { throw Emulator.noScript(id, in: sandbox) }
    }

    /// - Throws: a 404 where there is no script of that id.
    public func script(_ id: String, of sandbox: Sandbox) throws(Failure) -> Script {
        guard let script = scripts(in: sandbox).first(where: { $0.id == id }) else {
            throw Emulator.noScript(id, in: sandbox)
        }
        return script
    }

    private static func noScript(_ id: String, in sandbox: Sandbox) -> Failure {
        Failure(.notFound, "There is no script \"\(id)\" in the sandbox \"\(sandbox.name)\"")
    }
}

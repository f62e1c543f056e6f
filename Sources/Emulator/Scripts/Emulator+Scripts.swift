import HTTP

extension Emulator {
    /// The scripts of a sandbox, oldest first, including those without a step left.
    public func scripts(in sandbox: Sandbox) -> [Script] { sandbox.state.scripts.all }

    /// - Throws: a 400 when the sandbox's scripts would exceed a limit.
    public func add(_ request: ScriptRequest, to sandbox: Sandbox) throws(Failure) -> Script {
        do throws(Scripts.Excess) {
            return try sandbox.change { state throws(Scripts.Excess) in
                try state.scripts.add(player: request.player, persona: request.persona, steps: request.steps)
            }
        } catch {
            throw Failure(
                .badRequest, "The sandbox \"\(sandbox.name)\" has \(error.words(for: request.steps)); delete some first"
            )
        }
    }

    public func removeScripts(of sandbox: Sandbox) {
        sandbox.change { $0.scripts.removeAll() }
    }

    /// - Throws: a 404 when no script has that id.
    public func removeScript(_ id: String, of sandbox: Sandbox) throws(Failure) {
        guard sandbox.change({ $0.scripts.remove(id) }) else { throw Emulator.noScript(id, in: sandbox) }
    }

    /// - Throws: a 404 when no script has that id.
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

extension Scripts.Excess {
    fileprivate func words(for steps: [Script.Step]) -> String {
        switch self {
        case .scripts: "\(Scripts.limit) scripts with steps left, and may have no more"
        case .steps(let count):
            "scripts of \(count) steps and may have \(Scripts.stepLimit); this one has \(steps.count)"
        case .bytes(let count):
            "scripts that say \(count) bytes and may say \(Scripts.byteLimit); this one says \(steps.reduce(0) { $0 + $1.bytes })"
        }
    }
}

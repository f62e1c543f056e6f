import Dialogue
import HTTP

/// Scripts ignore a message whose directives decide its result, and it takes no step.
extension PlayerCall {
    /// Throws the error of a script's next step, if that is an error.
    func throwScriptedError(_ instruction: Instruction) throws(Failure) {
        let step = step(for: instruction) { if case .error = $0 { true } else { false } }
        guard case .error(let status, let message)? = step else { return }
        var failure = Failure(Status(status), message ?? "A script asked for this error")
        failure.delay = instruction.delay
        throw failure
    }

    /// Adds the order of a script's next step to the instruction, and returns the reply that the step gives.
    func scripted(_ instruction: Instruction) -> (instruction: Instruction, reply: String?) {
        let step = step(for: instruction) { if case .turn = $0 { true } else { false } }
        guard case .turn(let order, let reply)? = step else { return (instruction, nil) }
        guard let order else { return (instruction, reply) }
        return (
            Instruction(plain: instruction.text, directives: instruction.directives + [order.directive]), reply
        )
    }

    private func step(for instruction: Instruction, where isWanted: (Script.Step) -> Bool) -> Script.Step? {
        guard !instruction.directives.contains(where: \.decides) else { return nil }
        let sandbox = account.sandbox
        guard !sandbox.state.scripts.all.isEmpty else { return nil }
        return sandbox.change { $0.scripts.take(for: play.player, of: persona, where: isWanted) }
    }
}

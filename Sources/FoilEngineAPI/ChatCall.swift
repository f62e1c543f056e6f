import Dialogue
import Emulator
import HTTP

/// A player's call that has passed the gate.
struct ChatCall {
    let player: PlayerCall
    /// The machine that the call names, if it names one.
    let machine: Machine?
    let compat: FoilEngineCompat

    /// Passes the gate for a call whose `user_session_id` is in the query.
    static func withQuery(_ call: Call, _ gate: Gate) throws(Failure) -> ChatCall {
        let caller = try gate.caller(of: call, .other)
        let persona = try gate.persona(of: call, for: caller.account)
        let machine = try gate.machine(of: call, in: persona)
        let player = try PlayerInput.playerID(call.query["user_session_id"], "query parameter user_session_id")
        return try ChatCall(call, gate, caller, persona, machine, player)
    }

    /// Passes the gate for a call whose `user_session_id` is in the body, and for which the real service uses a
    /// language model. A locked machine is reported before other mistakes in the body (spec H-10).
    static func withBody(
        _ call: Call, _ gate: Gate, _ kind: RateLimiter.Kind
    ) throws(Failure) -> (chat: ChatCall, input: PlayerInput) {
        let caller = try gate.caller(of: call, kind)
        let persona = try gate.persona(of: call, for: caller.account)
        let machine = try gate.machine(of: call, in: persona)
        let input = try PlayerInput(try call.body(), depthLimit: gate.emulator.jsonDepth)
        let chat = try ChatCall(call, gate, caller, persona, machine, input.player)
        try LanguageModelKey(call.request.head).check(isRequired: gate.requiresLLMKey)
        return (chat, input)
    }

    private init(
        _ call: Call, _ gate: Gate, _ caller: Gate.Caller, _ persona: Persona, _ machine: Machine?, _ player: String
    ) throws(Failure) {
        self.player = try gate.emulator.playerCall(
            call,
            of: Playthrough(
                gate.emulator, account: caller.account, channel: caller.channel, persona: persona, player: player))
        self.machine = machine
        compat = caller.account.compat
        if let machine { try gate.unlocked(machine, for: play) }
    }

    var play: Playthrough { player.play }

    /// The session of the call (spec H-11).
    func session() throws(Failure) -> (session: Session, machine: Machine) {
        guard let found = try play.session(on: meantMachine) else { throw ChatCall.noSession }
        return found
    }

    /// The machine whose session is used; nil: the most recently active session (spec G-16).
    var meantMachine: Machine? {
        machine ?? (compat.sessionChoice == .defaultMachine ? play.persona.defaultMachine : nil)
    }

    static let noSession = Failure(.notFound, "No active session found")
}

public import Dialogue
import Exact
public import Fixtures
import HTTP
import Store

/// One player of one persona, in memory: no socket, no API, no journal. What the player does takes the way that a
/// dialect's requests take (`Emulator.playerCall`), each in a batch of its own.
public final class Rehearsal {
    /// Who plays, and what the sandbox has been set to.
    public struct Setting: Sendable {
        public var player: Player
        /// What ids and random draws derive from.
        public var seed: Int
        /// The time at which the sandbox's clock is frozen; nil: the sandbox has the real time.
        public var clock: Timestamp?
        /// Variables that earlier machines are taken to have set.
        public var variables: Texts

        public init(player: Player, seed: Int = 1, clock: Timestamp?, variables: Texts = [:]) {
            self.player = player
            self.seed = seed
            self.clock = clock
            self.variables = variables
        }
    }

    /// The sandbox and the channel of a rehearsal, from which ids derive.
    public struct Place: Sendable {
        let sandbox: String
        let channel: String

        public init(sandbox: String, channel: String) { (self.sandbox, self.channel) = (sandbox, channel) }
    }

    /// What one step of the player led to.
    public struct Step {
        /// What the persona said; nil after a step that is not answered.
        public var said: Utterance?
        public var decision: Decision?
        public var followUp = false
        public var unlocks: [Unlock] = []
        /// The inputs of the turn, by which it can be explained; nil for a step that decides nothing.
        public var answered: AnsweredTurn?
        /// The parts of the machine that the step reached; nil after a step that is not answered. Computed when called.
        public var reach: () -> Reach? = { nil }

        public init() {}
    }

    /// Why a step was not carried out.
    public enum Refusal: Error, Equatable, Sendable {
        /// No link has unlocked the machine.
        case locked
        /// The player has no session on the machine.
        case noSession
        /// The player's session on the machine is in a state that the fixtures no longer have.
        case lost(StateKey)
        /// The session has ended.
        case ended
        /// The machine has no entry for the event.
        case unknownEvent
        /// The machine has no opener.
        case noOpener
        case nudge(Session.NudgeRefusal)
        /// Any other failure, such as the one that a directive asks for.
        case failure(status: Int, message: String)
    }

    /// The machine that the player's next step is about.
    public internal(set) var machine: Machine
    let emulator: Emulator
    let account: Account
    var play: Playthrough
    private let setting: Setting
    private var player: Player { setting.player }

    /// - Parameters:
    ///   - machine: the machine that the first step is about; the player may play it, unlocked or not.
    ///   - warn: called with warnings, such as that a turn reached a limit.
    /// - Throws: the failure of an emulator that cannot be made.
    public init(
        _ catalog: Catalog, _ persona: Persona, on machine: Machine, in place: Place, _ setting: Setting,
        warn: @escaping (String) -> Void
    ) throws(Failure) {
        self.machine = machine
        self.setting = setting
        do throws(StoreError) {
            emulator = try Emulator(
                catalog: catalog, store: MemoryStore(), clock: setting.clock.map { time in Clock { time } } ?? .system,
                defaults: Accounts.Defaults(
                    seed: setting.seed, limits: nil, openLimit: 1,
                    clock: setting.clock.map { SandboxClock(.frozen($0)) } ?? .real),
                media: Media(uploads: .files(UploadFolder(temporaryIn: "/"))) { _, _ in nil }, warn: warn)
        } catch {
            throw Failure(error)
        }
        account = try emulator.account(opening: place.sandbox)
        play = Playthrough(
            emulator, account: account, channel: place.channel, persona: persona, player: setting.player.name)
        try grant(machine)
        _ = emulator.endBatch(failed: false)
    }

    /// Gives the player the progress that lets the first step be about the machine.
    func grant(_ machine: Machine) throws(Failure) {
        var progress = Progress(variables: setting.variables)
        if !play.persona.isAvailable(machine, to: progress) { progress.unlocked = [machine.id] }
        try play.stored { () throws(StoreError) in try emulator.store.save(progress, of: play.key) }
    }

    /// The player's session on the machine; nil when there is none.
    public func session() throws(Refusal) -> Session? {
        try look { () throws(Failure) in try play.session(on: machine)?.session }
    }

    /// The variables that matchers and lines see: the persona's, and in their place those that machines have set.
    public func variables() throws(Refusal) -> Texts {
        try look { () throws(Failure) in play.persona.variables.merging(try play.progress().variables) { $1 } }
    }

    /// Reads what is kept, outside a batch.
    func look<Value>(_ read: () throws(Failure) -> Value) throws(Refusal) -> Value {
        do throws(Failure) {
            return try read()
        } catch {
            throw Refusal(error)
        }
    }
}

// MARK: - What the player does

extension Rehearsal {
    /// Begins a session on a machine that the player may play.
    /// - Parameter opens: whether the persona speaks first by the machine's opener, and not by its greeting.
    public func begin(_ machine: Machine, opens: Bool = false) throws(Refusal) -> Step {
        let step = try request { call throws(Failure) in
            guard play.persona.isAvailable(machine, to: try play.progress()) else { return .failure(.locked) }
            guard !opens || machine.entries.opener != nil else { return .failure(.noOpener) }
            return .success(try begin(machine, entry: opens ? machine.entries.opener : nil, by: call))
        }
        self.machine = machine
        return step
    }

    /// - Parameter begins: whether the line begins a session where there is none.
    public func say(_ line: String, hasImage: Bool = false, begins: Bool = false) throws(Refusal) -> Step {
        try request { call throws(Failure) in
            var addressee = Addressee.latest(
                on: machine, missing: { Rehearsal.missing }, ended: { Rehearsal.ended }, repeatsLast: false)
            if begins, try play.session(on: machine) == nil {
                addressee = .new(on: machine, as: player, notes: SessionNotes(), for: nil)
            }
            return .success(Step(try call.say(Message(line, hasImage: hasImage), in: addressee), call))
        }
    }

    /// Tells of an event, which begins a session by its entry where there is none.
    public func happen(_ event: MatchContext.Event, hasImage: Bool = false) throws(Refusal) -> Step {
        try request { call throws(Failure) in
            guard let entry = machine.entries.events[event.id] else { return .failure(.unknownEvent) }
            guard let session = try play.session(on: machine)?.session else {
                return .success(try begin(machine, entry: entry, event: event, hasImage: hasImage, by: call))
            }
            guard session.outcome == nil else { return .failure(.ended) }
            return .success(Step(try call.take(event, hasImage: hasImage, in: session, on: machine), call))
        }
    }

    public func nudge() throws(Refusal) -> Step {
        try request { call throws(Failure) in
            guard let session = try play.session(on: machine)?.session else { return .failure(.noSession) }
            guard session.outcome == nil else { return .failure(.ended) }
            let (machine, persona, now) = (machine, play.persona, account.sandbox.now)
            let variables = try play.progress().variables
            return try call.nudge(session, on: machine).map { said in
                Step(said) { session.reach(nudgedOn: machine, of: persona, variables: variables, at: now) }
            }.mapError { .nudge($0) }
        }
    }

    private func begin(
        _ machine: Machine, entry: Entries.Entry?, event: MatchContext.Event? = nil, hasImage: Bool = false,
        by call: PlayerCall
    ) throws(Failure) -> Step {
        let (persona, player, variables) = (play.persona, player, try play.progress().variables)
        let begun = try call.begin(machine, as: player, entry: entry, event: event, hasImage: hasImage)
        var step = Step(begun.said) {
            Session.reach(
                beginning: begun.session.id, on: machine, of: persona, player: player, variables: variables,
                entry: entry, event: event, hasImage: hasImage, at: begun.session.startedAt)
        }
        step.unlocks = begun.unlocks
        return step
    }

    /// Removes everything that the player has on the persona.
    public func reset() throws(Refusal) -> Step {
        try request { _ throws(Failure) in try play.reset(nil) ? .success(Step()) : .failure(.noSession) }
    }

    /// Puts the clock forward.
    public func advance(bySeconds seconds: Double) throws(Refusal) -> Step {
        try request { _ throws(Failure) in
            var clock = account.sandbox.clock
            clock.advance(by: Int64((seconds * 1_000_000_000).rounded()))
            emulator.advance(clock, in: account.sandbox)
            return .success(Step())
        }
    }

    private static let missing = Failure(.notFound, "No active session found")
    private static let ended = Failure(.badRequest, "The conversation has ended")

    /// Makes one request of the player, in a batch of its own.
    func request(
        _ work: (PlayerCall) throws(Failure) -> Result<Step, Refusal>
    ) throws(Refusal) -> Step {
        emulator.beginRequest(at: emulator.clock.now())
        defer { emulator.endRequest() }
        let result: Result<Step, Refusal>
        do throws(Failure) {
            let call = Call(request: Request(head: RequestHead(method: .post, path: "/")))
            _ = try emulator.admit(call, as: account, caller: play.key.channel, .message)
            result = try work(try emulator.playerCall(call, of: play))
        } catch {
            _ = emulator.endBatch(failed: error.cause != nil)
            throw try exact(Refusal(error))
        }
        _ = emulator.endBatch(failed: false)
        switch result {
        case .success(let step): return step
        case .failure(let refusal): throw try exact(refusal)
        }
    }

    /// Tells a session that the fixtures have no place for from one that does not exist.
    private func exact(_ refusal: Refusal) throws(Refusal) -> Refusal {
        guard refusal == .noSession, let session = try sessions().first(where: { $0.machine == machine.id }) else {
            return refusal
        }
        return .lost(session.stateKey)
    }
}

extension Rehearsal.Refusal {
    init(_ failure: Failure) {
        self =
            switch failure {
            case Rehearsal.missing: .noSession
            case Rehearsal.ended: .ended
            default: .failure(status: failure.status.code, message: failure.message)
            }
    }
}

extension Rehearsal.Step {
    fileprivate init(_ said: Utterance, reach: @escaping () -> Reach?) {
        self.init()
        self.said = said
        self.reach = reach
    }

    fileprivate init(_ answered: Answered, _ call: PlayerCall) {
        let turn = call.answered
        self.init(answered.said) { turn?.reach }
        decision = answered.turn.decision
        followUp = answered.turn.followUp
        unlocks = answered.unlocks
        self.answered = turn
    }
}

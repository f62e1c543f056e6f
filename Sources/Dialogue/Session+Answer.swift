public import Exact
import Text

extension Session {
    /// Whether the machine still has the session's state; a changed fixture can have removed it (spec H-9).
    public func fits(_ machine: Machine) -> Bool {
        machine.state(stateKey) != nil
    }

    /// The player's message or event of one turn, and the values that the session does not hold.
    public struct Input: Sendable {
        /// The message as it was sent; the history keeps it.
        public let message: String
        public let instruction: Instruction
        /// The variables that earlier machines set.
        public let variables: Texts
        /// The player's earlier lines, for machines that ask `said`.
        public let earlier: [String]
        /// The event, if the turn answers an event and not a line.
        public let event: MatchContext.Event?
        public let hasImage: Bool
        /// A reply that replaces the one that the rules pick; nil: the picked one. The picked line is counted as spoken
        /// in any case.
        public let reply: String?

        /// The most earlier lines that are searched for `said`, and their most bytes; the latest ones are used.
        public static let earlierLimit = 1_000
        public static let earlierBytes = 262_144

        /// - Parameters:
        ///   - earlier: all earlier lines, or at least as many of the latest as are searched.
        ///   - reply: an empty one counts as nil.
        public init(
            message: String, instruction: Instruction, variables: Texts = [:], earlier: [String] = [],
            event: MatchContext.Event? = nil, hasImage: Bool = false, reply: String? = nil
        ) {
            self.message = message
            self.instruction = instruction
            self.variables = variables
            self.earlier = Input.latest(of: earlier)
            self.event = event
            self.hasImage = hasImage
            self.reply = reply?.isEmpty ?? true ? nil : reply
        }

        private static func latest(of lines: [String]) -> [String] {
            var left = earlierBytes
            let fitting = lines.reversed().prefix(earlierLimit).prefix { line in
                left -= line.utf8.count
                return left >= 0
            }
            return fitting.count == lines.count ? lines : Array(lines.suffix(fitting.count))
        }
    }

    /// Answers the player's next message, or an event. The session must not have ended, and must be in a state of the
    /// machine. `overruns` are the limits that the turn reached.
    public mutating func answer(
        _ input: Input, on machine: Machine, of persona: Persona, at now: Timestamp
    ) -> (turn: Turn, said: Utterance, overruns: [Overrun]) {
        let result = take(input, on: machine, of: persona, at: now, trace: nil)
        return (result.turn, result.said, result.overruns)
    }

    /// A turn, and everything that led to it.
    struct TurnResult {
        let state: State
        let context: MatchContext
        let verdict: Verdict
        let consequence: Consequence
        let turn: Turn
        let said: Utterance
        let overruns: [Overrun]
        /// Nil when no trace was requested.
        let trace: Trace?
    }

    /// Takes the turn. A trace records which lines are picked.
    mutating func take(
        _ input: Input, on machine: Machine, of persona: Persona, at now: Timestamp, trace: Trace?
    ) -> TurnResult {
        guard let state = machine.state(stateKey), outcome == nil else {
            preconditionFailure("answered in state \(stateKey), outcome \(String(describing: outcome))")
        }
        turnCount += 1
        lastMessageAt = now
        let variables =
            input.variables.isEmpty ? persona.variables : persona.variables.merging(input.variables) { $1 }
        let context = MatchContext(
            text: input.instruction.text, earlier: input.earlier.map { Line($0) }, turn: playerTurns,
            score: score, redirects: redirectCount, variables: variables, inFollowUp: memory.isInFollowUp,
            event: input.event, hasImage: input.hasImage)
        var effort = Effort()
        let verdict = Verdict.of(
            context, input.instruction.directives, asked: memory.asked, in: state, of: machine, &effort)
        let remembersAll = memory.keep(verdict.captures)
        let consequence = Consequence.of(verdict, to: self, in: state, of: machine)
        apply(verdict, consequence)

        var composer = ReplyComposer(
            persona: persona, player: player, score: score, context: context, seed: id.high ^ id.low,
            memory: memory, effort: effort)
        composer.trace = trace
        let said =
            input.reply.map { Utterance(bubbles: [$0]) }
            ?? composer.reply(to: verdict, in: state, entering: consequence.entered, of: machine)
        swap(&memory, &composer.memory)
        let turn = Turn(
            number: turnCount, at: now, line: input.event == nil ? input.message : nil, reply: said.text,
            decision: verdict.decision,
            followUp: verdict.isFollowUp || verdict.transition?.followUp ?? false, stateKey: stateKey, score: score)
        return TurnResult(
            state: state, context: context, verdict: verdict, consequence: consequence, turn: turn, said: said,
            overruns: Overrun.allCases.filter {
                switch $0 {
                case .matching: composer.effort.hasGivenUp
                case .captures: !remembersAll
                case .reply: composer.isCut
                }
            }, trace: composer.trace)
    }

    mutating func apply(_ verdict: Verdict, _ consequence: Consequence) {
        if case .event = verdict.kind { return }
        memory.isInFollowUp = verdict.isFollowUp
        if verdict.isFollowUp { memory.asked[String(verdict.place), default: 0] += 1 }
        score = consequence.score
        if let entered = consequence.entered {
            stateKey = entered.key
            redirectCount = 0
            memory.asked = [:]
        } else if verdict.decision == .redirect {
            redirectCount += 1
        }
        outcome = consequence.ending?.outcome
    }
}

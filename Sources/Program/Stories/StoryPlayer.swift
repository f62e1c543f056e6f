import Dialogue
import Emulator
import FluidTalkAPI
import FoilEngineAPI
package import Fixtures
import HTTP
package import Stories

/// Plays a story in memory.
package enum StoryPlayer {
    /// The sandbox and the channel of every story. On a server with the same seed, the key `pk_test_story` gives the same
    /// ids, so the same lines are drawn.
    static let place = Rehearsal.Place(sandbox: "pk_test_story", channel: "sdk")

    package static func verdict(on story: Story, _ catalog: Catalog) throws(AppError) -> StoryVerdict {
        try verdict(on: story, catalog, notes: false) { _, _ in }
    }

    /// - Parameters:
    ///   - notes: whether what the story reaches is of interest.
    ///   - note: gets what each step reaches, and the machine.
    static func verdict(
        on story: Story, _ catalog: Catalog, notes: Bool = true, noting note: (Reach, Machine) -> Void
    ) throws(AppError) -> StoryVerdict {
        let setting = Rehearsal.Setting(
            player: story.player, seed: story.seed, clock: story.clock, variables: story.variables)
        let rehearsal: Rehearsal
        do throws(Failure) {
            rehearsal = try Rehearsal(catalog, story.persona, on: story.machine, in: place, setting, warn: { _ in })
        } catch {
            throw .failure(error.message)
        }
        func result(_ step: () throws(Rehearsal.Refusal) -> Rehearsal.Step) -> TurnResult {
            TurnResult(of: rehearsal) { () throws(Rehearsal.Refusal) in
                let step = try step()
                if notes, let reach = step.reach() { note(reach, rehearsal.machine) }
                return step
            }
        }
        let opens = story.begins == .opener
        return StoryVerdict(
            of: story,
            begin: { result { () throws(Rehearsal.Refusal) in try rehearsal.begin(story.machine, opens: opens) } },
            play: { turn in
                result { () throws(Rehearsal.Refusal) in try rehearsal.take(turn.action, story.begins) }
            })
    }
}

extension Rehearsal {
    /// - Parameter beginning: who speaks first in a session that begins.
    func take(_ action: StoryTurn.Action, _ beginning: Story.Beginning) throws(Refusal) -> Step {
        switch action {
        case .say(let line, let hasImage):
            try say(
                try Rehearsal.checked(line, hasImage, beginning), hasImage: hasImage, begins: beginning != .greeting)
        case .event(let event, let hasImage): try happen(event, hasImage: hasImage)
        case .nudge: try nudge()
        case .begin(let machine): try begin(machine, opens: beginning == .opener)
        case .reset: try reset()
        case .advance(let seconds): try advance(bySeconds: seconds)
        }
    }

    /// A line that the API takes by which sessions of that beginning are played.
    private static func checked(
        _ line: String, _ hasImage: Bool, _ beginning: Story.Beginning
    ) throws(Refusal) -> String {
        do throws(Failure) {
            guard beginning != .greeting else { return try FoilEngine.message(line) }
            return try FluidTalk.message(line, hasImage: hasImage)
        } catch {
            throw .failure(status: error.status.code, message: error.message)
        }
    }
}

extension TurnResult {
    init(of rehearsal: Rehearsal, _ play: () throws(Rehearsal.Refusal) -> Rehearsal.Step) {
        self.init()
        do throws(Rehearsal.Refusal) {
            var step = Rehearsal.Step()
            do throws(Rehearsal.Refusal) {
                step = try play()
            } catch {
                take(error)
            }
            decision = .value(step.decision?.rawValue)
            followUp = .value(step.followUp)
            unlocks = .value(step.unlocks.map(\.machine.key))
            reply = .value(step.said?.text)
            if let answered = step.answered { explanation = { answered.explanation.lines } }
            let session = try rehearsal.session()
            state = .value(session?.stateKey.text)
            score = .value(session?.score)
            outcome = .value(session?.outcome?.rawValue)
            redirectCount = .value(session?.redirectCount)
            variables = .value(try rehearsal.variables())
        } catch {
            take(error)
        }
    }

    private mutating func take(_ refusal: Rehearsal.Refusal) {
        switch refusal {
        case .locked: error = .reason(.locked)
        case .noSession, .lost: error = .reason(.noSession)
        case .ended: error = .reason(.ended)
        case .unknownEvent: error = .reason(.unknownEvent)
        case .noOpener: error = .reason(.noOpener)
        case .nudge(.none): error = .reason(.noNudge)
        case .nudge(.cooldown): error = .reason(.nudgeCooldown)
        case .nudge(.cap): error = .reason(.nudgeCap)
        case .failure(let status, let message): (error, self.message) = (.status(status), message)
        }
    }
}

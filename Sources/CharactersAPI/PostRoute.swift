import Dialogue
import Emulator
import Exact
import HTTP

/// The character looks for something to post in a community, and may find nothing (A.3-12, B.9, F-10). Checks are in the
/// order of F-3.
struct PostRoute {
    private static let draftLimit = 3

    let gate: TokenGate
    let eye: Eye

    func find(_ call: Call) throws(Failure) -> Response {
        let caller = try gate.caller(of: call, .message)
        var body = try gate.body(of: call)
        let asked = PostRequest(&body)
        try body.check()
        let ownFloors = try asked.floors()
        try caller.mode.check("community.ref", asked.community, behind: TestMode.communityMark)
        let id = gate.emulator.requestID(of: call)
        if caller.mode == .mock { return PostReply.mock(hasAsset: asked.asset != nil).response(id) }
        let machine = try caller.machine(for: asked.platform)
        _ = try gate.emulator.playerCall(
            call,
            of: Playthrough(
                gate.emulator, account: caller.account, channel: Lead.channel(of: asked.platform, in: caller.mode),
                persona: caller.key.persona, player: ""))
        if let reason = caller.pauseReason { return PostReply.paused(reason).response(id) }
        guard let posts = machine.settings[Posts.self] else { return PostReply.disabled.response(id) }
        guard try gate.emulator.canSpend(caller.key) else { throw Caller.unpaid }

        var reply = PostReply()
        var floors = posts.floors
        for (measure, floor) in ownFloors { floors[measure] = floor }
        reply.floors = floors
        reply.vision = eye.look(at: asked.asset, of: caller.key.persona, for: call)
        guard reply.vision?.isSeen ?? true else {
            // The service's own fault, which nobody pays for (E-35).
            reply.decision = .failed
            return reply.response(id)
        }
        guard try gate.emulator.spend(caller.key) else { throw Caller.unpaid }
        let memory = CommunityMemory(emulator: gate.emulator, caller: caller, asked: asked)
        if asked.sharesAnalysis { reply.analysis = try memory.analysis() }
        var passage = Passage(asked.texts, hasImage: asked.asset != nil)
        var left: [Posts.Idea] = []
        var isAnyUsed = false
        for idea in posts.ideas where passage.fits(idea.when) {
            guard try !memory.isUsed(idea) else {
                isAnyUsed = true
                continue
            }
            left.append(idea)
            guard idea.fits(hasImage: asked.asset != nil), idea.marks.below(floors).isEmpty else { continue }
            try memory.use(idea)
            reply.decision = .post
            reply.post = PostReply.Written(idea, flair: asked.flair(of: idea))
            break
        }
        if passage.hasGivenUp { gate.emulator.warn(.matching, on: machine, of: caller.key.persona) }
        if reply.post == nil { PostRoute.refuse(left, isAnyUsed: isAnyUsed, asked, floors, &reply) }
        return reply.response(id)
    }

    /// - Parameter left: the ideas whose condition holds and that are not used up; none of them can be posted.
    private static func refuse(
        _ left: [Posts.Idea], isAnyUsed: Bool, _ asked: PostRequest, _ floors: Marks, _ reply: inout PostReply
    ) {
        let fitting = left.filter { $0.fits(hasImage: asked.asset != nil) }
        let isImage = fitting.isEmpty && !left.isEmpty
        reply.decision = .nothing
        reply.gate = isImage ? .imageFit : .community
        var counts: [Measure: Int] = [:]
        for measure in fitting.flatMap({ $0.marks.below(floors) }) { counts[measure, default: 0] += 1 }
        let most = counts.values.max()
        reply.blocking = PostReply.Blocking(
            main: Measure.allCases.first { most != nil && counts[$0] == most }?.floor
                ?? (isImage ? PostReply.Gate.imageFit.rawValue : isAnyUsed ? "used_up" : "no_ideas"),
            ideas: left.count, floors: counts, writable: fitting.count)
        guard asked.wantsDrafts else { return }
        let best = fitting.enumerated().sorted {
            ($1.element.marks.sum, $0.offset) < ($0.element.marks.sum, $1.offset)
        }
        reply.drafts = best.prefix(draftLimit).map { _, idea in
            PostReply.Draft(
                written: PostReply.Written(idea, flair: asked.flair(of: idea)), marks: idea.marks,
                below: idea.marks.below(floors))
        }
        if reply.drafts.isEmpty { reply.draftUnavailable = "no_ideas" }
    }
}

/// What a sandbox remembers of a community: what was posted there, and when it was read (F-16).
private struct CommunityMemory {
    let emulator: Emulator
    let caller: Caller
    let asked: PostRequest

    func isUsed(_ idea: Posts.Idea) throws(Failure) -> Bool {
        try emulator.number(name(of: idea), in: caller.account) != 0
    }

    func use(_ idea: Posts.Idea) throws(Failure) { try emulator.keep(1, as: name(of: idea), in: caller.account) }

    /// The character has the idea, in whatever place of the file.
    private func name(of idea: Posts.Idea) -> NumberName {
        NumberName(
            "characters idea", caller.key.persona.id.description, caller.mode.rawValue, asked.platform, asked.community,
            idea.title, idea.body)
    }

    /// The read of the community: an earlier one of the same community as it was told, else one that is kept now. All
    /// characters share it.
    func analysis() throws(Failure) -> PostReply.Analysis {
        // A number of a sandbox does not hold the seconds since 1970.
        let digest = asked.digest
        let minute = NumberName("characters analysis", caller.mode.rawValue, digest)
        let second = NumberName("characters analysis second", caller.mode.rawValue, digest)
        let now = caller.account.sandbox.now.seconds
        let kept = try emulator.number(minute, in: caller.account)
        guard kept == 0 else {
            let made = Int64(kept - 1) * 60 + Int64(try emulator.number(second, in: caller.account))
            return PostReply.Analysis(isReused: true, seconds: max(0, now - made))
        }
        try emulator.keep(Int(now / 60) + 1, as: minute, in: caller.account)
        try emulator.keep(Int(now % 60), as: second, in: caller.account)
        return PostReply.Analysis(isReused: false, seconds: 0)
    }
}

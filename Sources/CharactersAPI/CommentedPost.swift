import Dialogue
import Emulator
import Exact
import HTTP

/// A post under which a character speaks, and what it has said there (B.7, F-16). It is kept as numbers of the sandbox.
struct CommentedPost {
    /// What is counted under a post.
    enum Count: String {
        /// The character's comments and replies.
        case said
        /// Its replies in a thread.
        case replies
        /// Those to one author.
        case repliesTo = "replies to"
        /// The comments of other people that it has joined.
        case engagements
        /// Whether it has joined one of them.
        case engaged
    }

    let caller: Caller
    let machine: Machine
    /// Nil: the machine has no comments.
    let comments: Comments?
    private let emulator: Emulator
    /// The names of the character, of the platform in its mode, and of the post.
    private let place: [String]

    /// - Throws: a 404 for a platform that is not bound.
    init(_ emulator: Emulator, _ caller: Caller, platform: String, reference: String) throws(Failure) {
        self.emulator = emulator
        self.caller = caller
        machine = try caller.machine(for: platform)
        comments = machine.settings[Comments.self]
        place = [caller.key.persona.id.description, Lead.channel(of: platform, in: caller.mode), reference]
    }

    func count(_ what: Count, _ about: String...) throws(Failure) -> Int {
        try emulator.number(name(what.rawValue, about), in: caller.account)
    }

    func addOne(to what: Count, _ about: String...) throws(Failure) {
        let name = name(what.rawValue, about)
        try emulator.keep(emulator.number(name, in: caller.account) + 1, as: name, in: caller.account)
    }

    private func name(_ kind: String, _ about: [String]) -> NumberName {
        NumberName("characters \(kind)", of: place + about)
    }

    /// Makes the call one of a player's, whose faults it meets.
    /// - Parameter author: the handle of whoever wrote what is answered; nil: unknown.
    func playerCall(_ call: Call, from author: String?, on platform: String) throws(Failure) -> PlayerCall {
        try emulator.playerCall(
            call,
            of: Playthrough(
                emulator, account: caller.account, channel: Lead.channel(of: platform, in: caller.mode),
                persona: caller.key.persona, player: author ?? ""))
    }
}

// MARK: - Lines

extension CommentedPost {
    /// A text that the character is to say about another.
    struct Speech {
        let list: ReplyList
        /// The names of the thread below the post.
        let thread: [String]
        /// How often the character has spoken there.
        let turn: Int
        let target: String?
        let heard: PublicMessage
        var hasImage = false
    }

    /// The places whose bits one number holds.
    private static let places = 24

    /// Says the next line of a list, pays for it, and notes that it was said.
    /// - Returns: nil, and nothing was paid, when no line fits.
    /// - Throws: errors that the text or a script asks for; a 402 without credit.
    func say(
        _ speech: Speech, in call: PlayerCall, _ effort: inout RequestEffort
    ) throws(Failure) -> String? {
        let list = speech.list
        let counts = list.pick == .inOrder && list.replies.count > 1
        var said: [Int] = []
        for number in 0..<(counts ? (list.replies.count - 1) / CommentedPost.places + 1 : 0) {
            said.append(try emulator.number(spoken(list, number, speech.thread), in: caller.account))
        }
        let line = PublicLine(
            of: list, by: caller.key.persona, to: speech.target, about: speech.heard.text, hasImage: speech.hasImage,
            turn: speech.turn,
            spoken: Set(list.replies.indices.filter { counts && CommentedPost.has($0, said) }),
            seed: seed(list, speech.thread),
            &effort)
        if effort.hasGivenUp { emulator.warn(.matching, on: machine, of: caller.key.persona) }
        guard let line else { return nil }
        let reply = try call.answer(speech.heard, for: caller.price)
        if counts {
            let (number, bit) = line.place.quotientAndRemainder(dividingBy: CommentedPost.places)
            try emulator.keep(
                said[number] | 1 << bit, as: spoken(list, number, speech.thread), in: caller.account)
        }
        return reply ?? line.text
    }

    private static func has(_ place: Int, _ said: [Int]) -> Bool {
        said[place / places] & 1 << (place % places) != 0
    }

    private func spoken(_ list: ReplyList, _ number: Int, _ thread: [String]) -> NumberName {
        name("spoken", [list.id, String(number)] + thread)
    }

    private func seed(_ list: ReplyList, _ thread: [String]) -> UInt64 {
        let sandbox = caller.account.sandbox
        let digest = Identifiers.digest([String(sandbox.seed), sandbox.name, list.id] + place + thread)
        return UInt64(digest.prefix(16), radix: 16) ?? 0
    }
}

import Dialogue
import Emulator
import Exact
import Fixtures
import JSON
import Stories

/// `foilmock record-story`: writes a story of a session that was played.
struct RecordStory: Command {
    /// A database, a journal or a snapshot; nil: a server.
    let file: String?
    let url: String?
    let tokenFile: String?
    /// Nil: the only one with sessions.
    let sandbox: String?
    /// Nil: the one that was active last.
    let session: String?
    let fixtures: String?
    /// Nil: standard output.
    let output: String?

    static var description: CommandDescription {
        CommandDescription(
            name: "record-story", summary: "Write a story of a session that was played",
            usage: [
                "record-story [FILE] [OPTIONS]", "record-story --base-url URL --control-token-file FILE [OPTIONS]",
            ],
            about: [
                "FILE is a database that no server uses, a journal or a snapshot. The story is played at once; replies that are "
                    + "drawn otherwise in memory are left out of it, and what else differs is said."
            ],
            operands: [
                .init(
                    placeholder: "FILE", isRequired: false, help: "Where the session is kept (--base-url: on a server)")
            ],
            options: [
                CommandOption(flag: "--base-url", placeholder: "URL", help: "Ask this server's control API"),
                CommandOption(
                    flag: "--control-token-file", placeholder: "FILE", help: "With --base-url: the control API's token"),
                CommandOption(
                    flag: "--sandbox", placeholder: "NAME", help: "The session's sandbox (the only one with sessions)"),
                CommandOption(flag: "--session", placeholder: "ID", help: "Its id (the one that was active last)"),
                CommandOption(
                    flag: "--fixtures", placeholder: "DIR", help: "The personas (those that serve would use)"),
                CommandOption(flag: "--output", placeholder: "FILE", help: "Write the story here (standard output)"),
            ],
            examples: [
                .init(
                    line: "foilmock record-story journal.jsonl --output stories/a.story.json",
                    help: "The last session of a journal:"),
                .init(
                    line: "foilmock record-story --base-url http://127.0.0.1:8000 --control-token-file token",
                    help: "The last session on a server:"),
            ],
            exitCodes: [
                .init(code: "0", meaning: "a story was written"), .init(code: "1", meaning: "none was"), .usage,
            ])
    }

    init(_ input: CommandInput) throws(AppError) {
        file = input.operand(0)
        url = input["--base-url"]
        tokenFile = input["--control-token-file"]
        sandbox = input["--sandbox"]
        session = input["--session"]
        fixtures = input["--fixtures"]
        output = input["--output"]
        guard (file == nil) != (url == nil) else { throw .usage("name a FILE or a server with --base-url") }
        guard (url == nil) == (tokenFile == nil) else {
            throw .usage("--base-url and --control-token-file come together")
        }
    }

    func run(_ environment: Environment) throws(AppError) -> Int32 {
        let source = try FixtureSource.chosen(fixtures, environment)
        let loaded: LoadedFixtures
        do {
            loaded = try source.load()
        } catch {
            throw error.failure(else: "nothing is written")
        }
        let snapshot = try SessionSource(self, source, loaded, environment).snapshot(of: sandbox)
        let (story, remark) = try RecordStory.story(of: snapshot, session, loaded.catalog)
        if let remark { Terminal.error("warning: \(remark)") }
        if let output {
            try Disk.write(story, to: output)
        } else {
            try Terminal.out(story)
        }
        return App.Exit.success
    }

    /// The story of a session in a snapshot, and what does not come out again as it did; nil: all does.
    /// - Parameter id: nil: the session that was active last.
    static func story(
        of snapshot: JSONValue, _ id: String?, _ catalog: Catalog
    ) throws(AppError) -> (file: [UInt8], remark: String?) {
        var found: (session: JSONValue, player: JSONValue)?
        for player in snapshot["players"]?.array ?? [] {
            for session in player["sessions"]?.array ?? [] {
                guard id == nil || session["session_id"]?.string === id else { continue }
                // Moments of this form compare as texts.
                let isLater =
                    ExactText(session["last_message_at"]?.string ?? "")
                    > ExactText(found?.session["last_message_at"]?.string ?? "")
                if found == nil || isLater { found = (session, player) }
            }
        }
        guard let (session, player) = found else {
            throw .failure(id.map { "there is no session \"\($0)\"" } ?? "there is no session")
        }
        let persona = catalog.personas.first { $0.id.description === player["persona_id"]?.string }
        let machine = persona?.machines.first { $0.id.description === session["machine_id"]?.string }
        guard let persona, let machine else {
            throw .failure(
                "the fixtures do not have the persona or the machine of the session; name others with --fixtures DIR")
        }
        let recorder: StoryRecorder
        do throws(StoryRecorder.Refusal) {
            recorder = try StoryRecorder(session, progress: player["progress"], of: persona, on: machine)
        } catch {
            throw .failure(error.message)
        }
        return try tried(recorder, catalog)
    }

    /// Plays the story in each way in which the session can have begun, and takes the one that goes farthest.
    private static func tried(
        _ recorder: StoryRecorder, _ catalog: Catalog
    ) throws(AppError) -> (file: [UInt8], remark: String?) {
        var best: (file: [UInt8], failure: StoryVerdict.Failure)?
        for begins in recorder.beginnings {
            var exceptions = StoryRecorder.Exceptions()
            while true {
                let file = recorder.file(begins: begins, except: exceptions)
                let read = StoryFile(FixtureFile(path: "story", bytes: file), for: catalog)
                guard let story = read.stories.first else {
                    throw .failure("the session cannot be told as a story: \(read.diagnostics.first?.message ?? "")")
                }
                guard let failure = try StoryPlayer.verdict(on: story, catalog).failure else { return (file, nil) }
                if failure.mismatches.allSatisfy({ $0.isReply || $0.isResult }) {
                    if failure.mismatches.contains(where: \.isReply) { exceptions.replies.insert(failure.turn) }
                    if failure.mismatches.contains(where: \.isResult) { exceptions.expectsResults = false }
                    continue
                }
                if best.map({ $0.failure.turn < failure.turn }) ?? true { best = (file, failure) }
                break
            }
        }
        guard let best, let first = best.failure.mismatches.first else {
            throw .failure("the session has no beginning")
        }
        return (
            best.file,
            "in memory turn \(best.failure.turn) of the story comes out otherwise: \(first.key) was \(first.expected), is "
                + first.actual
        )
    }
}

extension Mismatch {
    fileprivate var isReply: Bool { key == "reply" }

    /// Whether it is about what is kept of the player, which later sessions may have changed.
    fileprivate var isResult: Bool { key == "unlocks" || key.begins(with: "variables.") }
}

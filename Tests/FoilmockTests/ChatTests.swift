import Dialogue
import Emulator
import Fixtures
import Stories
import Support
import Testing

@testable import Program

/// Plays with a built-in persona.
struct Chatting {
    let play: ChatPlay
    private let run: ChatRun

    /// - Parameters:
    ///   - clock: nil: the real one.
    ///   - starts: whether the persona may speak first.
    init(
        _ persona: String = "warden", on machine: String? = nil, begins: Story.Beginning = .greeting,
        clock: Timestamp? = Story.standardClock, starts: Bool = true
    ) throws {
        let catalog = try FixtureSource.builtIn.load().catalog
        let persona = try ChatNames.persona(persona, in: catalog)
        play = try ChatPlay(
            catalog, persona, on: try machine.map { try ChatNames.machine($0, of: persona) } ?? persona.defaultMachine,
            ChatPlay.Setting(
                player: Player(name: "Sam", gender: .nonBinary), seed: 1, clock: clock, begins: begins),
            warn: { _ in })
        run = ChatRun(play: play, folder: nil)
        if starts { _ = try play.start() }
    }

    /// What the lines lead to, as text; an error ends with `!`.
    func lines(_ lines: String...) -> [String] {
        lines.map { line in
            do throws(ChatError) {
                switch try run.result(of: try ChatLine(line)) {
                case .turn(let turn): return ChatText.turn(turn, by: play.persona).plain
                case .shown(let lines, _): return lines.joined(separator: "\n")
                case .nothing: return ""
                case .quit: return "quit"
                }
            } catch {
                return "\(error.message)!"
            }
        }
    }

    func story() throws -> Story {
        let file = StoryFile(FixtureFile(path: "s.story.json", bytes: try ChatStory(of: play).file), for: play.catalog)
        return try #require(file.stories.first)
    }
}

@Suite("A chat")
struct ChatTests {
    @Test("a reset that cannot begin anew leaves the conversation as it was")
    func failedReset() throws {
        let chat = try Chatting("warden", begins: .opener, starts: false)
        let seen = chat.lines("Nobody", "I am Kim", "/state", "/reset", "/state")
        #expect(seen[3] == "the machine has no opener!")
        #expect(seen[4] == seen[2] && seen[4].contains("s1"))
    }

    @Test("a turn shows the reply, and below it state, decision, score and why")
    func turn() throws {
        let chat = try Chatting()
        #expect(
            chat.lines("Nobody", "I am Zoe", "mercy") == [
                "Warden: That is not what we were talking about.\n  s0 · redirect · score 0 · no condition held",
                "Warden: And why should Zoe pass?\n  s0 → s1 · pass · score 3 (+3) · "
                    + #""I am Zoe" matches "(?:call me|name is|i am)\\s+(?<alias>\\p"# + "… (gate.json:20)",
                "Warden: Go.\n  s1 → open · pass · score 7 (+4) · \"mercy\" occurs in \"mercy\" (gate.json:28)\n"
                    + "  ACCEPT: the conversation has ended\n  unlocks road: /switch road",
            ])
    }

    @Test("a step is taken back, the greeting is not")
    func undo() throws {
        let chat = try Chatting()
        _ = chat.lines("I am Zoe", "/set score 9", "/jump open")
        let seen = chat.lines("/undo", "/undo", "/undo", "/undo", "I am Kim")
        #expect(
            seen.prefix(4) == [
                "taken back: /jump open\n  s1 · score 9", "taken back: /set score 9\n  s1 · score 3",
                "taken back: say \"I am Zoe\"\n  s0 · score 0", "there is no step to take back!",
            ])
        #expect(seen[4].hasPrefix("Warden: And why should Kim pass?"))
    }

    @Test("why has file and line; a greeting and a nudge have nothing to explain")
    func why() throws {
        let chat = try Chatting()
        #expect(chat.lines("/why")[0].hasSuffix("there is nothing to explain!"))
        let lines = chat.lines("mercy", "/state", "/why")[2]
        #expect(lines.contains("  personas/warden/machines/gate.json:20: s0 → s1 pass +3, priority 1: fails, "))
    }

    private static let times =
        "a time is a whole number with its unit, such as 90s, 5m, 2h or 3d, up to 100 years (36525d)"
    private static let scoreBounds =
        "the score must be a whole number from -2147483648 to 2147483647, such as /set score 5"

    static let errors = [
        ("/switch road", "the machine is locked: no link has unlocked it (/machines)"),
        ("/switch raod", "Warden has no machine \"raod\"; did you mean \"road\"?"),
        ("/jump opne", "the machine \"gate\" has no state \"opne\"; did you mean \"open\"?"),
        ("/jump nowhere", "the machine \"gate\" has no state \"nowhere\"; there are open, s0, s1"),
        ("/event wave", "the machine \"gate\" has no event \"wave\""), ("/nudge", "the machine has no nudge"),
        ("/set score high", scoreBounds), ("/set score", scoreBounds), ("/set score 2147483648", scoreBounds),
        ("/set score 99999999999999999999", scoreBounds),
        ("/set twon Highmarsh", "the persona \"warden\" has no variable \"twon\"; did you mean \"town\"?"),
        ("/set twon", "the persona \"warden\" has no variable \"twon\"; did you mean \"town\"?"),
        ("/advance soon", times), ("/advance 1000000d", times), ("/advance 99999999999999999999s", times),
        ("/advance 1.5h", times), ("/advance -5m", "the clock cannot be put back; /undo takes back the last step"),
        ("[[error 503]]", "503: The message asked for this error"),
    ]

    @Test("errors say what can be done, and are no steps", arguments: errors)
    func error(_ line: String, _ message: String) throws {
        let chat = try Chatting()
        #expect(chat.lines(line, "/undo") == ["\(message)!", "there is no step to take back!"])
    }

    @Test("a conversation that has ended is one until a step is taken back")
    func ended() throws {
        let chat = try Chatting()
        let seen = chat.lines("[[kick_out]]", "more", "/undo", "more")
        #expect(seen[0].hasSuffix("KICK_OUT: the conversation has ended"))
        #expect(seen[1] == "the conversation has ended; /undo takes back the last step, /reset begins anew!")
        #expect(seen[3].contains("redirect"))
    }

    @Test("events have what comes with them; the clock moves only when it is put forward")
    func events() throws {
        let chat = try Chatting("maya", begins: .player)
        let seen = chat.lines(
            "/event story_reaction reaction=wow x=", "/event story_reaction x", "/nudge", "/nudge", "/advance 2h",
            "/nudge", "/undo")
        #expect(seen[0] == "Maya: caught that wow\n  warm")
        #expect(seen[1].hasPrefix("what comes with an event is NAME=VALUE, ") && seen[1].hasSuffix(", not \"x\"!"))
        #expect(seen[2] == "Maya: still there?\n  warm")
        #expect(seen[3] == "the last nudge was too recent; /advance puts the clock forward!")
        #expect(seen[4...] == ["the clock is at 2026-03-10T14:00:00Z", seen[2], "taken back: nudge\n  warm"])
    }

    static let contexts: [(String, Texts?)] = [
        ("", [:]), (" \t", [:]), ("a=b", ["a": "b"]), ("a= b=c=d", ["a": "", "b": "c=d"]),
        (#"a="two words" b=c"#, ["a": "two words", "b": "c"]), (#"a="" b=say"x""#, ["a": "", "b": #"say"x""#]),
        (#"a="open"#, nil), ("a", nil), ("=b", nil),
    ]

    @Test("a value of an event has blanks when it is in quotes", arguments: contexts)
    func context(_ text: String, _ wanted: Texts?) { #expect((try? EventWords.context(of: text)) == wanted) }

    @Test("a value that was set is without the blanks around it, and a machine without a score says so")
    func values() throws {
        let chat = try Chatting()
        #expect(chat.lines("/set town   High  marsh ", "/state")[1].contains("variable town  \"High  marsh\""))
        let maya = try Chatting("maya", begins: .player)
        let error = maya.lines("/event new_follower", "/set score 5")[1]
        #expect(error == "the machine \"\(maya.play.machine.key)\" has no score: it is pass_fail!")
    }

    @Test("variables are set and removed, and machines say whether they can begin")
    func looking() throws {
        let chat = try Chatting()
        let seen = chat.lines("/set town Highmarsh", "/state", "/set town", "/state", "/machines", "/history")
        #expect(seen[1].contains("variable town  \"Highmarsh\""))
        #expect(seen[3].contains("variable town  \"Lowmarsh\""))
        #expect(seen[4] == "* gate   in s0, The Gate\n  road   locked, The Road\n  vault  locked, The Vault")
        #expect(seen[5] == "0  s0 · score 0\n   Warden: Halt. Who goes there?")
    }

    @Test("a locked machine can be the first, also after a reset")
    func first() throws {
        let chat = try Chatting(on: "The Vault")
        let greeting = try #require(chat.play.steps.first?.turn.step.said?.text)
        #expect(chat.lines("mercy", "/reset")[1].contains(greeting))
        #expect(chat.play.machine.key == "vault")
    }

    @Test("a name that several have is refused with their keys")
    func namesakes() throws {
        let folder = StoryFolderTests.folder([:])
        let text = String(
            decoding: try FixtureFolder.contents("personas/p/persona.json", below: folder.path), as: UTF8.self)
        let machine = try ChatStoryTests.machine(in: folder)
        for name in ["personas/q", "personas/q/machines"] { folder.makeFolder(name) }
        folder.write(text, to: "personas/q/persona.json")
        folder.write(machine, to: "personas/q/machines/m.json")
        let catalog = try ChatFixtures(.folder(folder.path)).load(else: "")
        let name = catalog.personas[0].name
        #expect(throws: ChatError("2 personas have the name \"\(name)\"; say which: p, q")) {
            try ChatNames.persona(name, in: catalog)
        }
        #expect(try ChatNames.persona("q", in: catalog).slug == "q")
    }

    @Test("a name stays in one line of display, a reply keeps its lines, and neither drives the terminal")
    func controls() throws {
        let folder = StoryFolderTests.folder([:])
        folder.write(#"{"name": "P\n\u001b[31m"}"#, to: "personas/p/persona.json")
        let machine = try ChatStoryTests.machine(in: folder)
        folder.write(machine.replacing("Hi.", with: #"a\nb\r\u001b[2J"#), to: "personas/p/machines/m.json")
        let catalog = try ChatFixtures(.folder(folder.path)).load(else: "")
        let play = try ChatPlay(
            catalog, catalog.personas[0], on: catalog.personas[0].defaultMachine,
            ChatPlay.Setting(
                player: Player(name: "Sam", gender: .nonBinary), seed: 1, clock: Story.standardClock, begins: .greeting),
            warn: { _ in })
        let turn = try #require(try play.start())
        let shown = ChatText.turn(turn, by: play.persona).shown(inColour: false)
        #expect(shown == #"P\n\u{1b}[31m: a"# + "\n" + #"b\u{d}\u{1b}[2J"# + "\n  s · score 0")
        #expect(try ChatText.history(play)[1].hasPrefix(#"   P\n\u{1b}[31m: a"#))
        #expect(ChatText.table([("a\nb", "c\u{1B}d")]) == [#"a\nb  c\u{1b}d"#])
    }
}

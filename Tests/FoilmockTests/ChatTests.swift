import Dialogue
import Emulator
import Fixtures
import Glibc
import Stories
import Support
import Testing

@testable import foilmock

/// Plays with a built-in persona.
struct Chatting {
    let play: ChatPlay
    private let run: ChatRun

    /// - Parameter clock: nil: the real one.
    init(
        _ persona: String = "warden", on machine: String? = nil, begins: Story.Beginning = .greeting,
        clock: Timestamp? = Story.standardClock
    ) throws {
        let catalog = try FixtureSource.builtIn.load().catalog
        let persona = try ChatNames.persona(persona, in: catalog)
        play = try ChatPlay(
            catalog, persona, on: try machine.map { try ChatNames.machine($0, of: persona) } ?? persona.defaultMachine,
            ChatPlay.Setting(
                player: Player(name: "Sam", gender: .nonBinary), seed: 1, clock: clock, begins: begins),
            warn: { _ in })
        run = ChatRun(play: play, folder: nil)
        _ = try play.start()
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

@Suite("Lines of a chat")
struct ChatLineTests {
    static let lines: [(String, ChatLine)] = [
        ("", .blank), (" \t", .blank), ("hello", .say("hello")), (" /why", .say(" /why")), ("//why", .say("/why")),
        ("///", .say("//")), ("/why", .command(.why, "")), ("/why  ", .command(.why, "")),
        ("/jump  s1 ", .command(.jump, "s1")), ("/switch The Road", .command(.switchTo, "The Road")),
        ("[[pass]] /x", .say("[[pass]] /x")),
    ]

    @Test("a line is said, or is a command; two slashes say a slash", arguments: lines)
    func line(_ text: String, _ wanted: ChatLine) throws { #expect(try ChatLine(text) == wanted) }

    static let mistakes: [(String, String)] = [
        ("/", "there is no command \"/\"; /help lists"), ("/wyh", "did you mean \"/why\"?"),
        ("/jump", "/jump needs more: /jump STATE"), ("/undo 2", "/undo takes nothing after it"),
        ("/WHY", "did you mean \"/why\"?"), (String(repeating: "é", count: 10_001), "it may have 10000 characters"),
    ]

    @Test("a command that does not exist, or has too much or too little, is refused", arguments: mistakes)
    func mistake(_ text: String, _ message: String) {
        #expect {
            try ChatLine(text)
        } throws: { error in (error as? ChatError)?.message.contains(message) == true }
    }

    @Test("every command is in the list")
    func list() { #expect(Set(ChatCommand.all) == Set(ChatCommand.allCases)) }

    static let words: [(String, String, [String])] = [
        ("/sw", "itch ", ["/switch"]), ("/s", "", ["/state", "/set", "/switch", "/save"]),
        ("/jump s", "tate_", ["state_1", "state_2"]),
        ("/jump state_2", " ", ["state_2"]), ("/jump x", "", []), ("hello", "", []), ("/nothing s", "", []),
        ("/undo s", "", []),
    ]

    @Test("Tab completes commands, and the names that can follow them", arguments: words)
    func completion(_ line: String, _ added: String, _ choices: [String]) {
        let found = ChatCompletion(line) { $0 == .jump ? ["state_1", "state_2"] : [] }
        #expect(found == ChatCompletion(added: added, choices: choices))
    }

    static func read(_ bytes: [UInt8]) throws -> [InputLine] {
        let folder = TemporaryFolder()
        try Disk.write(bytes, to: folder.place("lines"))
        let descriptor = open(folder.place("lines"), O_RDONLY)
        defer { close(descriptor) }
        let input = PlainInput(descriptor, prompt: nil)
        var lines: [InputLine] = []
        while let line = try input.next() { lines.append(line) }
        return lines
    }

    @Test("lines of a file are texts; one that is too long or no UTF-8 is skipped, and the next one counts")
    func plain() throws {
        let long = [UInt8](repeating: 0x61, count: 200_000)
        let bytes = Array("a\r\n\né\n".utf8) + [0xFF, 0x0A] + long + Array("\nb".utf8)
        #expect(
            try Self.read(bytes) == [.text("a"), .text(""), .text("é"), .notUTF8, .tooLong, .text("b")])
    }

    @Test("characters of a terminal come in any pieces, and what is no UTF-8 is marked")
    func scalars() {
        var decoder = InputScalars()
        var found: [Unicode.Scalar] = []
        var broken = 0
        for byte in Array("aé→😀".utf8) + [0xFF, 0xC3] + Array("z".utf8) {
            decoder.add([byte])
            while let scalar = decoder.next() {
                found.append(scalar)
                if decoder.wasBroken { broken += 1 }
            }
        }
        #expect(String(String.UnicodeScalarView(found)) == "aé→😀\u{FFFD}\u{FFFD}z")
        #expect(broken == 2)
    }
}

@Suite("A chat")
struct ChatTests {
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
                "taken back: a change\n  s1 · score 9", "taken back: a change\n  s1 · score 3",
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

    static let errors = [
        ("/switch road", "the machine is locked: no link has unlocked it (/machines)"),
        ("/switch raod", "Warden has no machine \"raod\"; did you mean \"road\"?"),
        ("/jump opne", "the machine \"gate\" has no state \"opne\"; did you mean \"open\"?"),
        ("/jump nowhere", "the machine \"gate\" has no state \"nowhere\"; there are open, s0, s1"),
        ("/event wave", "the machine \"gate\" has no event \"wave\""), ("/nudge", "the machine has no nudge"),
        ("/set score high", "the score must be a whole number: /set score 5"),
        ("/advance soon", "a time is a whole number with its unit, such as 90s, 5m, 2h or 3d, up to 100 years"),
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
        #expect(seen[1] == "what comes with an event is NAME=VALUE, not \"x\"!")
        #expect(seen[2] == "Maya: still there?\n  warm")
        #expect(seen[3] == "the last nudge was too recently; /advance puts the clock forward!")
        #expect(seen[4...] == ["the clock is at 2026-03-10T14:00:00Z", seen[2], "taken back: nudge\n  warm"])
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

    // MARK: Stories

    static let scenes: [(String, Story.Beginning, [String])] = [
        ("warden", .greeting, ["Nobody", "I am Zoe", "I bring help", "/switch road", "run", "/why"]),
        ("warden", .greeting, ["I am Zoe", "/undo", "I am Kim", "mercy"]),
        ("maya", .player, ["/event new_follower", "pic", "/nudge", "/advance 2h", "/nudge", "deal"]),
        ("maya", .opener, ["send a photo", "deal"]), ("maya", .opener, ["/image look", "deal"]),
        ("grumpy-barista", .greeting, ["I heard you have something rare", "no", "yes"]),
        ("bakery", .greeting, ["hello", "I love bread", "/reset", "honestly, bread"]),
    ]

    @Test("what was played is a story that passes", arguments: scenes)
    func story(_ persona: String, _ begins: Story.Beginning, _ lines: [String]) throws {
        let chat = try Chatting(persona, begins: begins)
        for line in lines { _ = chat.lines(line) }
        let story = try chat.story()
        let verdict = try StoryPlayer.verdict(on: story, chat.play.catalog)
        #expect(verdict.passed && verdict.turns > 1 && verdict.checked > verdict.turns, "\(verdict)")
        #expect(try ChatStory(of: chat.play).changed == nil)
        let shown = chat.play.steps.last { $0.turn.step.said != nil }?.turn.step.said?.text
        guard case .reply(.text(let last))? = story.turns.last?.expectations.map(\.wanted).last else {
            Issue.record("the story expects no reply at its end")
            return
        }
        #expect(last == shown)
    }

    @Test("a story cannot tell of a jump, but of what comes after a reset")
    func jumps() throws {
        let chat = try Chatting()
        _ = chat.lines("/jump s1")
        #expect(chat.lines("/save /nowhere")[0].hasPrefix("a story cannot tell of /jump and /set"))
        _ = chat.lines("/reset", "I am Zoe")
        #expect(try chat.story().turns.count == 2)
        let silent = try Chatting(begins: .player)
        #expect(silent.lines("/save /nowhere") == ["nothing was played yet!"])
    }

    @Test("in real time the clock cannot be put forward, and a story has the time that passed")
    func realTime() throws {
        let chat = try Chatting("maya", begins: .opener, clock: nil)
        #expect(chat.lines("/advance 2h")[0].hasPrefix("the clock is the real one"))
        _ = chat.lines("/nudge")
        let story = try chat.story()
        let actions = story.turns.map(\.action.description)
        #expect(actions.count == 3 && actions[1].hasPrefix("advance by ") && actions[2] == "nudge")
        #expect(try StoryPlayer.verdict(on: story, chat.play.catalog).passed)
    }

    @Test("a story of somebody else is not replaced, one's own is")
    func saving() throws {
        let folder = TemporaryFolder()
        let own = folder.place("own.story.json")
        let other = folder.write("{}", to: "other.story.json")
        let chat = try Chatting()
        let seen = chat.lines("/save \(own)", "/save \(own)", "/save \(other)", "/save \(folder.place("no/where"))")
        #expect(seen[0] == "saved; to play it: foilmock test \(own)" && seen[1] == seen[0])
        #expect(seen[2] == "there is a file \(other) already; name another!")
        #expect(seen[3].hasSuffix("no/where cannot be written: No such file or directory!"))
    }

    // MARK: Edits

    static func machine(in folder: TemporaryFolder) throws -> String {
        String(decoding: try FixtureFolder.contents("personas/p/machines/m.json", below: folder.path), as: UTF8.self)
    }

    @Test(
        "edits of the folder are taken, and the conversation keeps its place; broken ones leave the fixtures as they were"
    )
    func edits() throws {
        let folder = StoryTests.folder([:])
        let machine = try Self.machine(in: folder)
        let fixtures = ChatFixtures(.folder(folder.path))
        let catalog = try fixtures.load(else: "")
        let play = try ChatPlay(
            catalog, catalog.personas[0], on: catalog.personas[0].defaultMachine,
            ChatPlay.Setting(
                player: Player(name: "Sam", gender: .nonBinary), seed: 1, clock: Story.standardClock, begins: .greeting),
            warn: { _ in })
        _ = try play.start()
        let session = ChatSession(play, fixtures, ChatWarnings(), .text, isTerminal: true)
        #expect(session.reloaded() == nil)

        folder.write(machine.replacing("bye", with: "ciao"), to: "personas/p/machines/m.json")
        #expect(session.reloaded()?.plain == "fixtures loaded again")
        #expect(try play.take(.say("ciao", hasImage: false)).after?.outcome == .accept)
        #expect(play.steps.count == 2)

        folder.write("{", to: "personas/p/machines/m.json")
        let told = try #require(session.reloaded()?.plain)
        #expect(told.hasPrefix("\(folder.path)/personas/p/machines/m.json:1:2: error: "))
        #expect(told.hasSuffix("Error: 1 mistake in the fixtures; the ones from before go on"))
        #expect(session.reloaded() == nil)
        _ = try play.restart()
        #expect(try play.take(.say("ciao", hasImage: false)).after?.outcome == .accept)

        folder.write(machine, to: "personas/p/machines/other.json")
        folder.write(machine.replacing("\"end\"", with: "\"over\""), to: "personas/p/machines/m.json")
        #expect(session.reloaded()?.plain.hasPrefix("fixtures loaded again") == true)
        #expect(try play.look().after == nil)
        #expect(try play.restart().after != nil)
    }

    @Test("a story of steps that come out otherwise after an edit passes, and says so")
    func editedStory() throws {
        let folder = StoryTests.folder([:])
        let machine = try Self.machine(in: folder)
        let fixtures = ChatFixtures(.folder(folder.path))
        let catalog = try fixtures.load(else: "")
        let play = try ChatPlay(
            catalog, catalog.personas[0], on: catalog.personas[0].defaultMachine,
            ChatPlay.Setting(
                player: Player(name: "Sam", gender: .nonBinary), seed: 1, clock: Story.standardClock, begins: .greeting),
            warn: { _ in })
        _ = try play.start()
        _ = try play.take(.say("ciao", hasImage: false))
        folder.write(machine.replacing("bye", with: "ciao"), to: "personas/p/machines/m.json")
        try play.replace(try fixtures.load(else: ""))
        let story = try ChatStory(of: play)
        #expect(story.changed == 2)
        #expect(String(decoding: story.file, as: UTF8.self).contains(#""outcome":"ACCEPT""#))
    }
}

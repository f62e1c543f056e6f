import Dialogue
import Emulator
import Fixtures
import Glibc
import Stories
import Support
import Testing

@testable import Program

@Suite("Stories and edits of a chat")
struct ChatStoryTests {
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
        let blanks = folder.place("two words.story.json")
        let link = folder.place("link.story.json")
        symlink(folder.place("elsewhere"), link)
        let chat = try Chatting()
        #expect(chat.lines("/save \(blanks)") == ["saved; to play it: foilmock test '\(blanks)'"])
        #expect(chat.lines("/save \(link)") == ["there is a file \(link) already; name another!"])
        #expect(!Disk.exists(folder.place("elsewhere")))
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
        let folder = StoryFolderTests.folder([:])
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

    @Test("a state that is renamed while the player is in it is named, and a jump or a reset goes on")
    func lostState() throws {
        let folder = StoryFolderTests.folder([:])
        let machine = try Self.machine(in: folder)
        let fixtures = ChatFixtures(.folder(folder.path))
        let catalog = try fixtures.load(else: "")
        let warnings = ChatWarnings()
        let play = try ChatPlay(
            catalog, catalog.personas[0], on: catalog.personas[0].defaultMachine,
            ChatPlay.Setting(
                player: Player(name: "Sam", gender: .nonBinary), seed: 1, clock: Story.standardClock, begins: .greeting),
            warn: warnings.add)
        _ = try play.start()
        let session = ChatSession(play, fixtures, warnings, .text, isTerminal: true)
        let first = try #require(try play.look().after?.stateKey.text)
        folder.write(machine.replacing("\"\(first)\"", with: "\"renamed\""), to: "personas/p/machines/m.json")
        #expect(
            session.reloaded()?.plain
                == "fixtures loaded again; a player's session counts as gone: the machine \"m\" of "
                + "the persona \"p\" no longer has its state \"\(first)\"; give the state back, or begin anew")
        let error = ChatError(
            "the fixtures no longer have the state \"\(first)\", in which the conversation is; /jump STATE goes on from "
                + "another one, /reset begins anew")
        #expect(throws: error) { try play.take(.say("bye", hasImage: false)) }
        let run = ChatRun(play: play, folder: folder.path)
        for line in ["/jump renamed", "/reset"] {
            guard case .turn(let turn) = try run.result(of: try ChatLine(line)) else {
                Issue.record("\(line) makes no turn")
                continue
            }
            #expect(turn.after?.stateKey.text == "renamed", "\(line)")
            _ = try play.undo()
        }
    }

    @Test("a story of steps that come out otherwise after an edit passes, and says so")
    func editedStory() throws {
        let folder = StoryFolderTests.folder([:])
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
        #expect(story.changed == "turn 1 of m, say \"ciao\",")
        #expect(String(decoding: story.file, as: UTF8.self).contains(#""outcome":"ACCEPT""#))
    }
}

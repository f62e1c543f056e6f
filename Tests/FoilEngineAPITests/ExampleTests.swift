import Dialogue
import Emulator
import Fixtures
import JSON
import Testing

@Suite("FIXTURES.md: examples that must hold")
struct ExampleTests {
    @Test("1. Grumpy Barista: seed 003, every field shown (H-7)")
    func barista() throws {
        let visitor = try Visitor("grumpy-barista")
        let first = visitor.client.get("/api/v1/sdk/personas").json?.array?.first
        #expect(first?["name"]?.string == "Grumpy Barista")
        #expect(first?["description"]?.string == "A coffee shop NPC with a bad attitude")
        expect(
            visitor.begin(),
            [
                "message": #""Well, well... another traveler. What brings you here, Alex?""#,
                "persona_name": #""Grumpy Barista""#, "machine_id": "\"\(visitor.id("opening_scene"))\"",
            ])
        let answer = visitor.say("I heard you have something rare for sale.")
        let line = "Rare? Everything here is rare, friend. But the real question is — can you afford it?"
        expect(
            answer,
            [
                "message": "\"\(line)\"", "current_state": #""negotiation""#, "score": "15", "outcome": "null",
                "decision": #""pass""#, "follow_up": "true", "redirect_count": "0", "scoring_mode": #""scoring""#,
                "machine_completed": "false", "unlocked_machines": "[]",
            ])
    }

    @Test("1. Grumpy Barista: a recommendation gets a real answer")
    func recommendation() throws {
        let visitor = try Visitor("grumpy-barista")
        _ = visitor.begin()
        expect(
            visitor.say("What do you recommend?"),
            ["message": #""The door, Alex. Or the dark roast.""#, "decision": #""redirect""#, "redirect_count": "1"])
    }

    static let question = [
        "message": #""Be concrete: what drew you here?""#, "decision": "null", "follow_up": "true",
        "current_state": #""motive""#, "score": "0", "redirect_count": "0", "outcome": "null",
    ]

    @Test("2. Interview: maybe is asked again, then a good answer passes", arguments: ["bread", "I love to bake"])
    func interviewPass(_ line: String) throws {
        let visitor = try Visitor("bakery")
        expect(visitor.begin(), ["message": #""Sit down, Alex. Why a bakery?""#])
        let asked = visitor.say("Maybe.")
        for (key, value) in Self.question { #expect(asked[key]?.shown == value, "\(key)") }
        expect(
            visitor.say(line),
            [
                "message": #""Good. The till is 20 short at closing. What do you do?""#, "decision": #""pass""#,
                "follow_up": "false", "current_state": #""honesty""#, "outcome": "null",
            ])
        expect(visitor.say("I tell you"), ["outcome": #""ACCEPT""#, "machine_completed": "true"])
    }

    @Test("2. Interview: a second vague answer is a REJECT", arguments: ["dunno", "maybe"])
    func interviewReject(_ line: String) throws {
        let visitor = try Visitor("bakery")
        _ = visitor.begin()
        #expect(visitor.say("not sure")["follow_up"]?.shown == "true")
        expect(
            visitor.say(line),
            [
                "message": #""We are done here.""#, "decision": #""reject""#, "outcome": #""REJECT""#,
                "current_state": #""turned_down""#, "machine_completed": "true", "follow_up": "false",
            ])
    }

    @Test("2. Interview: an insult goes before the follow-up")
    func interviewInsult() throws {
        let visitor = try Visitor("bakery")
        _ = visitor.begin()
        expect(
            visitor.say("maybe, idiot"),
            ["message": #""Out.""#, "decision": #""kick_out""#, "outcome": #""KICK_OUT""#, "follow_up": "false"])
    }

    @Test("2. Interview: a vague line with no follow-up asked is a redirect")
    func interviewRedirect() throws {
        let visitor = try Visitor("bakery")
        _ = visitor.begin()
        expect(visitor.say("dunno"), ["message": #""That is not what I asked.""#, "decision": #""redirect""#])
    }

    /// Plays the gate: with a reason for a score of 7, without one for 3.
    static func gate(_ visitor: Visitor, reason: String = "Mercy!") -> Answer {
        #expect(visitor.begin("gate")["message"]?.string == "Halt. Who goes there?")
        let name = visitor.say("They call me Kestrel.")
        #expect(name["message"]?.string == "And why should Kestrel pass?")
        return visitor.say(reason)
    }

    @Test("3. Quest: the gate at score 7 unlocks the road, which greets by name and town")
    func quest() throws {
        let visitor = try Visitor("warden")
        #expect(visitor.machines == ["gate"])
        let last = Self.gate(visitor)
        expect(last, ["score": "7", "outcome": #""ACCEPT""#, "message": #""Go.""#])
        #expect(last["unlocked_machines"]?.array?.map { $0["machine_key"]?.shown } == [#""road""#])
        #expect(last["unlocked_machines"]?.array?.first?["is_auto_advance"]?.shown == "false")
        #expect(visitor.machines == ["gate", "road"])
        expect(visitor.begin("road"), ["message": #""Keep close, Kestrel. Lowmarsh is a night away.""#])
    }

    @Test("3. Quest: the gate at score 3 is an ACCEPT and unlocks nothing")
    func questMissed() throws {
        let visitor = try Visitor("warden")
        expect(
            Self.gate(visitor, reason: "Because."),
            ["score": "3", "outcome": #""ACCEPT""#, "unlocked_machines": "[]"])
        #expect(visitor.machines == ["gate"])
        #expect(visitor.begin("road").error == "Machine is locked")
    }

    @Test("3. Quest: the road unlocks the vault with auto-advance, and the vault knows the variables")
    func questVault() throws {
        let visitor = try Visitor("warden")
        _ = Self.gate(visitor)
        _ = visitor.begin("road")
        #expect(visitor.say("ready")["current_state"]?.string == "ambush")
        let last = visitor.say("hide")
        expect(
            last,
            ["message": #""They pass. Lowmarsh. You walk well, Kestrel.""#, "score": "5", "outcome": #""ACCEPT""#])
        #expect(last["unlocked_machines"]?.array?.map { $0["machine_key"]?.shown } == [#""vault""#])
        #expect(last["unlocked_machines"]?.array?.first?["is_auto_advance"]?.shown == "true")
        expect(
            visitor.begin("vault"),
            ["message": #""So it was mercy that opened the gate for Kestrel. Say the word again.""#])
        expect(visitor.say("mercy"), ["outcome": #""ACCEPT""#, "current_state": #""inside""#])
    }

    @Test("3. Quest: the fourth redirect on the road goes over the limit (G-5)")
    func questLimit() throws {
        let visitor = try Visitor("warden")
        _ = Self.gate(visitor)
        _ = visitor.begin("road")
        #expect(
            (0..<4).map { _ in visitor.say("hm")["message"]?.string ?? "" } == [
                "Save your breath.", "Quiet now.", "Last warning.",
                "Lanterns ahead, and no one we know. Hide, or talk to them?",
            ])
        expect(visitor.look("session"), ["current_state": #""ambush""#, "score": "0"])
    }

    @Test("4. Handshake engine: opener, two events, a nudge with cooldown and cap")
    func handshake() throws {
        let catalog = try Visitor("maya").client.emulator.catalog
        let entries = try #require(catalog.personas.first { $0.slug == "maya" }?.machines.first?.entries)
        #expect(entries.opener?.to.text == "warm")
        #expect(entries.opener?.says.replies.count == 2)
        #expect(entries.events.mapValues(\.to.text) == ["story_reaction": "warm", "new_follower": "warm"])
        #expect((entries.nudge?.cooldownSeconds, entries.nudge?.cap) == (3600, 2))
    }

    @Test("4. Handshake engine: messages over the SDK lead to the end, with a line for each bubble")
    func handshakeTalk() throws {
        let visitor = try Visitor("maya")
        _ = visitor.begin()
        expect(visitor.say("hi"), ["message": #""hey!\#nsaw my post?""#, "current_state": #""warm""#])
        expect(visitor.say("hm"), ["message": #""haha go on""#, "decision": #""redirect""#])
        expect(visitor.say("send a pic"), ["message": #""here you go""#, "current_state": #""pitch""#])
        expect(visitor.say("deal"), ["message": #""deal. talk soon!""#, "outcome": #""ACCEPT""#])
        #expect(visitor.say("hello?").error == "Conversation has already ended")
    }

    @Test("seed 001: the trader's greeting and reply (H-7)")
    func trader() throws {
        let visitor = try Visitor("hollow-market")
        expect(
            visitor.begin(),
            ["message": #""Well, well... another traveler. What brings you to the Hollow Market, Alex?""#])
        let line =
            "Rare? Everything here is rare, friend. But the real question is — can you afford it? Not everything costs "
            + "gold."
        expect(
            visitor.say("I heard you have something rare for sale."),
            [
                "message": "\"\(line)\"", "current_state": #""negotiation""#, "score": "1", "outcome": "null",
                "decision": #""pass""#, "follow_up": "true",
            ])
    }
}

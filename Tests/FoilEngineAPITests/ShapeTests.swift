import HTTP
import JSON
import Support
import Testing

/// The strict clients of spec F.1 break on one key more or less.
@Suite("The shape of every reply")
struct ShapeTests {
    static let messageKeys = [
        "message", "current_state", "score", "outcome", "decision", "follow_up", "redirect_count", "session_id",
        "scoring_mode", "machine_completed", "unlocked_machines",
    ]
    static let positionKeys = [
        "current_state", "score", "outcome", "player_name", "player_gender", "started_at", "last_message_at",
    ]

    @Test("a persona of the list has five keys")
    func personas() throws {
        let answer = try TestClient().get("/api/v1/sdk/personas")
        #expect(answer.status == 200)
        #expect(
            answer.json?.array?.map(\.shown) == [
                "{id:\"\(World.mira)\",name:\"Mira\",description:\"Keeps a gate\",created_at:\"2026-01-02T03:04:05Z\","
                    + "updated_at:\"2026-02-03T04:05:06Z\"}"
            ])
        let demo = try TestClient().get("/api/v1/sdk/personas", key: "pk_live_demo")
        #expect(demo.json?.array?.map { $0["name"]?.string } == ["Mira", "own"])
        #expect(demo.json?.array?.last?["description"]?.isNull == true)
    }

    @Test("init-session has eight keys")
    func begin() throws {
        let answer = try TestClient().begin()
        #expect(answer.status == 200)
        #expect(
            answer.keys == [
                "session_id", "user_session_id", "persona_name", "persona_description", "player_name", "player_gender",
                "message", "machine_id",
            ])
        #expect(answer["user_session_id"]?.string == "sam")
        #expect(answer["persona_name"]?.string == "Mira")
        #expect(answer["persona_description"]?.string == "Keeps a gate")
        #expect(answer["player_name"]?.string == "Sam")
        #expect(answer["player_gender"]?.string == "female")
        #expect(answer["message"]?.string == "Halt, Sam.")
        #expect(answer["machine_id"]?.string == World.gate)
        let own = try TestClient().begin(persona: World.own, key: "pk_live_demo")
        #expect(own["persona_description"]?.isNull == true)
        #expect(own["message"]?.string == "Hello.")
    }

    @Test("a message's reply has eleven keys, in the first turn and in the last")
    func message() throws {
        let client = try TestClient()
        let session = client.begin()["session_id"]?.string ?? ""
        let first = client.say("A friend")
        #expect(first.status == 200)
        #expect(first.keys == Self.messageKeys)
        #expect(
            first.json?.shown
                == "{message:\"Come in, then.\",current_state:\"yard\",score:2,outcome:null,decision:\"pass\","
                + "follow_up:true,redirect_count:0,session_id:\"\(session)\",scoring_mode:\"scoring\","
                + "machine_completed:false,unlocked_machines:[]}")
        #expect(client.say("what?")["redirect_count"]?.integer == 1)
        let last = client.say("gold")
        #expect(
            last.json?.shown
                == "{message:\"Welcome.\",current_state:\"hall\",score:4,outcome:\"ACCEPT\",decision:\"pass\","
                + "follow_up:false,redirect_count:0,session_id:\"\(session)\",scoring_mode:\"scoring\","
                + "machine_completed:true,unlocked_machines:[{machine_id:\"\(World.road)\",machine_key:\"road\","
                + "name:\"The Road\",is_auto_advance:true}]}")
    }

    @Test("a pass_fail machine shows its scoring_mode, and its score stays 0")
    func passFail() throws {
        let client = try TestClient()
        client.begin(World.side)
        let answer = client.say("no")
        #expect(answer.keys == Self.messageKeys)
        #expect(answer["scoring_mode"]?.string == "pass_fail")
        #expect(answer["score"]?.integer == 0)
        #expect(answer["outcome"]?.string == "REJECT")
        #expect(answer["current_state"]?.string == "room")
        #expect(answer["machine_completed"]?.bool == true)
    }

    @Test("session has ten keys")
    func session() throws {
        let client = try TestClient()
        let begun = client.begin()
        client.clock.advance(seconds: 61)
        client.say("friend")
        let answer = client.look("session")
        #expect(answer.status == 200)
        #expect(answer.keys == ["session_id", "persona_id", "machine_id"] + Self.positionKeys)
        #expect(
            answer.json?.shown
                == "{session_id:\(begun["session_id"]?.shown ?? ""),persona_id:\"\(World.mira)\","
                + "machine_id:\"\(World.gate)\",current_state:\"yard\",score:2,outcome:null,player_name:\"Sam\","
                + "player_gender:\"female\",started_at:\"2026-03-10T12:00:00Z\",last_message_at:\"2026-03-10T12:01:01Z\"}"
        )
    }

    @Test("a machine of the list has seven keys")
    func machines() throws {
        let client = try TestClient()
        client.begin(World.side)
        let answer = client.look("machines")
        #expect(answer.status == 200)
        #expect(
            answer.json?.array?.map(\.shown) == [
                "{machine_id:\"\(World.gate)\",machine_key:\"gate\",name:\"The Gate\",description:\"Where it begins\","
                    + "has_session:false,session_outcome:null,is_linked:true}",
                "{machine_id:\"\(World.side)\",machine_key:\"side\",name:\"Side Room\",description:\"Stands alone\","
                    + "has_session:true,session_outcome:null,is_linked:false}",
            ])
    }

    @Test("history has ten keys, without machine_id")
    func history() throws {
        let client = try TestClient()
        let begun = client.begin()
        let answer = client.look("history")
        #expect(answer.status == 200)
        #expect(answer.keys == ["session_id", "persona_id", "messages"] + Self.positionKeys)
        #expect(answer["session_id"]?.string == begun["session_id"]?.string)
        #expect(answer["persona_id"]?.string == World.mira)
    }

    @Test("a message of the history has eight keys")
    func historyMessage() throws {
        let client = try TestClient()
        client.begin()
        client.say("friend")
        let messages = try #require(client.look("history")["messages"]?.array)
        #expect(messages.count == 3)
        for message in messages {
            #expect(
                message.keys == [
                    "id", "role", "content", "state_key_at_time", "score_at_time", "decision", "follow_up_triggered",
                    "created_at",
                ])
        }
    }

    @Test("reset has two keys, and session_id is the player's own")
    func reset() throws {
        let client = try TestClient()
        client.begin()
        let answer = client.reset()
        #expect(answer.status == 200)
        #expect(answer.text == #"{"session_id":"sam","message":"Conversation reset successfully"}"#)
    }

    @Test("every reply is of type application/json")
    func contentType() throws {
        let client = try TestClient()
        let answers = [
            client.get("/api/v1/sdk/personas"), client.begin(), client.say("x"), client.look("session"),
            client.look("machines"), client.look("history"), client.reset(), client.look("session"), client.get("/x"),
        ]
        for answer in answers { #expect(answer.fields[.contentType] == "application/json") }
    }
}

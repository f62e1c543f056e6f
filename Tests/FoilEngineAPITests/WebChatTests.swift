import Dialogue
import Emulator
import Fixtures
import FoilEngineAPI
import HTTP
import JSON
import Store
import Support
import Testing

/// A world with users, and what they and others do on the web routes.
struct Web {
    static let ann = "00000000-0000-4000-8000-0000000000aa"
    static let ben = "00000000-0000-4000-8000-0000000000bb"
    let client: TestClient

    init(
        _ auth: FoilEngine.WebAuth = .optional, limits: RateLimits? = nil, openLimit: Int = 100,
        store: any Store = MemoryStore(), files: [FixtureFile] = Web.files
    ) throws {
        var options = FoilEngine.Options()
        options.webAuth = auth
        client = try TestClient(
            store: store, limits: limits, openLimit: openLimit, files: files, options: options)
    }

    static let files = World.files.filter { $0.path != accounts.path } + [accounts]

    static let accounts = FixtureFile(
        path: "accounts.json",
        bytes: Array(
            """
            {"accounts": [
              {"name": "demo", "keys": ["pk_live_demo"], "users": [
                {"id": "\(ann)", "email": "ann@example.com", "display_name": "Ann", "token": "ann-token"}]},
              {"name": "other", "keys": ["pk_live_other"], "users": [
                {"id": "\(ben)", "email": "ben@example.com", "token": "ben-token"}]}]}
            """.utf8))

    func call(
        _ method: HTTP.Method, _ path: String, _ body: String = "", token: String? = nil
    ) -> Answer {
        let fields = token.map { ["Authorization": "Bearer \($0)"] } ?? [:]
        return client.send(method, "/api/v1/\(path)", key: nil, body: body, fields: fields)
    }

    func chat(_ route: String, _ body: String = "", persona: String = World.mira, token: String? = nil) -> Answer {
        call(.post, "chat/\(persona)/\(route)", body, token: token)
    }

    @discardableResult
    func begin(player: String = "sam", persona: String = World.mira, machine: String? = nil, token: String? = nil)
        -> Answer
    {
        let query = machine.map { "?machine_id=\($0)" } ?? ""
        return chat(
            "init-session\(query)",
            "{\"user_session_id\":\"\(player)\",\"player_name\":\"Sam\",\"player_gender\":\"female\"}",
            persona: persona, token: token)
    }

    @discardableResult
    func say(_ line: String, player: String = "sam", token: String? = nil) -> Answer {
        chat("message", "{\"user_session_id\":\"\(player)\",\"message\":\"\(line)\"}", token: token)
    }

    func history(player: String = "sam", token: String? = nil) -> Answer {
        call(.get, "chat/\(World.mira)/history?user_session_id=\(player)", token: token)
    }

    func lines(player: String = "sam", token: String? = nil) -> [String] {
        (history(player: player, token: token)["messages"]?.array ?? [])
            .filter { $0["role"]?.string == "user" }.compactMap { $0["content"]?.string }
    }
}

@Suite("Web chat (spec A.3, H-3)")
struct WebChatTests {
    @Test("the four routes answer like those of the SDK")
    func routes() throws {
        let web = try Web()
        let begun = web.begin()
        #expect(
            begun.keys == [
                "session_id", "user_session_id", "persona_name", "persona_description", "player_name", "player_gender",
                "message", "machine_id",
            ])
        #expect(begun["message"]?.string == "Halt, Sam.")
        expect(web.say("friend"), ["current_state": #""yard""#, "score": "2", "redirect_count": "0"])
        #expect(web.history()["messages"]?.array?.count == 3)
        #expect(
            web.chat("reset?user_session_id=sam").text
                == #"{"session_id":"sam","message":"Conversation reset successfully"}"#)
        #expect(web.history().error == "No active session found")
    }

    @Test("the SDK, each user and anonymous players have sessions apart")
    func apart() throws {
        let web = try Web()
        web.client.begin(key: "pk_live_demo")
        let tokens = [nil, "ann-token", "ben-token"]
        for token in tokens { #expect(web.history(token: token).status == 404) }
        var ids: Set<String> = []
        for token in tokens {
            ids.insert(web.begin(token: token)["session_id"]?.string ?? "")
            web.say("I am \(token ?? "nobody")", token: token)
        }
        #expect(ids.count == 3)
        for token in tokens { #expect(web.lines(token: token) == ["I am \(token ?? "nobody")"]) }
        #expect(web.client.look("history", key: "pk_live_demo")["messages"]?.array?.count == 1)
    }

    @Test("a user has a session for each user_session_id")
    func devices() throws {
        let web = try Web()
        web.begin(player: "phone", token: "ann-token")
        #expect(web.history(player: "desk", token: "ann-token").status == 404)
    }

    @Test(
        "an unknown token is a 401 with the reason",
        arguments: [
            ("Bearer nobody", "it is not known here"), ("Basic YTpi", "Authorization must be Bearer <token>"),
            ("Bearer", "Authorization must be Bearer <token>"), ("ann-token", "Authorization must be Bearer <token>"),
            ("", "Authorization must be Bearer <token>"),
        ])
    func unknown(_ field: String, _ reason: String) throws {
        let web = try Web()
        let answer = web.client.send(
            .get, "/api/v1/chat/\(World.mira)/history?user_session_id=sam", key: nil, body: "",
            fields: ["Authorization": field])
        #expect(answer.status == 401)
        #expect(answer.error == "Invalid or missing token: \(reason)")
        #expect(!(answer.error ?? "").contains("nobody"))
    }

    @Test("the scheme may be written in any case (RFC 9110 §11.1)", arguments: ["bearer", "BEARER", "Bearer  "])
    func scheme(_ scheme: String) throws {
        let answer = try Web().client.send(
            .get, "/api/v1/auth/me", key: nil, body: "", fields: ["Authorization": "\(scheme) ann-token"])
        #expect(answer["display_name"]?.string == "Ann")
    }

    @Test("where a user is required, a call without a token is a 401")
    func required() throws {
        let web = try Web(.required)
        #expect(
            web.begin().error == "Invalid or missing token: send it as Authorization: Bearer <token>")
        #expect(web.begin(token: "ann-token").status == 200)
    }

    @Test("every published persona can be played by all, an unpublished one by no player")
    func personas() throws {
        let web = try Web()
        for token in [nil, "ben-token"] {
            #expect(web.begin(persona: World.own, token: token).status == 200)
            #expect(web.begin(persona: World.draft, token: token).error == "Persona is not published")
            #expect(web.begin(persona: World.nobody, token: token).status == 404)
        }
        #expect(web.begin(machine: World.road).error == "Machine is locked")
    }

    @Test("each user has limits of their own, and anonymous players share theirs (H-4)")
    func limits() throws {
        let web = try Web(limits: .init(messagesPerMinute: 1, otherPerMinute: 3))
        for token in [nil, "ann-token"] {
            web.begin(token: token)
            #expect(web.say("hm", token: token).status == 200)
            #expect(web.say("hm", player: "another", token: token).status == 429)
        }
        #expect(web.call(.get, "auth/me", token: "ann-token").status == 200)
        #expect(web.call(.get, "auth/me", token: "ann-token").status == 200)
        #expect(web.call(.get, "auth/me", token: "ann-token").status == 429)
    }
}

@Suite("Users (spec A.4)")
struct UserTests {
    @Test("auth/me returns the user of the token")
    func me() throws {
        let web = try Web()
        #expect(
            web.call(.get, "auth/me", token: "ann-token").text
                == #"{"id":"\#(Web.ann)","email":"ann@example.com","display_name":"Ann"}"#)
        #expect(web.call(.get, "auth/me", token: "ben-token")["display_name"]?.string == "ben@example.com")
        #expect(web.call(.get, "auth/me").status == 401)
    }

    private func migrate(_ web: Web, player: String = "sam", token: String = "ann-token") -> Answer {
        web.call(.post, "auth/migrate-progress", "{\"old_session_id\":\"\(player)\"}", token: token)
    }

    @Test("anonymous progress moves to the user with its unlocks, and goes on")
    func moves() throws {
        let web = try Web()
        let id = web.begin()["session_id"]?.string
        web.say("friend")
        web.say("gold")
        #expect(migrate(web).text == #"{"message":"Progress migrated successfully","migrated":1}"#)
        #expect(web.history().status == 404)
        #expect(web.history(token: "ann-token")["session_id"]?.string == id)
        #expect(web.lines(token: "ann-token") == ["friend", "gold"])
        #expect(web.begin(machine: World.road, token: "ann-token").status == 200)
        #expect(web.begin(machine: World.road).error == "Machine is locked")
        #expect(migrate(web).text.hasSuffix(#""migrated":0}"#))
        #expect(web.begin()["session_id"]?.string != id)
    }

    @Test("of two sessions on a machine the one active last stays, and no unlock is lost")
    func both() throws {
        for (anonymousIsLater, lines) in [(true, ["friend", "anonymous"]), (false, ["friend", "gold"])] {
            let web = try Web()
            let steps = [
                {
                    web.begin()
                    web.say("friend")
                    web.say("anonymous")
                },
                {
                    web.begin(token: "ann-token")
                    web.say("friend", token: "ann-token")
                    web.say("gold", token: "ann-token")
                },
            ]
            for step in anonymousIsLater ? steps.reversed() : steps {
                step()
                web.client.clock.advance(seconds: 1)
            }
            #expect(migrate(web)["migrated"]?.integer == (anonymousIsLater ? 1 : 0))
            #expect(web.lines(token: "ann-token") == lines)
            #expect(web.begin(machine: World.road, token: "ann-token").status == 200, "she had unlocked it")
            #expect(web.history().status == 404)
        }
    }

    @Test("an unlock of the anonymous player is kept when the user's session stays")
    func unlocks() throws {
        let web = try Web()
        web.begin()
        web.say("friend")
        web.say("gold")
        web.client.clock.advance(seconds: 1)
        web.begin(token: "ann-token")
        #expect(web.begin(machine: World.road, token: "ann-token").status == 403)
        #expect(migrate(web)["migrated"]?.integer == 0)
        #expect(web.begin(machine: World.road, token: "ann-token").status == 200)
    }

    @Test("a mistake is refused with its field, and nothing moves")
    func mistakes() throws {
        let web = try Web()
        web.begin()
        for (body, text) in [
            ("{}", "old_session_id is required"), (#"{"old_session_id":" "}"#, "old_session_id must not be empty"),
            (#"{"old_session_id":1}"#, "old_session_id must be a string"),
        ] {
            #expect(web.call(.post, "auth/migrate-progress", body, token: "ann-token").error == text)
        }
        #expect(web.call(.post, "auth/migrate-progress", #"{"old_session_id":"sam"}"#).status == 401)
        #expect(web.history().status == 200)
    }
}

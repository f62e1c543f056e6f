import Dialogue
import Emulator
import HTTP
import JSON
import Support
import Testing

@Suite("Test modes, vision and the self-test of the Characters API")
struct ModeTests {
    @Test("an unknown mode is a 400 that names the three", arguments: ["MOCK", "test", " mock x"])
    func unknown(_ mode: String) throws {
        let answer = try Studio().chat("hi", "test_a", mode: mode)
        #expect(answer.status == 400)
        #expect(answer.message?.contains("live, mock or sandbox") == true)
    }

    @Test("an empty mode is live")
    func empty() throws { #expect(try Studio().chat("hi", mode: "").bubbles == ["hey!", "saw my post?"]) }

    @Test("in a test mode a handle begins with test_", arguments: ["mock", "sandbox"])
    func prefix(_ mode: String) throws {
        let studio = try Studio()
        for answer in [
            studio.chat("hi", "mark", mode: mode), studio.trigger("outreach", "1", "mark", mode: mode),
            studio.pay("purchase", "1", "mark", mode: mode),
        ] {
            #expect(answer.status == 400)
            #expect(answer.message?.hasPrefix("handle must begin with test_") == true)
        }
    }

    @Test("mock answers by the handle, for any token, and writes nothing")
    func mock() throws {
        let studio = try Studio(
            account: """
                , "connector_tokens": [{"token": "ftc_live_x", "persona": "maya", "machine": "dm", "credits": 0,
                                        "paused": "plan_limit"}]
                """, persona: #", "platforms": {}"#)
        func chat(_ handle: String) -> Answer { studio.chat("yo", handle, token: "ftc_live_x", mode: "mock") }
        #expect(chat("test_x").bubbles == ["hey!", "mock reply to: yo"])
        #expect(chat("test_photo").bubbles == [""])
        let photos = try #require(chat("test_photos").photos)
        #expect(photos.count == 2)
        for url in photos {
            let picture = studio.send(.get, String(url.dropFirst("http://mock:8000".count)), fields: [:])
            #expect(picture.status == 200)
            #expect(picture.fields[.contentType] == "image/png")
        }
        #expect(
            studio.trigger("nonsense", "1", "test_x", token: "ftc_live_x", mode: "mock").bubbles?.count == 1)
        #expect(
            studio.pay("purchase", "1", "test_x", token: "ftc_live_x", mode: "mock")["applied"]?.bool == true)
        #expect(try studio.sessions(of: "demo").isEmpty)
        #expect(chat("test_x").body.count == chat("test_x").body.count)
    }

    @Test("sandbox has leads of its own")
    func sandbox() throws {
        let studio = try Studio()
        let first = studio.chat("hi", "test_a", mode: "sandbox")
        #expect(studio.chat("yes", "test_a", mode: "sandbox").session == first.session)
        #expect(studio.chat("hi", "test_a").session != first.session)
        #expect(try studio.sessions().map(\.channel) == ["characters-test:instagram", "characters:instagram"])
    }

    @Test(
        "what is seen of an image follows from its URL",
        arguments: [
            ("https://cdn.example/a.jpg", true, "image", "an image"),
            ("https://cdn.example/a.MP4?x=1", true, "video", "a video"),
            ("http://u:p@upload.wikimedia.org/x", false, "image", ""), ("http://x.invalid.:80/x", false, "image", ""),
            ("https://upload.wikimedia.org/a.jpg", false, "image", ""), ("http://x.invalid/a", false, "image", ""),
            ("ftp://cdn.example/a.jpg", false, "image", ""), ("data:image/png;base64,AA==", false, "image", ""),
            ("nonsense", false, "image", ""), ("http://mock:8000/nothing.jpg", false, "image", ""),
            ("http://MOCK:8000/api/v1/characters/samples/photo-1.png", true, "image", "an image (image/png"),
            ("http://mock:8000/@cart/api/v1/characters/samples/photo-1.png", true, "image", "an image (image/png"),
            (
                "http://mock:8000/api/v1/characters/media/\(Studio.persona)/a%20b%2F%C3%A9.jpg", true, "image",
                "an image (image/jpeg, 7 bytes)"
            ),
            ("https://told.example/cat/1", true, "video", "a cat"),
            ("https://told.example/dog/1", false, "image", ""),
        ])
    func vision(_ url: String, _ seen: Bool, _ kind: String, _ text: String) throws {
        let studio = try Studio(
            persona: """
                , "vision": [{"url": "https://told.example/cat/*", "kind": "video", "description": "a cat"},
                             {"url": "*told*dog*", "seen": false, "reason": "blurred"}]
                """)
        let vision = studio.chat("look", more: #", "image_url": "\#(url)""#)["vision"]
        #expect(vision?["seen"]?.bool == seen, "\(url)")
        #expect(vision?["kind"]?.string == kind)
        #expect(vision?["description"]?.string?.hasPrefix(text) == true)
        #expect(vision?["reason"]?.string == (seen ? nil : url.contains("dog") ? "blurred" : "vision_failed"))
    }

    @Test("an image that is not seen does not count as one")
    func unseen() throws {
        let studio = try Studio()
        _ = studio.chat("hi")
        #expect(studio.chat("a", more: #", "image_url": "http://x.invalid/a""#).bubbles == ["haha go on"])
        #expect(studio.chat("b", more: #", "image_url": "http://x.example/a""#).bubbles == ["here", "you go", ""])
    }

    @Test("the self-test is good, and an unbound platform is a failed check")
    func selfTest() throws {
        let studio = try Studio(persona: #", "platforms": {"instagram": "dm"}"#)
        let good = studio.get("self-test", query: "platform=instagram")
        #expect(good["ok"]?.bool == true, "\(good.text)")
        #expect(good["platforms"]?.array?.compactMap(\.string) == ["instagram"])
        #expect(good["fireable_event_ids"]?.array?.first?.string == "outreach")
        #expect(good["photo_vault"]?["photos"]?.integer == 1)
        #expect(good["checks"]?.array?.allSatisfy { $0["ok"]?.bool == true } == true)
        let bad = studio.get("self-test", query: "platform=threads")
        #expect(bad.status == 200)
        #expect(bad["ok"]?.bool == false)
        #expect(bad["checks"]?.array?.filter { $0["ok"]?.bool == false }.map { $0["name"]?.string } == ["binding"])
        #expect(try Studio().get("self-test")["platforms"]?.array?.compactMap(\.string) == ["*"])
    }

    @Test("the API describes itself without a token")
    func openAPI() throws {
        let answer = try Studio().send(.get, "/api/v1/characters/openapi.json", fields: [:])
        let paths = try #require(answer.json?["paths"]?.members).map(\.key)
        #expect(!paths.isEmpty)
        #expect(paths.allSatisfy { $0.hasPrefix("/api/v1/characters/") })
    }
}

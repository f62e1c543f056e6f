import Crypto
import HTTP
import JSON
import Store
import Support
import Testing

@testable import CharactersAPI

@Suite("Files as Base64 in the Characters API")
struct MediaTests {
    static let png: [UInt8] = [0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A, 1]
    static let mp4: [UInt8] = [0, 0, 0, 24] + Array("ftypisom".utf8)
    static let heic: [UInt8] = [0, 0, 0, 24] + Array("ftypheic".utf8)

    static func body(_ bytes: [UInt8], _ more: String = #""post_ref": "p1""#) -> String {
        #"{"platform": "instagram", "data_b64": "\#(Base64.encode(bytes))", \#(more)}"#
    }

    /// A route, the bytes, more members, and the ending of the URL; nil: the file is refused.
    static let files: [(String, [UInt8], String, String?)] = [
        ("inbound-media", Studio.jpeg, #""filename": "a.png""#, ".jpg"),
        ("inbound-media", png, #""content_type": "image/jpeg""#, ".png"),
        ("inbound-media", mp4, #""filename": "x""#, ".mp4"), ("inbound-media", Array("ab".utf8), #""a": 1"#, nil),
        ("inbound-media", Array("ab".utf8), #""content_type": "image/png""#, ".png"),
        ("inbound-media", Array("ab".utf8), #""filename": "a.WEBM""#, ".webm"),
        ("inbound-media", Array("ab".utf8), #""content_type": "text/html", "filename": "a.html""#, nil),
        ("comments/media", Studio.jpeg, #""post_ref": "p1""#, ".jpg"),
        ("comments/media", heic, #""post_ref": "p1""#, ".heic"), ("comments/media", mp4, #""post_ref": "p1""#, nil),
        ("posts/media", Studio.jpeg, #""community_ref": "r/x", "content_type": "image/png""#, ".jpg"),
        ("posts/media", png, #""community_ref": "r/x""#, ".png"),
        ("posts/media", Array("GIF89a".utf8), #""community_ref": "r/x""#, ".gif"),
        ("posts/media", Array("RIFF....WEBP".utf8), #""community_ref": "r/x""#, ".webp"),
        ("posts/media", mp4, #""community_ref": "r/x", "content_type": "image/png""#, nil),
        ("posts/media", heic, #""community_ref": "r/x", "filename": "a.png""#, nil),
        ("posts/media", Array("ab".utf8), #""community_ref": "r/x", "content_type": "image/png""#, nil),
    ]

    @Test("a file's type is told by its bytes, else by its label, else by its name", arguments: files)
    func type(_ route: String, _ bytes: [UInt8], _ more: String, _ ending: String?) throws {
        let studio = try Studio(machine: Studio.posts)
        let answer = studio.post(route, Self.body(bytes, more))
        guard let ending else {
            #expect(answer.status == 400)
            #expect(answer.json?["error"]?["message"]?.string?.hasPrefix("data_b64: JPEG, PNG") == true)
            return
        }
        let url = try #require(answer["url"]?.string)
        #expect(url.hasPrefix("http://mock:8000/api/v1/characters/uploads/") && url.hasSuffix(ending))
        let file = studio.send(.get, String(url.dropFirst("http://mock:8000".count)), fields: [:])
        #expect(file.body == bytes)
    }

    @Test("a file whose bytes are of its type is seen, another one not")
    func vision() throws {
        let studio = try Studio()
        for (bytes, kind, isSeen) in [(Self.png, "image", true), (Self.mp4, "video", true), ([1, 2], "image", false)] {
            let sent = studio.post("inbound-media", Self.body(bytes, #""content_type": "image/png""#))
            let url = try #require(sent["url"]?.string)
            let answer = studio.post(
                "chat", #"{"platform": "instagram", "handle": "\#(kind)\#(isSeen)", "image_url": "\#(url)"}"#)
            #expect(answer["vision"]?["seen"]?.bool == isSeen)
            #expect(answer["vision"]?["kind"]?.string == kind)
            #expect(answer["vision"]?["reason"]?.string == (isSeen ? nil : "vision_failed"))
        }
    }

    static let refused: [(String, String, Int, String)] = [
        ("inbound-media", #"{"platform": "instagram"}"#, 422, "data_b64: Field required"),
        ("inbound-media", #"{"platform": "instagram", "data_b64": null}"#, 422, "data_b64: Field required"),
        ("inbound-media", #"{"platform": "instagram", "data_b64": 5}"#, 422, "data_b64: must be a text"),
        ("inbound-media", #"{"platform": "instagram", "data_b64": ""}"#, 400, "data_b64: the file is empty"),
        ("inbound-media", #"{"platform": "instagram", "data_b64": "Zg"}"#, 400, "data_b64 must be Base64"),
        (
            "inbound-media", #"{"platform": "instagram", "data_b64": "data:image/png;base64,Zg=="}"#, 400,
            "data_b64 must"
        ),
        ("inbound-media", #"{"data_b64": "Zg=="}"#, 422, "platform: Field required"),
        ("comments/media", #"{"platform": "instagram", "data_b64": "Zg=="}"#, 422, "post_ref: Field required"),
        ("posts/media", #"{"platform": "reddit", "data_b64": "Zg=="}"#, 422, "community_ref: Field required"),
        ("posts/media", #"{"platform": "reddit", "community_ref": "x", "data_b64": ""}"#, 400, "data_b64: the file is"),
        ("posts/media", #"{"platform": "reddit", "community_ref": "x", "data_b64": "Zg"}"#, 400, "data_b64 must be"),
        ("inbound-media", #"{"data_b64": "Zg=="#, 400, "The body must be a JSON object"),
        ("inbound-media", #"["data_b64"]"#, 400, "The body must be a JSON object"),
        (
            "inbound-media", #"{"filler": "\#(String(repeating: "a", count: 65_536))", "data_b64": "Zg=="}"#, 413,
            "the body has more than 65536 bytes beside data_b64"
        ),
    ]

    @Test("a wrong body is refused, and the error names the field", arguments: refused)
    func wrong(_ route: String, _ body: String, _ status: Int, _ message: String) throws {
        let answer = try Studio(machine: Studio.posts).post(route, body)
        #expect(answer.status == status)
        #expect(answer.json?["error"]?["message"]?.string?.hasPrefix(message) == true)
    }

    @Test("the limit counts decoded bytes")
    func limit() throws {
        let studio = try Studio(uploadBytes: 10)
        #expect(studio.post("inbound-media", Self.body(Self.png + [0])).status == 200)
        let answer = studio.post("inbound-media", Self.body(Self.png + [0, 0]))
        #expect(answer.status == 413)
        #expect(answer.json?["error"]?["code"]?.string == "payload_too_large")
    }

    @Test(
        "for a character that writes no posts, or is paused, nothing is kept, whatever the file is; one too large is a 413",
        arguments: [
            ("ftc_test_a", "ignore_reason", "posts_disabled"), ("ftc_test_a+paused", "pause_reason", "plan_limit"),
        ])
    func withheld(_ token: String, _ member: String, _ reason: String) throws {
        let store = MemoryStore()
        let studio = try Studio(store: store, uploadBytes: 10)
        for data in [Base64.encode(Self.png), Base64.encode([1, 2]), "Zg", ""] {
            let answer = studio.post(
                "posts/media", #"{"platform": "reddit", "community_ref": "r/x", "data_b64": "\#(data)"}"#, token: token)
            #expect(answer.status == 200)
            #expect(answer["url"]?.isNull == true)
            #expect(answer[member]?.string == reason)
            #expect(answer["explain"]?.string != nil)
        }
        let large = Self.body(Self.png + [0, 0], #""community_ref": "r/x""#)
        #expect(studio.post("posts/media", large, token: token).status == 413)
        #expect(store.uploads().isEmpty)
    }

    @Test("mock answers with a sample and keeps nothing; a reference of a test mode begins with test_")
    func modes() throws {
        let studio = try Studio()
        let mock = studio.post("comments/media", Self.body([1], #""post_ref": "test_p""#), mode: "mock")
        #expect(mock["url"]?.string == "http://mock:8000/api/v1/characters/samples/photo-1.png")
        #expect(studio.post("comments/media", Self.body(Self.png), mode: "mock").status == 400)
        #expect(studio.post("comments/media", Self.body(Self.png), mode: "sandbox").status == 400)
        #expect(studio.post("inbound-media", Self.body(Self.png), mode: "sandbox").status == 200)
        let community = #""community_ref": "r/test_p""#
        let canned = studio.post("posts/media", Self.body([1], community), mode: "mock")
        #expect(canned["url"]?.string == mock["url"]?.string)
        #expect(canned["ignore_reason"]?.isNull == true)
        #expect(studio.post("posts/media", Self.body([1], #""community_ref": "r/p""#), mode: "mock").status == 400)
        #expect(studio.post("posts/media", Self.body(Self.png, community), mode: "sandbox").reason == "posts_disabled")
    }
}

import ControlAPI
import Embedded
import HTTP
import Support
import Testing

@Suite("The page for browsers")
struct PageTests {
    private static func send(
        _ path: String, _ method: HTTP.Method = .get, host: String = "localhost:8000"
    ) throws -> Answer {
        try ControlClient().send(method, "/_foilmock/\(path)", fields: ["Host": host])
    }

    static let types = [
        ("", "text/html; charset=utf-8"), ("index.html", "text/html; charset=utf-8"),
        ("page.css", "text/css; charset=utf-8"), ("main.js", "text/javascript; charset=utf-8"),
        ("dagre.min.js", "text/javascript; charset=utf-8"), ("icon.svg", "image/svg+xml"),
    ]

    @Test("each file has its type, and a policy that allows nothing but the page's own files", arguments: types)
    func file(_ path: String, _ type: String) throws {
        let answer = try Self.send(path)
        #expect(answer.status == 200)
        #expect(answer.fields[.contentType] == type)
        let policy = try #require(answer.fields[.contentSecurityPolicy])
        #expect(policy.hasPrefix("default-src 'none'; ") && policy.hasSuffix("; frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe") && !policy.contains("http"))
        #expect(answer.fields[.contentTypeOptions] == "nosniff")
        #expect(answer.fields[.referrerPolicy] == "no-referrer")
        #expect(answer.fields[.cacheControl] == "no-cache")
    }

    @Test("the page's own files are those of its folder, byte for byte, and Dagre is there too")
    func folder() throws {
        let shipped = try Repository.files(below: "Sources/Embedded/page")
        let names = shipped.map { String($0.dropFirst("Sources/Embedded/page/".count)) }
        let embedded = (0..<embedded_page_file_count()).map { String(cString: embedded_page_file($0).path) }
        #expect(embedded.sorted() == (names + ["dagre.min.js"]).sorted())
        for (path, name) in zip(shipped, names) {
            #expect(try Self.send(name).text == String(decoding: Repository.bytes(path), as: UTF8.self), "\(name)")
        }
    }

    @Test("the page answers to the control API's hosts alone", arguments: ["", "main.js"])
    func host(_ path: String) throws {
        #expect(try Self.send(path, host: "evil.example").status == 403)
    }

    @Test("another name is a 404, another method a 405", arguments: ["none.js", "..", "Main.js", "main.js%00"])
    func unknown(_ path: String) throws {
        #expect(try Self.send(path).status == 404)
        #expect(try Self.send("main.js", .post).status == 405)
    }
}

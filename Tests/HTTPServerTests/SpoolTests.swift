import Glibc
import HTTP
import HTTPServer
import Support
import Testing

@Suite("Bodies that go to a file")
struct SpoolTests {
    /// Bytes of which no two parts are equal, so that a wrong order is seen.
    private static func content(_ count: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: 1)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            let number = generator.next()
            withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
        }
        return Array(bytes.prefix(count))
    }

    private static let header = "POST /spooled HTTP/1.1\r\nHost: x\r\n\(last)"

    /// A world in which the body of `/spooled` is looked at while the handler has it.
    private final class Upload {
        let folder = TemporaryFolder()
        let world: World
        private(set) var body: [UInt8] = []
        private(set) var wasFile: Bool?
        private(set) weak var file: (any BodyFile)?
        /// Descriptors without a name in the folder, as the system lists them, while the handler ran.
        private(set) var openWhileAsked = 0

        init(limit: Int = 11 << 20, folder path: String? = nil) throws {
            world = try World(spoolFolder: path ?? folder.path)
            world.handler.spoolLimit = limit
            world.handler.whenAsked = { [unowned self] request in
                body = (try? request.body.bytes()) ?? []
                if case .file(let file) = request.body { self.file = file }
                if case .file = request.body { wasFile = true } else { wasFile = false }
                openWhileAsked = openFiles
            }
        }

        /// Files of the folder that the process holds open.
        var openFiles: Int {
            (0..<1024).count { number in
                var path = [CChar](repeating: 0, count: 4096)
                let length = readlink("/proc/self/fd/\(number)", &path, path.count)
                guard length > 0 else { return false }
                return String(decoding: path[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
                    .hasPrefix(folder.path + "/")
            }
        }

        /// Sends all of it as the server takes it, and returns what came back until the server closed.
        func exchange(_ bytes: [UInt8]) throws -> String {
            let client = try world.client()
            var rest = bytes[...]
            #expect(
                world.run(client) { client in
                    rest = rest.dropFirst(client.send(Array(rest.prefix(1 << 18))))
                    return client.hasEnded
                })
            return client.text
        }
    }

    @Test("10 MiB arrive unchanged in a file without a name, which is closed after the answer")
    func large() throws {
        let upload = try Upload()
        let content = Self.content(10 << 20)
        let text = try upload.exchange(Array((Self.header + "Content-Length: \(content.count)\r\n\r\n").utf8) + content)
        #expect(bodies(text) == ["200 POST /spooled"])
        #expect(upload.body == content)
        #expect(upload.wasFile == true)
        #expect(upload.openWhileAsked == 1)
        #expect(upload.file == nil)
        #expect(upload.openFiles == 0)
    }

    @Test(
        "Up to 64 KiB of a body stay in memory", arguments: [(0, false), (1, false), (65_536, false), (65_537, true)])
    func threshold(count: Int, isFile: Bool) throws {
        let upload = try Upload()
        let content = Self.content(count)
        let text = try upload.exchange(Array((Self.header + "Content-Length: \(content.count)\r\n\r\n").utf8) + content)
        #expect(bodies(text) == ["200 POST /spooled"])
        #expect(upload.body == content)
        #expect(upload.wasFile == isFile)
    }

    @Test("A chunked body arrives unchanged")
    func chunked() throws {
        let upload = try Upload()
        let content = Self.content(300_000)
        var bytes = Array((Self.header + "Transfer-Encoding: chunked\r\n\r\n").utf8)
        for start in stride(from: 0, to: content.count, by: 7001) {
            let chunk = content[start..<min(start + 7001, content.count)]
            bytes += Array((String(chunk.count, radix: 16) + "\r\n").utf8) + chunk + Array("\r\n".utf8)
        }
        #expect(bodies(try upload.exchange(bytes + Array("0\r\n\r\n".utf8))) == ["200 POST /spooled"])
        #expect(upload.body == content)
        #expect(upload.wasFile == true)
    }

    @Test("A body beyond the limit is refused: by its length before it arrives, or when its chunks pass the limit")
    func limit() throws {
        let upload = try Upload(limit: 100_000)
        for field in ["", "Expect: 100-continue\r\n"] {
            let text = try upload.exchange(Array((Self.header + "\(field)Content-Length: 100001\r\n\r\n").utf8))
            #expect(bodies(text) == ["413 /spooled The body has more than 100000 bytes, the most that are taken here"])
        }
        let chunk = Array("186a1\r\n".utf8) + Self.content(100_001)
        let text = try upload.exchange(Array((Self.header + "Transfer-Encoding: chunked\r\n\r\n").utf8) + chunk)
        #expect(bodies(text) == ["413 /spooled The body has more than 100000 bytes, the most that are taken here"])
        #expect(upload.wasFile == nil)
        #expect(upload.openFiles == 0)
    }

    @Test("A client that waits for 100 Continue gets it, and its body goes to the file")
    func continues() throws {
        let upload = try Upload()
        let client = try upload.world.client()
        client.send(Self.header + "Expect: 100-continue\r\nContent-Length: 100000\r\n\r\n")
        #expect(upload.world.run(client) { $0.text == "HTTP/1.1 100 Continue\r\n\r\n" })
        let content = Self.content(100_000)
        var rest = content[...]
        #expect(
            upload.world.run(client) { client in
                rest = rest.dropFirst(client.send(Array(rest)))
                return client.hasEnded
            })
        #expect(upload.body == content)
        #expect(upload.wasFile == true)
    }

    @Test("A client that leaves in the middle of a body leaves no file behind", arguments: [false, true])
    func leaving(byReset: Bool) throws {
        let upload = try Upload()
        let client = try upload.world.client()
        client.send(Self.header + "Content-Length: 200000\r\n\r\n")
        var rest = Self.content(150_000)[...]
        #expect(
            upload.world.run(client) { client in
                rest = rest.dropFirst(client.send(Array(rest)))
                return rest.isEmpty && upload.openFiles == 1
            })
        if byReset { client.reset() } else { client.close() }
        #expect(upload.world.run { upload.openFiles == 0 })
        #expect(upload.wasFile == nil)
    }

    @Test("A malformed body leaves no file behind, though the client stays")
    func malformed() throws {
        let upload = try Upload()
        let bytes = Array((Self.header + "Transfer-Encoding: chunked\r\n\r\n186a0\r\n").utf8) + Self.content(100_000)
        let client = try upload.world.client()
        var rest = (bytes + Array("nonsense".utf8))[...]
        #expect(
            upload.world.run(client) { client in
                rest = rest.dropFirst(client.send(Array(rest)))
                return client.text.hasPrefix("HTTP/1.1 400 ") && upload.openFiles == 0
            })
        #expect(upload.wasFile == nil)
    }

    @Test("A folder that cannot be written is a 503 in the handler's words, and the connection closes")
    func unwritable() throws {
        let upload = try Upload(folder: "/nowhere")
        let content = Self.content(100_000)
        let text = try upload.exchange(
            Array("POST /spooled HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n".utf8) + content)
        let message = "The body could not be written to a temporary file: No such file or directory"
        #expect(bodies(text) == ["503 /spooled \(message)"])
        #expect(upload.wasFile == nil)
        #expect(bodies(upload.world.exchange(try upload.world.client(), get("/a", last))) == ["200 GET /a "])
    }
}

import Glibc
import HTTP
import Support
import Testing

@testable import HTTPServer

@Suite("The file of a body")
struct SpoolFileTests {
    @Test("Appended bytes are read back, whole and in part, and the file has no name in its folder")
    func appending() throws {
        let folder = TemporaryFolder()
        let file = try SpoolFile(in: folder.path)
        try file.append([1, 2, 3])
        try file.append([])
        try file.append([4, 5])
        #expect(file.count == 5)
        #expect(try file.read(0..<5) == [1, 2, 3, 4, 5])
        #expect(try file.read(2..<4) == [3, 4])
        #expect(try file.read(5..<5) == [])
        #expect(rmdir(folder.path) == 0)
    }

    @Test("A full disk is a 503 that names the reason")
    func fullDisk() throws {
        let file = SpoolFile(owning: open("/dev/full", O_RDWR))
        let error = #expect(throws: ProtocolError.self) { try file.append([1]) }
        #expect(error?.status == .unavailable)
        #expect(error?.message == "The body could not be written to a temporary file: No space left on device")
        #expect(file.count == 0)
    }

    @Test("A file that returns fewer bytes than asked for is a 503")
    func lost() throws {
        let file = try SpoolFile(in: "/tmp")
        try file.append([1, 2, 3])
        #expect(
            throws: ProtocolError(
                .unavailable, "The body could not be read back from its temporary file: Input/output error")
        ) {
            try file.read(0..<4)
        }
    }

    @Test("A disk that fails in the middle of a body ends the request, and frees the file")
    func failing() throws {
        var limits = Limits()
        limits.spoolThreshold = 4
        var script = Script(limits)
        script.bodyPlan = .spool(limit: 10)
        let head = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
        #expect(script.receive(head + "1234") == .wait)
        #expect(script.receive("56") == .spool(Array("123456".utf8), onto: nil))
        weak var held: SpoolFile?
        do {
            let file = try SpoolFile(in: "/tmp")
            held = file
            #expect(script.state.spooled(onto: file, at: script.now) == .wait)
            #expect(script.receive("7") == .spool(Array("7".utf8), onto: file))
        }
        #expect(held != nil)
        let error = ProtocolError(.unavailable, "full")
        #expect(brief(script.state.bodyFailed(error, at: script.now)) == "reject 503 /a")
        #expect(held == nil)
        #expect(!script.state.keepsAlive)
        #expect(script.sent() == .close)
    }

    @Test("Bytes that go to the file are not kept in memory, and all later pieces go there too")
    func memory() throws {
        var body = IncomingBody(limit: 10, memoryLimit: 4)
        #expect(try body.take([1, 2, 3, 4]) == nil)
        #expect(body.bytes == [1, 2, 3, 4])
        #expect(try body.take([5]) == [1, 2, 3, 4, 5])
        #expect(body.bytes.isEmpty)
        body.file = try SpoolFile(in: "/tmp")
        #expect(try body.take([6]) == [6])
        #expect(body.bytes.isEmpty)
        #expect(throws: body.tooLarge) { try body.take([7, 8, 9, 10, 11]) }
    }

    @Test("A request with a file is handled when its last piece is written")
    func handing() throws {
        var limits = Limits()
        limits.spoolThreshold = 4
        var script = Script(limits)
        script.bodyPlan = .spool(limit: 10)
        let file = try SpoolFile(in: "/tmp")
        let text = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n123456GET /b HTTP/1.1\r\n"
        #expect(script.receive(text) == .spool(Array("123456".utf8), onto: nil))
        guard case .handle(let request) = script.state.spooled(onto: file, at: script.now) else {
            Issue.record("no request")
            return
        }
        #expect(request.body == .file(file))
    }
}

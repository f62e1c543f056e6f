import EventLoop
import Glibc
import JSON
import Support
import Testing

@testable import Program

@Suite("Answers of HTTP")
struct AnswerReaderTests {
    /// An answer, its status, its body, and whether it is whole without the end of the connection.
    static let whole: [(String, Int, String, Bool)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\":\"b\"}", 200, "{\"a\":\"b\"}", true),
        ("HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n", 200, "", true),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, "", true), ("HTTP/1.0 503 Busy\r\nx: y\r\n\r\nz", 503, "z", false),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", true),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n5;x=y\r\n:\"b\"}\r\n0\r\n\r\n", 200,
            "{\"a\":\"b\"}", true
        ),
    ]

    @Test(
        "an answer is whole when its length, its last chunk or else the end has come, in whatever pieces",
        arguments: whole)
    func answer(_ text: String, _ status: Int, _ body: String, _ isSelfContained: Bool) {
        for size in [1, 3, text.utf8.count] {
            var reader = AnswerReader()
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                #expect(!reader.isWhole || rest.starts(with: "\r\n".utf8) || rest.elementsEqual("\n".utf8))
                reader.take(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(reader.isWhole == isSelfContained && reader.end() && !reader.isForeign)
            #expect((reader.status, String(decoding: reader.body, as: UTF8.self)) == (status, body))
        }
    }

    static let cut = [
        "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\":1}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n{",
    ]

    @Test("an answer that is cut short is not whole", arguments: cut)
    func short(_ text: String) {
        var reader = AnswerReader()
        reader.take(text.utf8)
        #expect(!reader.end() && !reader.isForeign)
    }

    static let foreign = [
        "SSH-2.0\r\n", "HTTP/1.1 OK\r\n\r\n", "HTTP/1.1 99 X\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7fffffffffffffff\r\n{",
    ]

    @Test("what is no answer is known as such at once", arguments: foreign)
    func other(_ text: String) {
        var reader = AnswerReader()
        reader.take(text.utf8)
        #expect(reader.isForeign)
    }

    /// Bodies, and what is wrong with them as the answer to a message.
    static let shapes: [(String, String?)] = [
        (full, nil), ("<html>", "the answer is no JSON object"), ("[]", "the answer is no JSON object"),
        ("{}", "the answer has no \"current_state\""),
        (full.replacing("\"decision\": \"pass\", ", with: ""), "the answer has no \"decision\""),
        (full.replacing("\"score\": 1", with: "\"score\": \"1\""), "\"score\" of the answer is not a whole number"),
        (full.replacing("\"pass\"", with: "7"), "\"decision\" of the answer is not a text or null"),
        (full.replacing("\"pass\"", with: "null"), nil),
    ]
    static let full = """
        {"current_state": "s", "score": 1, "outcome": null, "session_id": "i", "message": "m", "decision": "pass", \
        "follow_up": false, "redirect_count": 0, "unlocked_machines": []}
        """

    @Test("an answer has all that the API's answers have", arguments: shapes)
    func shape(_ text: String, _ mistake: String?) {
        #expect(AnswerShape.message.mistake(in: try? JSONReader.read(Array(text.utf8))) == mistake)
    }
}

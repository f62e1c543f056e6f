import Fixtures
import Crypto
import Journal
import Dialogue
import Emulator
import Glibc
import HTTP
import JSON

/// Reads a journal, line by line.
final class JournalLines {
    struct Header {
        let version: String
        let fixtures: String
        let settings: [(name: String, value: String)]
        let isWhole: Bool
    }

    enum Body {
        case text(String)
        case bytes([UInt8])
    }

    /// An entry of the journal: a request and its answer.
    struct Entry {
        let line: JSONValue
        let arrival: Int
        let sandbox: String
        let number: Int
        let kind: String
        let received: Timestamp
        let method: String
        let path: String
        let query: String
        let minorVersion: Int
        let fields: Fields
        /// Nil: the body was not kept.
        let body: Body?
        let refusal: String?
        /// Nil in the journals of versions that had none.
        let requestID: String?
        /// Nil where the connection ended before the first byte of the answer.
        let status: Int?
        let isUnsaved: Bool
        let isAborted: Bool
    }

    enum Line {
        case header(Header)
        case entry(Entry)
        /// The end of the delivery of an earlier entry's answer.
        case ending
        /// This many lines are missing here.
        case gap(Int)
        /// A line that cannot be read, and the reason.
        case unreadable(String)
    }

    private let path: String
    private let file: UnsafeMutablePointer<FILE>
    private var buffer: UnsafeMutablePointer<CChar>?
    private var room = 0
    /// The length of a regular file, else 0.
    private let size: Int
    /// The number of the last line, from 1.
    private(set) var number = 0

    init(_ path: String) throws(AppError) {
        guard let file = fopen(path, "rb") else { throw JournalLines.unreadable(path) }
        self.path = path
        self.file = file
        var info = stat()
        size = fstat(fileno(file), &info) == 0 && info.st_mode & S_IFMT == S_IFREG ? Int(info.st_size) : 0
    }

    deinit {
        fclose(file)
        free(buffer)
    }

    /// How much of the file is read, in percent; nil for a pipe, whose length is not known.
    var part: Int? {
        guard size > 0 else { return nil }
        return min(100, ftell(file) * 100 / size)
    }

    /// Reads the first line.
    func header() throws(AppError) -> Header {
        switch try next() {
        case .header(let header): return header
        case .unreadable(let why): throw wrong("this is no journal: \(why); write one with --journal FILE")
        default:
            throw .failure("\(path) is no journal: its first line is no header; write one with --journal FILE")
        }
    }

    /// Reads the next line that is not blank; nil at the end.
    /// - Throws: when the file cannot be read, or has another version of the format.
    func next() throws(AppError) -> Line? {
        while let line = try bytes() {
            if line.allSatisfy({ JournalLines.blanks.contains($0) }) { continue }
            let value: JSONValue
            do {
                value = try JSONReader.read(line, depthLimit: 512)
            } catch {
                guard line.last == UInt8(ascii: "\n") else { return .unreadable("it is not whole") }
                return .unreadable("it is no JSON: \(error.message)")
            }
            if value["foilmock"] != nil { return .header(try header(value)) }
            if let missing = value["gap"]?.integer { return .gap(missing) }
            if value["request"] == nil, value["delivered"] != nil { return .ending }
            return Entry(value).map { .entry($0) } ?? .unreadable("it is no entry of a journal")
        }
        return nil
    }

    private static let blanks = [UInt8](" \t\r\n".utf8)
    /// Some editors write it at the beginning of a file.

    /// The next line with its line feed, which the last line can lack.
    private func bytes() throws(AppError) -> [UInt8]? {
        let count = getline(&buffer, &room, file)
        guard count > 0, let buffer else {
            guard ferror(file) == 0 else { throw JournalLines.unreadable(path) }
            return nil
        }
        number += 1
        let line = Array(UnsafeRawBufferPointer(start: buffer, count: count))
        let isMarked = number == 1 && line.starts(with: JSONReader.byteOrderMark)
        return isMarked ? Array(line.dropFirst(JSONReader.byteOrderMark.count)) : line
    }

    private func header(_ value: JSONValue) throws(AppError) -> Header {
        guard value["format"]?.integer == JournalHeader.format else {
            throw wrong("this version reads journals of format \(JournalHeader.format) alone")
        }
        guard let version = value["foilmock"]?.string, let fixtures = value["fixtures"]?.string,
            let settings = value["settings"]?.members, let isWhole = value["whole"]?.bool
        else { throw wrong("it is no header of a journal") }
        return Header(
            version: version, fixtures: fixtures,
            settings: settings.map { (name: $0.key, value: $0.value.string ?? "") }, isWhole: isWhole)
    }

    private static func unreadable(_ path: String) -> AppError {
        .failure("the journal \(path) cannot be read: \(String(cString: strerror(errno)))")
    }

    private func wrong(_ why: String) -> AppError { .failure("\(path), line \(number): \(why)") }
}

extension JournalLines.Entry {
    /// The status codes of answers.
    private static let statuses = 100...999

    init?(_ line: JSONValue) {
        guard let arrival = line["arrival"]?.integer, let sandbox = line["sandbox"]?.string,
            let number = line["number"]?.integer, let kind = line["kind"]?.string,
            let received = line["received"]?.string.flatMap({ Timestamp(text: $0) }), let request = line["request"],
            let method = request["method"]?.string, let path = request["path"]?.string,
            let query = request["query"]?.string, let version = request["version"]?.string,
            let headers = request["headers"]?.array, let status = line["response"]?["status"],
            arrival >= 0, number >= 0,
            status.isNull || status.integer.map(JournalLines.Entry.statuses.contains) == true
        else { return nil }
        self.line = line
        self.arrival = arrival
        self.sandbox = sandbox
        self.number = number
        self.kind = kind
        self.received = received
        self.method = method
        self.path = path
        self.query = query
        self.status = status.integer
        minorVersion = version == "HTTP/1.0" ? 0 : 1
        var fields = Fields()
        for header in headers {
            guard let name = header["name"]?.string.flatMap({ FieldName($0) }), let value = header["value"]?.string
            else {
                return nil
            }
            fields.add(name, value)
        }
        self.fields = fields
        switch (request["encoding"]?.string, request["body"]?.string) {
        case ("text", let text?): body = .text(text)
        case ("base64", let text?):
            guard let bytes = Base64.decode(text) else { return nil }
            body = .bytes(bytes)
        default: body = nil
        }
        refusal = request["refusal"]?.string
        requestID = line["request_id"]?.string
        isUnsaved = line["unsaved"]?.bool == true
        isAborted = line["delivered"]?.string == "aborted"
    }
}

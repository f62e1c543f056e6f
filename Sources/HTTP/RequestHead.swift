import Exact

/// The head of a request, parsed and checked. A class, because it never changes and many hold it: the journal to the
/// last.
public final class RequestHead: Equatable, Sendable {
    /// How long the body is (RFC 9112 §6.3). `length(0)` is `none`.
    public enum Framing: Equatable, Sendable {
        case none
        case length(Int)
        case chunked
    }

    public let method: Method
    private let content: HeadContent
    /// 0 or 1: the minor version of HTTP/1.
    public let minorVersion: Int
    public let framing: Framing
    /// Whether the connection can serve another request after this one (RFC 9112 §9.3).
    public let keepAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
    public let expectsContinue: Bool

    public convenience init(
        method: Method, path: String, query: String = "", minorVersion: Int = 1, fields: Fields = Fields(),
        framing: Framing = .none, keepAlive: Bool = true, expectsContinue: Bool = false
    ) {
        self.init(
            HeadContent(method: method, path: path, query: query, fields), minorVersion: minorVersion, framing: framing,
            keepAlive: keepAlive, expectsContinue: expectsContinue)
    }

    init(
        _ content: HeadContent, minorVersion: Int, framing: Framing = .none, keepAlive: Bool = true,
        expectsContinue: Bool = false
    ) {
        method = content.method
        self.content = content
        self.minorVersion = minorVersion
        self.framing = framing
        self.keepAlive = keepAlive
        self.expectsContinue = expectsContinue
    }

    /// The path as it was sent, percent-encoded, without scheme and authority; at least "/" ("*" for OPTIONS *).
    public var path: String { String(decoding: pathBytes, as: UTF8.self) }

    /// The bytes of `path`.
    public var pathBytes: ArraySlice<UInt8> { content.path }

    /// The text after the first `?` as it was sent; empty without one.
    public var query: String { String(decoding: queryBytes, as: UTF8.self) }

    /// The bytes of `query`.
    public var queryBytes: ArraySlice<UInt8> { content.query }

    public var fields: Fields { content.fields }

    /// About how many bytes of memory the head takes.
    public var size: Int { content.fields.start + content.fields.size }

    /// The same request for another path.
    public func moved(to path: String) -> RequestHead {
        RequestHead(
            method: method, path: path, query: query, minorVersion: minorVersion, fields: fields, framing: framing,
            keepAlive: keepAlive, expectsContinue: expectsContinue)
    }

    public static func == (one: RequestHead, other: RequestHead) -> Bool {
        one.content == other.content && one.minorVersion == other.minorVersion && one.framing == other.framing
            && one.keepAlive == other.keepAlive && one.expectsContinue == other.expectsContinue
    }
}

/// The method, the path, the query and the fields of a request, as far as they are read: ranges of one array.
struct HeadContent: Equatable, Sendable {
    /// What comes before its fields are the other parts.
    private(set) var fields: Fields
    private let methodEnd: Int
    private let pathEnd: Int

    init(method: Method, path: String, query: String, _ fields: Fields) {
        methodEnd = method.name.utf8.count
        pathEnd = methodEnd + path.utf8.count
        self.fields = fields.behind(Array(method.name.utf8) + Array(path.utf8) + Array(query.utf8))
    }

    /// The content of a request line.
    /// - Parameter capacity: about how many bytes the fields will take.
    init(_ parts: RequestLine, of line: UnsafeBufferPointer<UInt8>, capacity: Int) {
        let (method, path, query) = (parts.method, parts.target.path, parts.target.query)
        methodEnd = method.count
        pathEnd = methodEnd + max(1, path.count)
        let line = UnsafeRawBufferPointer(line)
        var bytes: [UInt8] = []
        bytes.append(atMost: line.count + capacity) { pen in
            pen.put(line[method])
            if path.isEmpty { pen.put(UInt8(ascii: "/")) } else { pen.put(line[path]) }
            pen.put(line[query])
        }
        fields = Fields(behind: bytes)
    }

    mutating func add(_ field: FieldLine, of line: UnsafeBufferPointer<UInt8>) { fields.add(field, of: line) }

    mutating func setHost(_ host: String) { fields.set(.host, to: host) }

    var method: Method {
        fields.bytes.withUnsafeBufferPointer { Method(token: UnsafeBufferPointer(rebasing: $0[..<methodEnd])) }
    }

    var path: ArraySlice<UInt8> { fields.bytes[methodEnd..<pathEnd] }

    var query: ArraySlice<UInt8> { fields.bytes[pathEnd..<fields.start] }

    static func == (one: HeadContent, other: HeadContent) -> Bool {
        one.method == other.method && one.path == other.path && one.query == other.query && one.fields == other.fields
    }
}

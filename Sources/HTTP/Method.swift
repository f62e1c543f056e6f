/// A request method: any token. The router decides which ones it knows (RFC 9110 §9).
public struct Method: Hashable, Sendable, CustomStringConvertible {
    public let name: String

    public init(_ name: String) { self.name = name }

    /// The method of a token. The usual ones are constants, so that no text is made.
    init(token: UnsafeBufferPointer<UInt8>) {
        if Method.isSame(token, "GET") {
            self = .get
        } else if Method.isSame(token, "POST") {
            self = .post
        } else {
            name = String(decoding: token, as: UTF8.self)
        }
    }

    private static func isSame(_ token: UnsafeBufferPointer<UInt8>, _ name: StaticString) -> Bool {
        token.count == name.utf8CodeUnitCount && begins(token, with: name)
    }

    public var description: String { name }

    public static let get = Method("GET")
    public static let head = Method("HEAD")
    public static let post = Method("POST")
    public static let put = Method("PUT")
    public static let patch = Method("PATCH")
    public static let delete = Method("DELETE")
    public static let options = Method("OPTIONS")
}

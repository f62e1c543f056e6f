/// The target of a request line (RFC 9112 §3.2), split into path and query, not decoded.
///
/// The origin form, the absolute form of an `http` or `https` URL, and `*` with OPTIONS are understood. The authority
/// form belongs to CONNECT, which is not supported, and is refused as malformed.
struct RequestTarget {
    let path: String
    let query: String
    /// The host and port of the absolute form; nil in other forms.
    let authority: String?

    init(_ target: UnsafeBufferPointer<UInt8>, for method: Method) throws(ProtocolError) {
        try RequestTarget.check(target)
        let isOrigin = target[0] == UInt8(ascii: "/")
        let isAsterisk = target.count == 1 && target[0] == UInt8(ascii: "*") && method == .options
        let start = isOrigin || isAsterisk ? nil : try RequestTarget.authority(target)
        authority = start.map { String(decoding: target[$0], as: UTF8.self) }
        let local = start.map { UnsafeBufferPointer(rebasing: target[$0.upperBound...]) } ?? target

        let mark = local.firstIndex(of: UInt8(ascii: "?")) ?? local.count
        path = mark == 0 ? "/" : String(decoding: local[..<mark], as: UTF8.self)
        query = String(decoding: local[mark...].dropFirst(), as: UTF8.self)
    }

    private static func check(_ target: UnsafeBufferPointer<UInt8>) throws(ProtocolError) {
        guard !target.isEmpty else {
            throw ProtocolError(
                .badRequest, "The request target is empty; method, target and version stand one space apart")
        }
        for byte in target where byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "#") {
            switch byte {
            case UInt8(ascii: " "):
                throw ProtocolError(.badRequest, "The request target holds a space; write it as %20")
            case UInt8(ascii: "#"):
                throw ProtocolError(.badRequest, "The request target holds a fragment; leave it out, or write # as %23")
            default:
                throw ProtocolError(
                    .badRequest, "The request target holds a control or non-ASCII byte; percent-encode it")
            }
        }
    }

    /// Where an absolute URL has its host and port.
    private static func authority(_ target: UnsafeBufferPointer<UInt8>) throws(ProtocolError) -> Range<Int> {
        guard let start = schemeLength(target) else {
            throw ProtocolError(.badRequest, "The request target must be a path that starts with / or an http URL")
        }
        let rest = target[start...]
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        guard start < end, isAuthority(UnsafeBufferPointer(rebasing: rest[..<end])) else {
            throw ProtocolError(.badRequest, "The URL in the request line has no valid host")
        }
        return start..<end
    }

    private static func schemeLength(_ target: UnsafeBufferPointer<UInt8>) -> Int? {
        for scheme in ["http://", "https://"] {
            let start = target.prefix(scheme.utf8.count)
            if start.elementsEqual(scheme.utf8, by: { lowercased($0) == $1 }) { return scheme.utf8.count }
        }
        return nil
    }
}

/// The target of a request line (RFC 9112 §3.2), split into path and query, not decoded.
///
/// The origin form, the absolute form of an `http` or `https` URL, and `*` with OPTIONS are understood. The authority
/// form belongs to CONNECT, which is not supported, and is refused as malformed.
struct RequestTarget {
    /// Where the path is in the line; empty for a URL without one, which means "/".
    let path: Range<Int>
    let query: Range<Int>
    /// The host and port of the absolute form; nil in other forms.
    let authority: Range<Int>?

    init(
        _ place: Range<Int>, of line: UnsafeBufferPointer<UInt8>, for method: UnsafeBufferPointer<UInt8>
    ) throws(ProtocolError) {
        let target = UnsafeBufferPointer(rebasing: line[place])
        try RequestTarget.check(target)
        let isOrigin = target[0] == UInt8(ascii: "/")
        let isAsterisk =
            target.count == 1 && target[0] == UInt8(ascii: "*") && Method(token: method) == .options
        let host = isOrigin || isAsterisk ? nil : try RequestTarget.authority(target)
        authority = host.map { place.lowerBound + $0.lowerBound..<place.lowerBound + $0.upperBound }
        let start = authority?.upperBound ?? place.lowerBound

        let mark = line[start..<place.upperBound].firstIndex(of: UInt8(ascii: "?"))
        path = start..<(mark ?? place.upperBound)
        query = mark.map { $0 + 1..<place.upperBound } ?? place.upperBound..<place.upperBound
    }

    private static func check(_ target: UnsafeBufferPointer<UInt8>) throws(ProtocolError) {
        guard !target.isEmpty else {
            throw ProtocolError(
                .badRequest, "The request target is empty; method, target and version stand one space apart")
        }
        let bytes = UnsafeRawBufferPointer(target)
        var at = 0
        while at + 8 <= bytes.count {
            let eight = EightBytes(bytes, at: at)
            let marks = eight.marks(below: 0x21) | eight.marks(of: 0x7F) | eight.marks(of: UInt8(ascii: "#"))
            if marks | eight.marksBeyondASCII != 0 { break }
            at += 8
        }
        for byte in target[at...] where byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "#") {
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

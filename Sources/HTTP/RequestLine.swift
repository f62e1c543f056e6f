/// `method SP request-target SP HTTP-version` (RFC 9112 §3), the parts one space apart.
struct RequestLine {
    /// Where the method is in the line.
    let method: Range<Int>
    let target: RequestTarget
    /// 0 or 1. A later minor version is read as 1 (RFC 9110 §2.5).
    let minorVersion: Int

    init(_ line: UnsafeBufferPointer<UInt8>) throws(ProtocolError) {
        let space = UInt8(ascii: " ")
        guard let first = line.firstIndex(of: space), let last = line.lastIndex(of: space), first < last else {
            throw ProtocolError(.badRequest, "The request line must be a method, a target and an HTTP version")
        }
        let name = UnsafeBufferPointer(rebasing: line[..<first])
        guard !name.isEmpty, name.allSatisfy(isTokenByte) else {
            throw ProtocolError(.badRequest, "The method holds a character that is not allowed there")
        }
        minorVersion = try RequestLine.minorVersion(UnsafeBufferPointer(rebasing: line[(last + 1)...]))
        method = 0..<first
        target = try RequestTarget(first + 1..<last, of: line, for: name)
    }

    private static func minorVersion(_ version: UnsafeBufferPointer<UInt8>) throws(ProtocolError) -> Int {
        let known: StaticString = "HTTP/1."
        guard version.count == known.utf8CodeUnitCount + 1, begins(version, with: known), let digit = version.last,
            digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9")
        else {
            throw ProtocolError(.badRequest, "The HTTP version must be HTTP/1.0 or HTTP/1.1")
        }
        return digit == UInt8(ascii: "0") ? 0 : 1
    }
}

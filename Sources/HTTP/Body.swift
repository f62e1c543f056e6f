/// The body of a request.
public enum Body: Equatable, Sendable {
    case bytes([UInt8])
    /// Too large for memory; only `BodyPlan.spool` leads to it. The file is gone when nobody holds it any more.
    case file(any BodyFile)

    /// How much is looked at in one go of a body that may be large.
    private static let pieceBytes = 64 * 1024

    public var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let file): file.count
        }
    }

    /// All of it in memory. Throws what to answer when the file cannot be read.
    public func bytes() throws(ProtocolError) -> [UInt8] {
        switch self {
        case .bytes(let bytes): bytes
        case .file(let file): try file.read(0..<file.count)
        }
    }

    /// A part of it. `range` lies within `count`.
    public func read(_ range: Range<Int>) throws(ProtocolError) -> [UInt8] {
        switch self {
        case .bytes(let bytes): Array(bytes[range])
        case .file(let file): try file.read(range)
        }
    }

    /// The ranges to `read` one after another, so that no more than one of them is in memory.
    public func pieces(of range: Range<Int>) -> [Range<Int>] {
        stride(from: range.lowerBound, to: range.upperBound, by: Body.pieceBytes).map {
            $0..<min($0 + Body.pieceBytes, range.upperBound)
        }
    }

    /// A file equals itself alone.
    public static func == (one: Body, other: Body) -> Bool {
        switch (one, other) {
        case (.bytes(let one), .bytes(let other)): one == other
        case (.file(let one), .file(let other)): one === other
        default: false
        }
    }
}

/// A body that the server has written to a file. Nothing here does I/O, so the server brings the reading along.
public protocol BodyFile: AnyObject, Sendable {
    var count: Int { get }

    /// The bytes of a range within `count`. Throws what to answer when the disk fails.
    func read(_ range: Range<Int>) throws(ProtocolError) -> [UInt8]
}

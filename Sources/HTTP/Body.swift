/// The body of a request.
public enum Body: Equatable, Sendable {
    case bytes([UInt8])
    /// A body that is too large for memory, after `BodyPlan.spool`. The file is removed when the last reference to it
    /// is released.
    case file(any BodyFile)

    /// The size of the pieces in which a large body is read.
    private static let pieceBytes = 64 * 1024

    public var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let file): file.count
        }
    }

    /// The whole body in memory.
    /// - Throws: the error to answer when the file cannot be read.
    public func bytes() throws(ProtocolError) -> [UInt8] {
        switch self {
        case .bytes(let bytes): bytes
        case .file(let file): try file.read(0..<file.count)
        }
    }

    /// Reads a part of the body.
    /// - Parameter range: within `count`.
    /// - Throws: the error to answer when the file cannot be read.
    public func read(_ range: Range<Int>) throws(ProtocolError) -> [UInt8] {
        switch self {
        case .bytes(let bytes): Array(bytes[range])
        case .file(let file): try file.read(range)
        }
    }

    /// The ranges to `read` one after another, so that only one of them is in memory.
    public func pieces(of range: Range<Int>) -> [Range<Int>] {
        stride(from: range.lowerBound, to: range.upperBound, by: Body.pieceBytes).map {
            $0..<min($0 + Body.pieceBytes, range.upperBound)
        }
    }

    /// A file is equal only to itself.
    public static func == (one: Body, other: Body) -> Bool {
        switch (one, other) {
        case (.bytes(let one), .bytes(let other)): one == other
        case (.file(let one), .file(let other)): one === other
        default: false
        }
    }
}

/// A body that the server has written to a file. This module does no I/O, so the server implements the reading.
public protocol BodyFile: AnyObject, Sendable {
    var count: Int { get }

    /// Reads the bytes of a range within `count`.
    /// - Throws: the error to answer when the disk fails.
    func read(_ range: Range<Int>) throws(ProtocolError) -> [UInt8]
}

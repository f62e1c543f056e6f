import HTTP

/// The body of the request that is being read, as far as it has come. It decides what goes to a file; somebody else
/// writes it.
struct IncomingBody {
    private let limit: Int
    /// More than this goes to a file.
    private let memoryLimit: Int
    private var count = 0
    /// What of it is in memory.
    private(set) var bytes: [UInt8] = []
    /// Set by whoever wrote what `take` returned.
    var file: SpoolFile?

    /// - Parameter memoryLimit: Nil: all of it stays in memory.
    init(limit: Int, memoryLimit: Int? = nil) {
        self.limit = limit
        self.memoryLimit = memoryLimit ?? limit
    }

    /// Whether a body announced as so long is too large before any of it was read.
    func admits(_ framing: RequestHead.Framing) -> Bool {
        if case .length(let length) = framing { length <= limit } else { true }
    }

    /// Takes a piece. Returns what is to be written to the file now. Limits count what has come, so a chunked body ends with
    /// the piece that passes it.
    mutating func take(_ piece: [UInt8]) throws(ProtocolError) -> [UInt8]? {
        guard piece.count <= limit - count else { throw tooLarge }
        count += piece.count
        if file != nil { return piece }
        if bytes.isEmpty { bytes = piece } else { bytes += piece }
        guard count > memoryLimit else { return nil }
        defer { bytes = [] }
        return bytes
    }

    var whole: Body { file.map { .file($0) } ?? .bytes(bytes) }

    var tooLarge: ProtocolError {
        ProtocolError(.contentTooLarge, "The body has more than \(limit) bytes, the most that are taken here")
    }
}

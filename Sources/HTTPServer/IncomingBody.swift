import HTTP

/// The bytes that bodies take while they arrive.
struct ArrivingBytes: Equatable {
    var inMemory = 0
    var inFiles = 0
}

/// The received part of the body of the request that is being read. It decides which bytes go to a file; `Connection`
/// writes them.
struct IncomingBody {
    private let limit: Int
    /// A body of more bytes goes to a file.
    private let memoryLimit: Int
    private var count = 0
    /// The part of the body that is in memory.
    private(set) var bytes: [UInt8] = []
    /// The file to which the result of `take` was written.
    var file: SpoolFile?

    /// - Parameter memoryLimit: nil: the whole body stays in memory.
    init(limit: Int, memoryLimit: Int? = nil) {
        self.limit = limit
        self.memoryLimit = memoryLimit ?? limit
    }

    /// False when the announced length is already too large.
    func admits(_ framing: RequestHead.Framing) -> Bool {
        if case .length(let length) = framing { length <= limit } else { true }
    }

    /// Takes a piece. Returns the bytes to write to the file now. The limit counts received bytes, so a chunked body is
    /// refused at the piece that exceeds it.
    mutating func take(_ piece: [UInt8]) throws(ProtocolError) -> [UInt8]? {
        guard piece.count <= limit - count else { throw tooLarge }
        count += piece.count
        if file != nil { return piece }
        if bytes.isEmpty { bytes = piece } else { bytes += piece }
        guard count > memoryLimit else { return nil }
        defer { bytes = [] }
        return bytes
    }

    /// The bytes that it takes now. An array that grows has room for more than it holds.
    var taken: ArrivingBytes {
        file == nil ? ArrivingBytes(inMemory: bytes.capacity) : ArrivingBytes(inFiles: count)
    }

    var whole: Body { file.map { .file($0) } ?? .bytes(bytes) }

    var tooLarge: ProtocolError {
        ProtocolError(.contentTooLarge, "The body has more than \(limit) bytes, the most that are taken here")
    }
}

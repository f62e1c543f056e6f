extension RequestParser {
    mutating func readBody(_ remaining: Int) -> Step {
        guard remaining > 0 else { return finishRequest() }
        guard input.count > 0 else { return .starved }
        let piece = input.take(remaining)
        state = .body(remaining: remaining - piece.count)
        return .event(.body(piece))
    }

    mutating func readChunkSize() throws(ProtocolError) -> Step {
        switch input.takeLine(limit: ChunkLine.maximumBytes) {
        case .unfinished: return .starved
        case .tooLong: throw ChunkLine.tooLong
        case .bareLineFeed: throw RequestParser.bareLineFeed
        case .complete(let range):
            let line = try input.withBytes(in: range) { (bytes) throws(ProtocolError) in try ChunkLine(bytes) }
            state = line.size > 0 ? .chunkData(remaining: line.size) : .trailers
            return .again
        }
    }

    mutating func readChunkData(_ remaining: Int) -> Step {
        guard input.count > 0 else { return .starved }
        let piece = input.take(remaining)
        state = piece.count < remaining ? .chunkData(remaining: remaining - piece.count) : .chunkEnd
        return .event(.body(piece))
    }

    mutating func readChunkEnd() throws(ProtocolError) -> Step {
        guard let first = input.first else { return .starved }
        guard first == UInt8(ascii: "\r") else { throw RequestParser.chunkNotEnded }
        guard let second = input.second else { return .starved }
        guard second == UInt8(ascii: "\n") else { throw RequestParser.chunkNotEnded }
        input.drop(2)
        state = .chunkSize
        return .again
    }

    private static let chunkNotEnded = ProtocolError(
        .badRequest, "The data of a chunk must be as long as its size says and end with CR LF")
}

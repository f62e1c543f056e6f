public import HTTP
import JSON
import Store

/// A part of a long body.
public struct BodyPiece {
    public let bytes: [UInt8]
    public let isLast: Bool
    /// For an empty piece: how long the next one can be waited for; nil: it is made at once.
    var pause: Duration?

    public init(_ bytes: [UInt8], isLast: Bool) { (self.bytes, self.isLast) = (bytes, isLast) }
}

/// Writes a body piece by piece: each call writes about 64 KiB and takes about half a millisecond. A piece can be empty
/// before the end, when nothing is ready yet. It is not called again after the last piece.
public typealias BodyPieces = () throws(Failure) -> BodyPiece

/// Long bodies that are being sent. Each piece is written when the client has read the one before, so a long answer
/// does not delay other requests, and a client that does not read costs the memory of one piece.
final class LongBodies: BatchMember {
    private var rest: [Ticket: BodyPieces] = [:]
    /// The bodies without an end, and whether their client has sent its end, so that it may have left.
    private var endless: [Ticket: Bool] = [:]
    private var lastTicket: Ticket = 0
    /// The tickets opened in this batch; they are dropped with it.
    private var fresh: [Ticket] = []

    /// - Parameter isEndless: whether it may end early when its client has sent its end.
    func open(_ pieces: @escaping BodyPieces, isEndless: Bool = false) -> Ticket {
        lastTicket += 1
        rest[lastTicket] = pieces
        if isEndless { endless[lastTicket] = false }
        fresh.append(lastTicket)
        return lastTicket
    }

    subscript(ticket: Ticket) -> BodyPieces? { rest[ticket] }

    var count: Int { rest.count }

    func close(_ ticket: Ticket) { (rest[ticket], endless[ticket]) = (nil, nil) }

    func inputEnded(_ ticket: Ticket) {
        if endless[ticket] != nil { endless[ticket] = true }
    }

    /// Ends an endless body whose client may have left. Returns false when there is none.
    func closeAbandoned() -> Bool {
        guard let ticket = endless.filter(\.value).keys.min() else { return false }
        close(ticket)
        return true
    }

    func keepBatch() { fresh.removeAll(keepingCapacity: true) }

    func dropBatch() {
        for ticket in fresh { close(ticket) }
        fresh.removeAll()
    }
}

extension Emulator {
    /// A response with a possibly long body. A body of one piece is sent with its length. Of a longer one only the
    /// first piece is written now, because one loop iteration can have many requests.
    /// - Parameter type: the value of Content-Type.
    public func response(
        _ pieces: @escaping BodyPieces, type: String = "application/json"
    ) throws(Failure) -> Response {
        var fields = Fields()
        fields.add(.contentType, type)
        let first = try pieces()
        guard !first.isLast else { return Response(status: .ok, fields: fields, body: first.bytes) }
        return Response(
            status: .ok, fields: fields,
            delivery: Delivery([.bytes(first.bytes), .later(longBodies.open(pieces))], framing: .stream))
    }

    /// The largest body in bytes that is written as a whole.
    static let completeLimit = 16 << 20

    /// Writes the whole of a long body now, for a fault that counts its bytes.
    /// - Throws: a 503 when the body is too large to be held in memory.
    func complete(_ response: inout Response) throws(Failure) {
        guard let ticket = response.delivery.laterTicket, let pieces = longBodies[ticket] else { return }
        defer { longBodies.close(ticket) }
        var body = response.delivery.body
        var piece: BodyPiece
        repeat {
            piece = try pieces()
            body += piece.bytes
            guard body.count <= Emulator.completeLimit else {
                throw Failure(
                    .unavailable,
                    "The answer has more than \(Emulator.completeLimit) bytes, and no fault changes one so long; delete the "
                        + "fault, or have it match other requests")
            }
        } while !piece.isLast
        response.delivery.replaceBody([.bytes(body)])
        response.delivery.framing = .length
    }

    func nextPart(_ ticket: Ticket) -> LaterPart {
        guard let pieces = longBodies[ticket] else { return .end }
        do {
            let piece = try pieces()
            if let pause = piece.pause { return .pause(pause) }
            if piece.isLast { longBodies.close(ticket) }
            return .bytes(piece.bytes)
        } catch {
            warn(error.cause ?? StoreError(error.message), "an answer was cut, because the store failed")
            return .failed
        }
    }
}

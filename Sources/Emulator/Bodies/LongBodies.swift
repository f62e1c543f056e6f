public import HTTP
import JSON
import Store

/// A part of a long body.
public struct BodyPiece {
    public let bytes: [UInt8]
    public let isLast: Bool

    public init(_ bytes: [UInt8], isLast: Bool) { (self.bytes, self.isLast) = (bytes, isLast) }
}

/// Writes a body piece by piece: each call some 64 KiB and half a millisecond's work. A piece may be empty, where there is
/// more but nothing to be written yet. After the last one it is not called.
public typealias BodyPieces = () throws(Failure) -> BodyPiece

/// Long bodies that are being sent. Each piece is written when the client has taken the one before, so a long answer does
/// not delay other requests, and a client that does not read costs the memory of one piece.
final class LongBodies: BatchMember {
    private var rest: [Ticket: BodyPieces] = [:]
    private var lastTicket: Ticket = 0
    /// Opened in this iteration of the loop: dropped with it.
    private var fresh: [Ticket] = []

    func open(_ pieces: @escaping BodyPieces) -> Ticket {
        lastTicket += 1
        rest[lastTicket] = pieces
        fresh.append(lastTicket)
        return lastTicket
    }

    subscript(ticket: Ticket) -> BodyPieces? { rest[ticket] }

    func close(_ ticket: Ticket) { rest[ticket] = nil }

    func keepBatch() { fresh.removeAll(keepingCapacity: true) }

    func dropBatch() {
        for ticket in fresh { rest[ticket] = nil }
        fresh.removeAll()
    }
}

extension Emulator {
    /// A response with a body that may be long. It goes out whole, with its length, where one piece is all of it: many
    /// requests may come in one iteration of the loop, so each writes no more at once.
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

    /// Writes all of a long body now, for a fault that counts its bytes.
    func complete(_ response: inout Response) throws(Failure) {
        guard let ticket = response.delivery.laterTicket, let pieces = longBodies[ticket] else { return }
        defer { longBodies.close(ticket) }
        var body = response.delivery.body
        var piece: BodyPiece
        repeat {
            piece = try pieces()
            body += piece.bytes
        } while !piece.isLast
        response.delivery.replaceBody([.bytes(body)])
        response.delivery.framing = .length
    }

    func nextPart(_ ticket: Ticket) -> LaterPart {
        guard let pieces = longBodies[ticket] else { return .end }
        do {
            let piece = try pieces()
            if piece.isLast { longBodies.close(ticket) }
            return .bytes(piece.bytes)
        } catch {
            warn("an answer was cut, because the store failed: \(error.cause?.message ?? error.message)")
            return .failed
        }
    }
}

public import HTTP
import JSON
import Store

/// Writes a body piece by piece: the next piece of some 64 KiB and a millisecond's work; an empty one where there is more,
/// but no bytes yet; nil at the end.
public typealias BodyPieces = () throws(Failure) -> [UInt8]?

/// Bodies of which a part is out and the rest is still to be written, each piece when the client has taken the one before.
/// So a long answer holds up nobody, and a client that does not read costs no more than a piece.
struct LongBodies {
    /// A body of less goes out whole, with its length.
    static let wholeLimit = 256 * 1024
    /// Pieces that are written at once at most.
    static let wholePieces = 8

    private var rest: [Ticket: BodyPieces] = [:]
    private var lastTicket: Ticket = 0
    /// Opened in this turn of the loop: dropped with it.
    private var fresh: [Ticket] = []

    mutating func open(_ pieces: @escaping BodyPieces) -> Ticket {
        lastTicket += 1
        rest[lastTicket] = pieces
        fresh.append(lastTicket)
        return lastTicket
    }

    subscript(ticket: Ticket) -> BodyPieces? { rest[ticket] }

    mutating func close(_ ticket: Ticket) { rest[ticket] = nil }

    mutating func keepTurn() { fresh.removeAll(keepingCapacity: true) }

    mutating func dropTurn() {
        for ticket in fresh { rest[ticket] = nil }
        fresh.removeAll()
    }
}

extension Emulator {
    /// A response with a body that may be long.
    /// - Parameter type: the value of Content-Type.
    public func response(
        _ pieces: @escaping BodyPieces, type: String = "application/json"
    ) throws(Failure) -> Response {
        var fields = Fields()
        fields.add(.contentType, type)
        var body: [UInt8] = []
        for _ in 0..<LongBodies.wholePieces where body.count < LongBodies.wholeLimit {
            guard let piece = try pieces() else { return Response(status: .ok, fields: fields, body: body) }
            body += piece
        }
        return Response(
            status: .ok, fields: fields,
            delivery: HTTP.Delivery([.bytes(body), .later(longBodies.open(pieces))], framing: .stream))
    }

    /// Writes all of a long body now, for a fault that counts its bytes.
    func complete(_ response: inout Response) throws(Failure) {
        guard let ticket = response.delivery.laterTicket, let pieces = longBodies[ticket] else { return }
        defer { longBodies.close(ticket) }
        var body = response.delivery.body
        while let piece = try pieces() { body += piece }
        response.delivery.replaceBody([.bytes(body)])
        response.delivery.framing = .length
    }

    func nextPart(_ ticket: Ticket) -> LaterPart {
        guard let pieces = longBodies[ticket] else { return .end }
        do {
            return try pieces().map { .bytes($0) } ?? .end
        } catch {
            warn("an answer was cut, because the store failed: \(error.cause?.message ?? error.message)")
            return .failed
        }
    }
}

import Crypto
public import HTTP
import JSON

/// The bytes of a file that a caller sends, in the body of its request.
public struct UploadContent {
    private let body: Body
    /// The file in the body, as it was sent.
    private let place: Range<Int>
    /// The member of a JSON body that holds the file as Base64; nil: the bytes are sent as they are.
    private let member: String?
    private let isEscaped: Bool

    /// The content of a part of a form.
    public init(_ body: Body, _ place: Range<Int>) {
        (self.body, self.place, member, isEscaped) = (body, place, nil, false)
    }

    /// - Parameters:
    ///   - place: the text of the member, between its quotes.
    ///   - isEscaped: whether it has escapes of JSON.
    ///   - member: its name, for errors.
    public init(base64 body: Body, _ place: Range<Int>, isEscaped: Bool, member: String) {
        (self.body, self.place, self.isEscaped, self.member) = (body, place, isEscaped, member)
    }

    /// Calls `take` with the bytes, piece by piece, so that only one of them is in memory.
    /// - Throws: a 400 where the text is not Base64, the error to answer when the body cannot be read, and what `take`
    ///   throws.
    func forEachPiece(_ take: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        var (text, decoder) = (ASCIIText(), Base64.Decoder())
        for range in body.pieces(of: place) {
            let piece = try read(range)
            guard member != nil else {
                try take(piece)
                continue
            }
            guard let decoded = text.append(piece).flatMap({ decoder.append($0) }) else { throw noBase64 }
            try take(decoded)
        }
        guard decoder.isComplete else { throw noBase64 }
    }

    /// The first bytes, by which a type is recognised; fewer if there are fewer.
    /// - Throws: as `forEachPiece`.
    func head() throws(Failure) -> [UInt8] {
        guard member != nil else { return try read(place.prefix(MediaType.headBytes)) }
        // Each byte takes at most two characters, which an escape can write with six bytes each.
        let piece = try read(place.prefix(12 * MediaType.headBytes))
        var (text, decoder) = (ASCIIText(), Base64.Decoder())
        guard let decoded = text.append(piece).flatMap({ decoder.append($0) }) else { throw noBase64 }
        return Array(decoded.prefix(MediaType.headBytes))
    }

    /// How many bytes there are, if it is Base64.
    /// - Throws: as `forEachPiece`, but not each text that is no Base64 is found.
    public func count() throws(Failure) -> Int {
        guard member != nil else { return place.count }
        guard isEscaped else {
            guard place.count.isMultiple(of: 4) else { throw noBase64 }
            let end = try read(place.suffix(2))
            return place.count / 4 * 3 - end.count { $0 == UInt8(ascii: "=") }
        }
        var count = 0
        try forEachPiece { (piece) throws(Failure) in count += piece.count }
        return count
    }

    private func read(_ range: Range<Int>) throws(Failure) -> [UInt8] {
        do {
            return try body.read(range)
        } catch {
            throw Failure(error)
        }
    }

    private var noBase64: Failure {
        Failure(
            .badRequest, "\(member ?? "") must be Base64 (RFC 4648 section 4): padded with =, in one line, no data URL")
    }
}

extension Range<Int> {
    fileprivate func suffix(_ count: Int) -> Range<Int> { Swift.max(lowerBound, upperBound - count)..<upperBound }

    fileprivate func prefix(_ count: Int) -> Range<Int> { lowerBound..<Swift.min(upperBound, lowerBound + count) }
}

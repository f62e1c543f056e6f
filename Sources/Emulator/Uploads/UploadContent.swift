import Crypto
public import HTTP
import JSON

/// The bytes of a file that a caller sends, in the body of its request.
public struct UploadContent {
    private let body: Body
    /// The file in the body, as it was sent.
    private let place: Range<Int>
    /// The member of a JSON body in which the file stands as Base64; nil: the bytes are sent as they are.
    private let member: String?

    /// The content of a part of a form.
    public init(_ body: Body, _ place: Range<Int>) { (self.body, self.place, member) = (body, place, nil) }

    /// - Parameters:
    ///   - place: the text of the member, between its quotes.
    ///   - member: its name, for errors.
    public init(base64 body: Body, _ place: Range<Int>, member: String) {
        (self.body, self.place, self.member) = (body, place, member)
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

    /// The first bytes, by which a type is recognised; fewer if there are fewer, or no Base64.
    func head() throws(Failure) -> [UInt8] {
        guard member != nil else { return try read(place.prefix(MediaType.headBytes)) }
        // Each byte takes at most two characters, which an escape can write with six bytes each.
        let piece = try read(place.prefix(12 * MediaType.headBytes))
        var (text, decoder) = (ASCIIText(), Base64.Decoder())
        return Array((text.append(piece).flatMap { decoder.append($0) } ?? []).prefix(MediaType.headBytes))
    }

    /// How many bytes there are.
    /// - Throws: as `forEachPiece`.
    public func count() throws(Failure) -> Int {
        guard member != nil else { return place.count }
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
    fileprivate func prefix(_ count: Int) -> Range<Int> { lowerBound..<Swift.min(upperBound, lowerBound + count) }
}

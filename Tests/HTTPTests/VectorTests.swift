import FuzzChecks
import HTTP
import Support
import Testing

@Suite("Vectors of the request parser")
struct VectorTests {
    @Test("The vectors are loaded: every topic, each under its own heading")
    func vectorsAreLoaded() {
        let topics = Dictionary(grouping: Vector.all, by: \.topic)
        #expect(
            Set(topics.keys) == [
                "request-line", "fields", "host", "content-length", "transfer-encoding", "chunked", "connection",
                "expect", "limits", "pipelining",
            ])
        #expect(topics.values.allSatisfy { $0.count >= 10 })
        #expect(Vector.all.count >= 250)
        #expect(Set(Vector.all.map(\.testDescription)).count == Vector.all.count)
    }

    @Test("A vector given whole has its outcome", arguments: Vector.all)
    func whole(_ vector: Vector) {
        let transcript = Transcript(of: vector.input, fields: vector.listsFields)
        #expect(transcript.matches(vector.outcome), "\(transcript.lines) is not \(vector.outcome)")
    }

    @Test("A vector given byte by byte has the same outcome", arguments: Vector.all)
    func byteByByte(_ vector: Vector) {
        let whole = Transcript(of: vector.input, fields: true)
        #expect(Transcript(of: vector.input, cuts: Array(vector.input.indices), fields: true) == whole)
    }

    @Test("A vector cut at random has the same outcome", arguments: Vector.all, [1, 2, 3, 5, 8] as [UInt64])
    func randomCuts(_ vector: Vector, seed: UInt64) {
        let whole = Transcript(of: vector.input, fields: true)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<4 {
            let cuts = generator.cuts(of: vector.input.count)
            #expect(Transcript(of: vector.input, cuts: cuts, fields: true) == whole, "cut at \(cuts)")
        }
    }

    @Test(
        "A damaged vector has the same outcome however it is cut",
        arguments: Vector.all.filter { $0.input.count < 1000 })
    func damaged(_ vector: Vector) {
        var generator = SeededGenerator(seed: 13)
        for _ in 0..<20 {
            var input = vector.input
            for _ in 0..<Int.random(in: 1...3, using: &generator) { generator.damage(&input) }
            let whole = Transcript(of: input, fields: true)
            let cuts = generator.cuts(of: input.count)
            #expect(Transcript(of: input, cuts: Array(input.indices), fields: true) == whole, "\(Escapes.text(input))")
            #expect(Transcript(of: input, cuts: cuts, fields: true) == whole, "\(Escapes.text(input)) cut at \(cuts)")
        }
    }
}

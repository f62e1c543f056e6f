import FuzzChecks
import HTTP
import Support
import Testing

@Suite("Vectors of the form parsers")
struct FormVectorTests {
    private static func transcript(_ input: [UInt8], cuts: ([UInt8]) -> [Int] = { _ in [] }) -> FormTranscript {
        let (type, body) = FormTranscript.split(input)
        let isMultipart = !type.hasPrefix("application/")
        return FormTranscript(of: body, multipart: isMultipart ? type : nil, cuts: cuts(body))
    }

    @Test("The vectors are loaded: every topic, each under its own heading")
    func vectorsAreLoaded() {
        let topics = Dictionary(grouping: Vector.forms, by: \.topic)
        #expect(Set(topics.keys) == ["boundary", "content-type", "limits", "part-head", "real", "urlencoded"])
        #expect(Vector.forms.count >= 140)
        #expect(Set(Vector.forms.map(\.testDescription)).count == Vector.forms.count)
    }

    @Test("A vector given whole has its outcome", arguments: Vector.forms)
    func whole(_ vector: Vector) {
        let transcript = Self.transcript(vector.input)
        #expect(transcript.matches(vector.outcome), "\(transcript.lines) is not \(vector.outcome)")
        #expect(transcript.complaint == nil)
    }

    @Test("A vector given byte by byte, or cut in two at any place, has the same outcome")
    func everyCut() {
        for vector in Vector.forms {
            let whole = Self.transcript(vector.input)
            let byteByByte = Self.transcript(vector.input) { Array($0.indices) }
            #expect(byteByByte == whole && byteByByte.complaint == nil, "\(vector.testDescription)")
            guard vector.input.count < 1000 else { continue }
            for cut in 0..<FormTranscript.split(vector.input).body.count {
                let cutOnce = Self.transcript(vector.input) { _ in [cut] }
                #expect(cutOnce == whole, "\(vector.testDescription), cut at \(cut)")
            }
        }
    }

    @Test("A vector cut at random has the same outcome", arguments: [1, 2, 3, 5, 8] as [UInt64])
    func randomCuts(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for vector in Vector.forms {
            let whole = Self.transcript(vector.input)
            let other = Self.transcript(vector.input) { generator.cuts(of: $0.count) }
            #expect(other == whole && other.complaint == nil, "\(vector.testDescription)")
        }
    }

    @Test("A damaged vector has the same outcome however it is cut")
    func damaged() {
        var generator = SeededGenerator(seed: 13)
        for vector in Vector.forms where vector.input.count < 1000 {
            for _ in 0..<20 {
                var input = vector.input
                for _ in 0..<Int.random(in: 1...3, using: &generator) { generator.damage(&input) }
                let whole = Self.transcript(input)
                let byteByByte = Self.transcript(input) { Array($0.indices) }
                let other = Self.transcript(input) { generator.cuts(of: $0.count) }
                #expect(byteByByte == whole && other == whole, "\(Escapes.text(input))")
                #expect(whole.complaint == nil && byteByByte.complaint == nil, "\(Escapes.text(input))")
            }
        }
    }

    @Test("No error message quotes the form, has two lines or ends with a full stop")
    func messages() {
        let errors = Vector.forms.compactMap { Self.transcript($0.input).error }
        #expect(errors.count > 50)
        for error in errors {
            #expect(error.message.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
            #expect(error.message.last != ".")
            #expect(error.message.utf8.count < 160)
        }
    }
}

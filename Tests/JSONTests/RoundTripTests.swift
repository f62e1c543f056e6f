import FuzzChecks
import JSON
import Support
import Testing

@Suite struct RoundTripTests {
    private static let seeds: [UInt64] = Array(1...8)
    private static let scalars = Array("a\"\\/{}[]:,\0\u{1F} \n\u{7F}é\u{2028}漢\u{FFFF}😀\u{10FFFF}".unicodeScalars)

    @Test("a written value is read as the same value", arguments: seeds, [false, true])
    func writtenReads(seed: UInt64, asciiOnly: Bool) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var writer = JSONWriter(capacity: 256, asciiOnly: asciiOnly)
            let expected = Self.writeRandom(to: &writer, depth: 0, &generator)
            let value = try JSONReader.read(writer.bytes)
            #expect(contents(value) == expected)

            var again = JSONWriter(capacity: 256, asciiOnly: asciiOnly)
            again.value(value)
            #expect(again.bytes == writer.bytes)
        }
    }

    @Test("random bytes are read, or refused at an offset in the text", arguments: seeds)
    func randomBytes(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet =
            Array("{}[]:,\"\\u0123456789-+.eEtrufalsn dD8\n ".utf8) + [0x00, 0x1F, 0x80, 0xC3, 0xE2, 0xED, 0xF0]
        for _ in 0..<3_000 {
            let length = Int.random(in: 0...24, using: &generator)
            let input = (0..<length).map { _ in alphabet.randomElement(using: &generator)! }
            #expect(FuzzTarget.json.complaint(input) == nil, "\(input)")
        }
    }

    @Test("mutated vectors are read, or refused at an offset in the text", arguments: seeds)
    func mutations(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let inputs = AcceptedVector.all.map(\.input) + RefusedVector.all.map(\.input)
        for _ in 0..<3_000 {
            var input = inputs.randomElement(using: &generator)!
            for _ in 0...Int.random(in: 0...2, using: &generator) {
                let place = Int.random(in: 0...input.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: input.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                case 1 where place < input.count: input.remove(at: place)
                default: input += inputs.randomElement(using: &generator)!.prefix(place)
                }
            }
            #expect(FuzzTarget.json.complaint(input) == nil, "\(input)")
        }
    }

    /// Writes a random value and returns its contents.
    private static func writeRandom(
        to writer: inout JSONWriter, depth: Int, _ generator: inout SeededGenerator
    ) -> String {
        switch Int.random(in: 0...(depth < 5 ? 8 : 5), using: &generator) {
        case 0:
            writer.null()
            return "null"
        case 1:
            let value = Bool.random(using: &generator)
            writer.bool(value)
            return "\(value)"
        case 2:
            let value = Int(truncatingIfNeeded: generator.next()) >> Int.random(in: 0...63, using: &generator)
            writer.integer(value)
            return "\(value)"
        case 3, 4:
            let value = randomString(&generator)
            writer.string(value)
            return quoted(value)
        case 5:
            let value = Double(sign: .minus, exponent: Int.random(in: -300...300, using: &generator), significand: 1.7)
            writer.encoded(Array("\(value)".utf8))
            return "double(\(value))"
        case 6:
            writer.beginArray()
            let values = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                writeRandom(to: &writer, depth: depth + 1, &generator)
            }
            writer.endArray()
            return "[\(values.joined(separator: ","))]"
        default:
            writer.beginObject()
            let members = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                let key = randomString(&generator)
                writer.key(named: key)
                return "\(quoted(key)):\(writeRandom(to: &writer, depth: depth + 1, &generator))"
            }
            writer.endObject()
            return "{\(members.joined(separator: ","))}"
        }
    }

    private static func randomString(_ generator: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...20, using: &generator) {
            text.append(scalars.randomElement(using: &generator)!)
        }
        return String(text)
    }
}

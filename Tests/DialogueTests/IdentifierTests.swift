import Dialogue
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    static let text = "00112233-4455-6677-8899-aabbccddeeff"

    @Test("an identifier is printed as it was read, in lower case", arguments: [text, text.uppercased()])
    func roundTrip(_ text: String) throws {
        let id = try #require(PersonaID(text))
        #expect(id.description == Self.text)
        #expect(id.high == 0x0011_2233_4455_6677)
        #expect(id.low == 0x8899_aabb_ccdd_eeff)
    }

    @Test("sixteen bytes in network order are an identifier")
    func bytes() throws {
        let bytes: [UInt8] = [
            0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
        ]
        let id = try #require(MachineID(bytes: bytes))
        #expect(id.description == Self.text)
        #expect(id.bytes == bytes)
    }

    @Test("any other number of bytes is no identifier", arguments: [0, 1, 15, 17, 32])
    func wrongCount(_ count: Int) {
        #expect(MachineID(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test("an identifier is printed with its leading zeros")
    func zeros() {
        #expect(PersonaID(high: 0, low: 1).description == "00000000-0000-0000-0000-000000000001")
        #expect(PersonaID(high: .max, low: .max).description == "ffffffff-ffff-ffff-ffff-ffffffffffff")
    }

    @Test(
        "a text of another form than 8-4-4-4-12 is no identifier",
        arguments: [
            "", "-", "00112233445566778899aabbccddeeff", "00112233-4455-6677-8899-aabbccddeef",
            "00112233-4455-6677-8899-aabbccddeeff0", "00112233-4455-6677-8899-aabbccddeeff ",
            " 00112233-4455-6677-8899-aabbccddeeff", "{00112233-4455-6677-8899-aabbccddeeff}",
            "0011223-34455-6677-8899-aabbccddeeff", "00112233_4455-6677-8899-aabbccddeeff",
            "00112233-4455-6677-8899-aabbccddeefg", "00112233-4455-6677-8899-aabbccddee\u{e9}",
            "٠٠112233-4455-6677-8899-aabbccddeeff", "sess_1", "+0112233-4455-6677-8899-aabbccddeeff",
        ])
    func refused(_ text: String) {
        #expect(PersonaID(text) == nil)
    }
}

@Suite("Small values")
struct SmallValueTests {
    @Test("a state's key is any text but an empty one")
    func stateKey() {
        #expect(StateKey("") == nil)
        #expect(StateKey(" ")?.text == " ")
        #expect(StateKey("S_END")?.description == "S_END")
    }

    @Test(
        "a timestamp's seconds are rounded down",
        arguments: [(0, 0), (999_999_999, 0), (1_000_000_000, 1), (-1, -1), (-1_000_000_000, -1), (-1_000_000_001, -2)]
            as [(Int64, Int64)])
    func seconds(_ nanoseconds: Int64, _ seconds: Int64) {
        #expect(Timestamp(nanoseconds: nanoseconds).seconds == seconds)
    }

    @Test("timestamps compare by time")
    func order() {
        #expect(Timestamp(seconds: 1) == Timestamp(nanoseconds: 1_000_000_000))
        #expect(Timestamp(nanoseconds: 1) < Timestamp(nanoseconds: 2))
        #expect(!(Timestamp(seconds: 1) < Timestamp(seconds: 1)))
    }

    @Test("the default machine is the first entry machine, else the first (G-20)")
    func defaultMachine() {
        let (a, b, c) = (
            machine(id: 1, key: "a"), machine(id: 2, key: "b", isEntry: true), machine(id: 3, key: "c", isEntry: true)
        )
        #expect(persona(a, b, c).defaultMachine.key == "b")
        #expect(persona(c, b, a).defaultMachine.key == "c")
        #expect(persona(a).defaultMachine.key == "a")
    }

    @Test("a persona finds its machines by id, and no others")
    func machineByID() {
        let persona = persona(machine(id: 1, key: "a"), machine(id: 2, key: "b"))
        #expect(persona.machine(machineID(2))?.key == "b")
        #expect(persona.machine(machineID(3)) == nil)
    }
}

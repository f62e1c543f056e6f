import Fixtures
import Crypto
import Dialogue
import Emulator
import Store
import Testing

@Suite("Identifiers")
struct IdentifiersTests {
    static let persona = PersonaID("00112233-4455-6677-8899-aabbccddeeff")!
    static let machine = MachineID("ffffffff-0000-0000-0000-000000000001")!

    static func session(
        seed: Int = 1, sandbox: String = "demo", number: Int64 = 1, channel: String = "sdk",
        persona: PersonaID = persona, machine: MachineID = machine, player: String = "player-001", nth: Int = 1
    ) -> SessionID {
        Identifiers.session(
            seed: seed, sandbox: sandbox,
            player: PlayerKey(
                sandbox: SandboxID(number: number), channel: channel, persona: persona, player: player),
            machine: machine, nth: nth)
    }

    // The values below were computed with Python's hashlib. They must never change: clients keep them.

    static let fixtures = [
        ("grumpy-barista", "c4e5a41a-5edd-5d9a-be68-ede199b8f7c4"),
        ("grumpy-barista/opening_scene", "e2d333df-4a72-5e1e-9c0b-94fc847370e9"),
        ("grumpy-barista/back_room", "101f5c2b-a440-592d-a39a-0c8010ebb0a7"),
        ("été", "bf0be597-2a1c-5dd4-a9f2-54a7e1a46983"),
    ]

    @Test("a fixture's id never changes", arguments: fixtures)
    func fixture(_ name: String, _ expected: String) {
        #expect(PersonaID(bytes: Identifiers.fixture(name))?.description == expected)
    }

    @Test("a session's id never changes")
    func sessionGolden() {
        #expect(Self.session().description == "5804e927-9ce2-5a7f-9109-e76c6a249770")
        let other = Self.session(seed: -9, sandbox: "pk_test_a", channel: "web", player: "joué 🔥", nth: 12)
        #expect(other.description == "7bb7a053-ed0e-5a59-912a-03c2e0b0ca9d")
    }

    @Test("a message's id never changes")
    func messageGolden() {
        #expect(
            Identifiers.Messages(of: Self.session()).id(turn: 0, role: "assistant").description
                == "0d80e5ab-a1f4-5e23-bc2d-5442a69263a2")
        #expect(
            Identifiers.Messages(of: Self.session()).id(turn: 3, role: "user").description
                == "0500e137-be1d-56e5-be0a-dca251e23e91")
    }

    @Test("a session's id differs by each of its parts")
    func sessionDiffers() {
        let ids = [
            Self.session(), Self.session(seed: 2), Self.session(sandbox: "other"), Self.session(channel: "web"),
            Self.session(persona: PersonaID(high: 0, low: 0)), Self.session(machine: MachineID(high: 0, low: 0)),
            Self.session(player: "player-002"), Self.session(nth: 2),
            // The same letters, cut elsewhere
            Self.session(player: "player-00", nth: 11), Self.session(seed: 11, sandbox: "demo"),
            Self.session(sandbox: "demos", channel: "dk"),
        ]
        #expect(Set(ids).count == ids.count)
    }

    @Test("a session's id does not depend on the number of its sandbox")
    func sandboxNumber() {
        #expect(Self.session(number: 1) == Self.session(number: 2))
    }

    @Test("a message's id differs by session, turn and role")
    func messageDiffers() {
        let session = Self.session()
        let ids = [
            Identifiers.Messages(of: session).id(turn: 1, role: "user"),
            Identifiers.Messages(of: session).id(turn: 2, role: "user"),
            Identifiers.Messages(of: session).id(turn: 1, role: "assistant"),
            Identifiers.Messages(of: Self.session(nth: 2)).id(turn: 1, role: "user"),
        ]
        #expect(Set(ids).count == ids.count)
    }

    @Test("every id is a UUID of version 5 and of RFC 9562's variant")
    func version() {
        for number in 1...200 {
            let bytes = Self.session(nth: number).bytes
            #expect(bytes[6] >> 4 == 5)
            #expect(bytes[8] >> 6 == 2)
        }
    }
}

@Suite("Digests and timestamps")
struct DigestTests {
    struct Case: Sendable {
        let bytes: [UInt8]
        let sha1: String
        let sha256: String
    }

    static let cases = [
        Case(
            bytes: [], sha1: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        Case(
            bytes: Array("abc".utf8), sha1: "a9993e364706816aba3e25717850c26c9cd0d89d",
            sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        Case(
            bytes: [UInt8](repeating: 97, count: 1000), sha1: "291e9a6c66994949b57ba5e650361e98fc36b1ba",
            sha256: "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"),
        Case(
            bytes: [UInt8](0...255), sha1: "4916d6bdb7f78e6803698cab32d1586ea457dfc8",
            sha256: "40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880"),
    ]

    @Test("SHA-1 and SHA-256 give the known hashes", arguments: cases)
    func known(_ item: Case) {
        var sha1 = Digest.SHA1()
        item.bytes.withUnsafeBytes { sha1.update($0) }
        let (high, low) = sha1.finish()
        #expect(PersonaID(high: high, low: low).description.filter { $0 != "-" } == item.sha1.prefix(32))
        #expect(Digest.hex(Digest.sha256(item.bytes)) == item.sha256)
    }

    @Test("SHA-1 of a text does not depend on its pieces, and a copy goes on by itself")
    func pieces() {
        func update(_ hash: inout Digest.SHA1, _ text: String) { text.utf8.span.withUnsafeBytes { hash.update($0) } }
        var whole = Digest.SHA1()
        update(&whole, "abc")
        var first = Digest.SHA1()
        update(&first, "a")
        var copy = first
        update(&copy, "bc")
        update(&first, "x")
        #expect(copy.finish() == whole.finish())
        #expect(first.finish() != whole.finish())
    }

    static let moments: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (951_827_696, "2000-02-29T12:34:56Z"),
        (1_773_144_000, "2026-03-10T12:00:00Z"), (2_147_483_648, "2038-01-19T03:14:08Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"), (-2_203_891_201, "1900-02-28T23:59:59Z"),
    ]

    @Test("a timestamp is written as YYYY-MM-DDTHH:MM:SSZ (H-8)", arguments: moments)
    func text(_ seconds: Int64, _ text: String) {
        #expect(Timestamp(seconds: seconds).text == text)
        #expect(Timestamp(nanoseconds: seconds * 1_000_000_000 + 999_999_999).text == text)
    }

    @Test("the system's clock goes forward and is in this century")
    func system() {
        let first = Clock.system.now()
        #expect(first.seconds > 1_700_000_000)
        #expect(first.seconds < 4_102_444_800)
        #expect(Clock.system.now() >= first)
    }
}

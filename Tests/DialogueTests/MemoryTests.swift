import Dialogue
import Testing

@Suite("Memory")
struct MemoryTests {
    static let names: [[ExactText: Int]] = [
        [:], ["a": 1], ["state s0": 2, "opening_scene/redirect": 0, "transition 11": Int(Int32.max)],
        ["état 🔥": 1, " leading": 2, "trailing ": 3, "a  b": 4], ["7": 7, "7 7": 77],
    ]

    @Test("an encoded memory is decoded to the same memory", arguments: names)
    func roundTrip(_ spoken: [ExactText: Int]) {
        let memory = Memory(spoken: spoken)
        #expect(Memory(encoded: memory.encoded) == memory)
    }

    /// A state's key is any text, and its lists are named after it.
    @Test("the name of a list may hold a line break", arguments: ["state a\nb", "state a\r\nb", "state \n"])
    func lineBreak(_ name: String) {
        let memory = Memory(spoken: [ExactText(name): 1, "x": 2])
        #expect(Memory(encoded: memory.encoded) == memory)
    }

    @Test("equal memories have equal bytes")
    func deterministic() {
        let one = Memory(spoken: ["b": 2, "a": 1, "c": 3])
        let other = Memory(spoken: ["c": 3, "a": 1, "b": 2])
        #expect(one.encoded == other.encoded)
    }

    @Test("an empty memory is encoded as no bytes")
    func empty() {
        #expect(Memory().encoded.isEmpty)
        #expect(Memory(encoded: []) == Memory())
    }

    static let memories = [
        Memory(captures: ["alias": "Kestrel", "none": ""]), Memory(asked: ["0": 1, "1": 2]), Memory(isInFollowUp: true),
        Memory(spoken: ["x": 1], captures: ["x": "1"], asked: ["x": 1], isInFollowUp: true),
        Memory(captures: ["a": "line\nbreak", "b": "🔥 é", "s": "s"]),
    ]

    @Test("captures, follow-ups asked and the open follow-up are encoded too", arguments: memories)
    func all(_ memory: Memory) {
        #expect(memory != Memory())
        #expect(Memory(encoded: memory.encoded) == memory)
    }

    @Test("a zero byte that a player sent is kept")
    func zeroByte() {
        #expect(Memory(encoded: Memory(captures: ["a": "x\0y"]).encoded) == Memory(captures: ["a": "x\0y"]))
    }

    @Test(
        "bytes of any other form are refused",
        arguments: ["a", "a\0", "a\0x\0", "\0", "s\0x\0", "s\0x\0y\0", "s\0x\01", "x\0x\01\0", "1 a\n2 b"])
    func refused(_ text: String) {
        #expect(Memory(encoded: Array(text.utf8)) == nil)
    }
}

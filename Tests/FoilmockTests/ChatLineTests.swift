import Glibc
import Support
import Testing

@testable import Program

@Suite("Lines of a chat")
struct ChatLineTests {
    static let lines: [(String, ChatLine)] = [
        ("", .blank), (" \t", .blank), ("hello", .say("hello")), (" /why", .say(" /why")), ("//why", .say("/why")),
        ("///", .say("//")), ("/why", .command(.why, "")), ("/why  ", .command(.why, "")),
        ("/jump  s1 ", .command(.jump, "s1")), ("/switch The Road", .command(.switchTo, "The Road")),
        ("[[pass]] /x", .say("[[pass]] /x")),
    ]

    @Test("a line is said, or is a command; two slashes say a slash", arguments: lines)
    func line(_ text: String, _ wanted: ChatLine) throws { #expect(try ChatLine(text) == wanted) }

    static let mistakes: [(String, String)] = [
        ("/", "there is no command \"/\"; /help lists"), ("/wyh", "did you mean \"/why\"?"),
        ("/jump", "/jump needs more: /jump STATE"), ("/undo 2", "/undo takes nothing after it"),
        ("/WHY", "did you mean \"/why\"?"), (String(repeating: "é", count: 10_001), "it may have 10000 characters"),
    ]

    @Test("a command that does not exist, or has too much or too little, is refused", arguments: mistakes)
    func mistake(_ text: String, _ message: String) {
        #expect {
            try ChatLine(text)
        } throws: { error in (error as? ChatError)?.message.contains(message) == true }
    }

    @Test("every command is in the list")
    func list() { #expect(Set(ChatCommand.all) == Set(ChatCommand.allCases)) }

    static let words: [(String, String, [String])] = [
        ("/sw", "itch ", ["/switch"]), ("/s", "", ["/state", "/set", "/switch", "/save"]),
        ("/jump s", "tate_", ["state_1", "state_2"]),
        ("/jump state_2", " ", ["state_2"]), ("/jump x", "", []), ("hello", "", []), ("/nothing s", "", []),
        ("/undo s", "", []),
    ]

    @Test("Tab completes commands, and the names that can follow them", arguments: words)
    func completion(_ line: String, _ added: String, _ choices: [String]) {
        let found = ChatCompletion(line) { $0 == .jump ? ["state_1", "state_2"] : [] }
        #expect(found == ChatCompletion(added: added, choices: choices))
    }

    static func read(_ bytes: [UInt8]) throws -> [InputLine] {
        let folder = TemporaryFolder()
        try Disk.write(bytes, to: folder.place("lines"))
        let descriptor = open(folder.place("lines"), O_RDONLY)
        defer { close(descriptor) }
        let input = PlainInput(descriptor, prompt: nil)
        var lines: [InputLine] = []
        while let line = try input.next() { lines.append(line) }
        return lines
    }

    @Test("lines of a file are texts; one that is too long or no UTF-8 is skipped, and the next one counts")
    func plain() throws {
        let long = [UInt8](repeating: 0x61, count: 200_000)
        let bytes = Array("a\r\n\né\n".utf8) + [0xFF, 0x0A] + long + Array("\nb".utf8)
        #expect(
            try Self.read(bytes) == [.text("a"), .text(""), .text("é"), .notUTF8, .tooLong, .text("b")])
    }

    @Test("lines may end as on Windows, and a byte order mark before the first is no part of it")
    func foreign() throws {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        #expect(
            try Self.read(mark + Array("/why\r\na\r\n".utf8) + mark) == [.text("/why"), .text("a"), .text("\u{FEFF}")])
    }

    @Test("the marks around pasted text are no characters, in whatever pieces they come; other keys stay")
    func paste() {
        for size in [1, 3, 100] {
            var decoder = InputScalars()
            var found = String.UnicodeScalarView()
            let bytes = Array("a\u{1B}[200~b\rc\u{1B}[201~\u{1B}[2~\u{1B}[D\u{1B}fz".utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                decoder.add(Array(bytes[start..<min(start + size, bytes.count)]))
                while let scalar = decoder.next() { found.append(scalar) }
            }
            #expect(String(found) == "ab\rc\u{1B}[2~\u{1B}[D\u{1B}fz")
        }
    }

    @Test("characters of a terminal come in any pieces, and what is no UTF-8 is marked")
    func scalars() {
        var decoder = InputScalars()
        var found: [Unicode.Scalar] = []
        var broken = 0
        for byte in Array("aé→😀".utf8) + [0xFF, 0xC3] + Array("z".utf8) {
            decoder.add([byte])
            while let scalar = decoder.next() {
                found.append(scalar)
                if decoder.wasBroken { broken += 1 }
            }
        }
        #expect(String(String.UnicodeScalarView(found)) == "aé→😀\u{FFFD}\u{FFFD}z")
        #expect(broken == 2)
    }
}

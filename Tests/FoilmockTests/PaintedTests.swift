import Fixtures
import JSON
import Testing

@testable import Program

@Suite("Colour on a terminal")
struct PaintedTests {
    static let text: Painted = "\("Error:", .error) in \("a.json", .place) \("", .mark)"

    @Test("the text is the same without colour")
    func plain() {
        #expect(Self.text.plain == "Error: in a.json ")
        #expect(Self.text.shown(inColour: false) == Self.text.plain)
        #expect(Self.text.shown(inColour: true) == "\u{1B}[1;31mError:\u{1B}[0m in \u{1B}[36ma.json\u{1B}[0m ")
    }

    @Test("no part of a text can write an escape sequence", arguments: [true, false])
    func escapes(_ inColour: Bool) {
        let name = "\u{1B}[31mred"
        let painted: Painted = "\(name) \(name, .place)"
        let shown = painted.shown(inColour: inColour)
        #expect(shown.hasPrefix("\\u{1b}[31mred "))
        #expect(!shown.contains("\u{1B}[31m"))
    }

    @Test("texts are put together with their colours")
    func joined() {
        let whole = [Self.text, "b", "\("c", .heading)"].joined(separator: "\n") + "!"
        #expect(whole.plain == "Error: in a.json \nb\nc!")
        #expect(whole.shown(inColour: true).hasSuffix("\nb\n\u{1B}[1mc\u{1B}[0m!"))
        #expect(([] as [Painted]).joined(separator: "\n") == "")
    }

    @Test("the word Error of the last line has a colour, and no other")
    func error() {
        let shown = AppError.failure("Error: it failed").painted.shown(inColour: true)
        #expect(shown == "\u{1B}[1;31mError:\u{1B}[0m Error: it failed")
        let mistakes = FixtureFailure.mistakes(["a.json: error: x"]).atStart.painted
        #expect(
            mistakes.shown(inColour: true)
                == "a.json: error: x\n\u{1B}[1;31mError:\u{1B}[0m 1 mistake in the fixtures; nothing is served")
        #expect(mistakes.plain == FixtureFailure.mistakes(["a.json: error: x"]).atStart.message)
    }

    @Test("a finding has its place and its severity in colour")
    func finding() {
        let finding = Diagnostic(.warning, file: "a.json", line: 1, column: 2, message: "doubtful")
        let shown = Check.text([finding], [], .text, below: "d").shown(inColour: true)
        #expect(shown.hasPrefix("\u{1B}[36md/a.json:1:2\u{1B}[0m: \u{1B}[1;33mwarning\u{1B}[0m: doubtful\n"))
    }

    static let environments: [(Environment, Bool)] = [
        (["TERM": "xterm"], true), (["TERM": "xterm", "NO_COLOR": ""], true),
        (["TERM": "xterm", "NO_COLOR": "1"], false),
        (["TERM": "xterm", "NO_COLOR": "0"], false), (["TERM": "dumb"], false), (["TERM": ""], false), ([:], false),
    ]

    @Test("NO_COLOR, a dumb terminal and an unknown one switch colour off", arguments: environments.indices)
    func wanted(_ index: Int) {
        #expect(Terminal.takesColour(Self.environments[index].0) == Self.environments[index].1)
    }
}

@Suite("The line that says how far work is")
struct ProgressLineTests {
    @Test("a line takes the place of the last one, whose rest is overwritten, and is gone at the end")
    func line() {
        var line = ProgressLine()
        #expect(
            line.drawn("replaying: 1200 lines", after: .milliseconds(1900), columns: 80)
                == "\rreplaying: 1200 lines, 1 s")
        #expect(
            line.drawn("done", after: .seconds(2), columns: 80) == "\rdone, 2 s" + String(repeating: " ", count: 17))
        #expect(line.erased() == "\r" + String(repeating: " ", count: 9) + "\r")
        #expect(line.erased() == "")
    }

    @Test(
        "a line is narrower than the terminal: first the time is left out, then all of it, and no number is cut off",
        arguments: [
            (0, "\r"), (1, "\r"), (18, "\r"), (19, "\rchecking persona 9"), (23, "\rchecking persona 9"),
            (24, "\rchecking persona 9, 1 s"),
        ])
    func narrow(_ columns: Int, _ drawn: String) {
        var line = ProgressLine()
        #expect(line.drawn("checking persona 9", after: .seconds(1), columns: columns) == drawn)
    }

    @Test("work that never drew a line leaves nothing to remove")
    func short() {
        var line = ProgressLine()
        #expect(line.erased() == "")
    }
}

@Suite("The version")
struct VersionTests {
    @Test("as JSON it is one line with version, platform and the version of each library")
    func json() throws {
        #expect(!Version.json().contains("\n"))
        let value = try JSONReader.read(Array(Version.json().utf8))
        #expect(value.members?.map(\.key) == ["version", "platform", "libraries"])
        #expect(value["version"]?.string == App.version)
        #expect(value["platform"]?.string?.hasPrefix("linux-") == true)
        let libraries = try #require(value["libraries"]?.members)
        #expect(libraries.map(\.key) == ["libevent", "SQLite", "PCRE2", "utf8proc", "OpenSSL", "glibc"])
        for library in libraries {
            #expect(library.value.string?.first?.isNumber == true, "\(library.key)")
            #expect(Version.text().contains("\(library.key) \(library.value.string ?? "")"))
        }
    }

    @Test("the day of the version is a date")
    func released() {
        let parts = App.released.split(separator: "-").map { Int($0) ?? 0 }
        #expect(App.released.count == 10 && parts.count == 3)
        #expect((1...12).contains(parts[1]) && (1...31).contains(parts[2]))
    }
}

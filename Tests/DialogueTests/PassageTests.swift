import Dialogue
import Testing
import Text

@Suite("A text that is in no conversation")
struct PassageTests {
    private static func any(_ word: String) throws -> Matcher { .text(.any([try #require(Phrase(word))])) }

    /// Which conditions hold, asked in their order.
    private func holding(_ passage: Passage, _ conditions: [Matcher?]) -> [Bool] {
        var passage = passage
        return conditions.map { passage.fits($0) }
    }

    @Test("its parts are lines of one text")
    func parts() throws {
        let passage = Passage(["Red", "", "shoes\nat last"], hasImage: true)
        let pattern = Matcher.text(.pattern(try Pattern("^Red\n\nshoes\nat last$")))
        let found = holding(passage, [pattern, try Self.any("shoes"), try Self.any("boots"), .image(true), nil])
        #expect(found == [true, true, false, true, true])
        #expect(!passage.hasGivenUp)
    }

    @Test("only its beginning is looked at, in whole characters")
    func limit() throws {
        let filler = String(repeating: "é", count: Passage.byteLimit / 2 - 3)
        let whole = Passage([filler, "aéé", "late"], hasImage: false)
        #expect(holding(whole, [try Self.any("aéé"), try Self.any("late")]) == [true, false])
        let cut = Passage([filler, "aé€", "late"], hasImage: false)
        let length = NumberMatcher(atLeast: Passage.byteLimit / 2, atMost: Passage.byteLimit / 2)
        #expect(holding(cut, [try Self.any("aé"), .length(length)]) == [true, true])
    }

    @Test("all conditions share one effort, and when it is spent no text matches")
    func effort() throws {
        var passage = Passage([String(repeating: "ab ", count: 80_000), "end"], hasImage: false)
        let end = try Self.any("end")
        var held = 0
        while held < 1_000, passage.fits(end) { held += 1 }
        #expect(held > 10 && held < 1_000)
        #expect(passage.hasGivenUp)
        #expect(holding(passage, [.image(false)]) == [true])
    }
}

import Testing

@testable import Fixtures

@Suite("Suggestions")
struct SuggestionTests {
    static let cases: [(String, [String], String?)] = [
        // One letter more, less, other, or two swapped
        ("priorty", ["priority"], "priority"), ("priorityy", ["priority"], "priority"),
        ("priorita", ["priority"], "priority"),
        ("pirority", ["priority"], "priority"), ("naem", ["name", "key"], "name"),
        // A third of the letters may differ, in a short word one
        ("direktivs", ["directives"], "directives"), ("dyrektivs", ["directives"], "directives"),
        ("dyrekty", ["directives"], nil), ("is", ["id"], "id"), ("x", ["y"], "y"), ("ab", ["cd"], nil),
        // The nearest, then the first by name
        ("say", ["stays", "says"], "says"), ("bat", ["rat", "cat"], "cat"),
        ("state", ["states", "state_key"], "states"),
        // Nothing near
        ("zzz", ["name", "key"], nil), ("name", [], nil), ("", ["name"], nil), ("a", ["abcdefghijkl"], nil),
        ("états", ["etats"], nil),
        // The only one that goes on from the word
        ("to_state", ["to_state_key", "from_state_key"], "to_state_key"), ("desc", ["description"], "description"),
        ("redi", ["redirect", "redirect_limit"], nil), ("des", ["description"], nil),
        ("redirec", ["redirect", "redirect_limit"], "redirect"),
        // Letters are compared without their case
        ("Name", ["name"], "name"), ("ACCEPTED", ["accept"], "accept"), ("pASSfAIL", ["PASS_FAIL"], "PASS_FAIL"),
        ("thier", ["Their", "their"], "their"), ("Thier", ["Their", "their"], "Their"),
    ]

    @Test("the nearest candidate is suggested if it is near enough", arguments: cases)
    func suggestion(_ word: String, _ candidates: [String], _ meant: String?) {
        let expected = meant.map { "; did you mean \"\($0)\"?" } ?? ""
        #expect(Suggestion.text(for: word, among: candidates) == expected)
        #expect(Suggestion.text(for: word, among: candidates.reversed()) == expected)
    }
}

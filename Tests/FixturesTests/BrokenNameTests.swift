import Fixtures
import Testing

@Suite("A line that names a missing photo or capture is refused")
struct BrokenNameTests {
    static let photos: [([String], String)] = [
        (["beech.jpg"], "; did you mean \"media/beech.jpg\"?"), (["Beach.JPG"], "; did you mean \"media/Beach.JPG\"?"),
        ([], "; media/ holds no file"), (["cat-on-a-wall.png"], "; there is media/cat-on-a-wall.png"),
        (["sub/of/many/beach.jpg"], "; there is media/sub/of/many/beach.jpg"),
        (
            ["6666666", "5555555", "4444444", "3333333", "2222222", "1111111", "0000000"],
            "; there is media/0000000, media/1111111, media/2222222, media/3333333, media/4444444 and 2 more"
        ),
    ]

    @Test("a missing photo is refused, with the photos that exist", arguments: photos)
    func photo(_ there: [String], _ remedy: String) {
        let broken = Broken(
            .says, #"[{"photo": ^"media/beach.jpg"}]"#, "there is no media/beach.jpg beside persona.json\(remedy)")
        #expect(Folder.diagnostics(broken.files + there.flatMap { Folder.media($0) }) == [broken.expected])
        #expect(Folder.diagnostics(broken.files + Folder.media("beach.jpg")) == [])
    }

    @Test("another persona's photo is refused")
    func otherPersona() {
        let broken = Broken(
            .says, #"{"photo": ^"media/a.jpg"}"#, "there is no media/a.jpg beside persona.json; media/ holds no file")
        let other = Folder.renamed("noa") + [Folder.file("personas/noa/media/a.jpg", "")]
        #expect(Folder.diagnostics(broken.files + other) == [broken.expected])
    }

    /// A place in a machine, and the JSON at it.
    struct Place: Sendable, CustomTestStringConvertible {
        enum Owner: Sendable { case transition, state, machine }

        let owner: Owner
        let json: String

        init(_ owner: Owner, _ json: String) { (self.owner, self.json) = (owner, json) }

        var testDescription: String { "\(owner) \(json)" }

        /// A machine that leaves what the group `a` caught.
        func machine(_ message: String) -> Broken {
            func more(_ owner: Owner) -> String { owner == self.owner ? ", \(json)" : "" }
            return Broken(
                .wholeMachine,
                """
                {"states": [{"state_key": "s", "is_initial_state": true\(more(.state))}],
                 "transitions": [{"from_state_key": "s", "decision_type": "redirect"\(more(.transition))}]\(more(.machine)),
                 "output_variables": [{"key": "k", "from": {"capture": ^"a"}}]}
                """, message)
        }
    }

    private static let pattern = #"{"pattern": "(?<a>x)"}"#
    private static let line = "{\"text\": \"x\", \"when\": \(pattern)}"

    static let dropping = [
        Place(.transition, "\"when\": {\"not\": \(pattern)}"),
        Place(.transition, "\"when\": {\"not\": {\"not\": \(pattern)}}"),
        Place(.transition, "\"when\": {\"any_of\": [{\"any\": [\"b\"]}, {\"not\": {\"all_of\": [\(pattern)]}}]}"),
        Place(.transition, "\"when\": {\"variable\": {\"town\": \(pattern)}}"),
        Place(.transition, "\"when\": {\"event\": \"e\", \"context\": {\"reaction\": \(pattern)}}"),
        Place(.transition, "\"says\": \(line)"), Place(.state, "\"says\": [\"y\", \(line)]"),
        Place(.state, "\"says_on\": {\"pass\": \(line)}"), Place(.state, "\"follow_up\": {\"says\": \(line)}"),
        Place(.machine, "\"greeting\": \(line)"), Place(.machine, "\"says_on\": {\"pass\": \(line)}"),
        Place(.machine, "\"entries\": {\"nudge\": {\"says\": \(line)}}"),
    ]

    @Test("a group in a condition that keeps no captures cannot be named", arguments: dropping)
    func dropped(_ place: Place) {
        let broken = place.machine(
            "\"capture\" names a group that keeps nothing: \"a\"; put its pattern into the \"when\" of a transition or a "
                + "follow-up, outside \"not\", \"variable\" and \"context\"")
        #expect(Folder.diagnostics(broken.files) == [broken.expected])
    }

    static let keeping = [
        Place(.transition, "\"when\": \(pattern)"),
        Place(.transition, "\"when\": {\"all_of\": [{\"any_of\": [\(pattern)]}, {\"any\": [\"b\"]}]}"),
        Place(.transition, "\"when\": \(pattern), \"says\": \(line)"),
        Place(.state, "\"follow_up\": [{\"when\": \(pattern), \"says\": \"{capture.a}\"}]"),
    ]

    @Test("a group in the condition of a transition or a follow-up can be named", arguments: keeping)
    func kept(_ place: Place) {
        #expect(Folder.diagnostics(place.machine("").files) == [])
    }
}

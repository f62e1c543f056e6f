import Emulator
import Fixtures
import Support
import Testing

@Suite("The fixture keys of the Characters API")
struct KeyTests {
    /// Of a folder with these members: the mistakes, each with its place.
    private func mistakes(account: String = "", persona: String = "", machine: String = "") -> [String] {
        do {
            _ = try Studio(account: account, persona: persona, machine: machine)
            return []
        } catch let refusal as Catalog.Refusal {
            return refusal.diagnostics.map { "\($0)" }
        } catch {
            return ["\(error)"]
        }
    }

    @Test(
        "a mistake in a key of a persona is told with what may be meant",
        arguments: [
            (#", "platforms": {"instagram": "dn"}"#, #"names no machine of this persona; did you mean "dm"?"#),
            (#", "platforms": ["dm"]"#, #""platforms" must be an object of platforms and machine keys"#),
            (#", "character": {"ignore_duplicate_lead": true}"#, #"did you mean "ignore_duplicate_leads"?"#),
            (#", "character": {"separate_sessions_per_account": 1}"#, "must be true or false"),
            (#", "vision": [{"seen": true}]"#, #"has no "url""#),
            (#", "vision": [{"url": "*", "kind": "vidoe"}]"#, #"did you mean "video"?"#),
            (#", "vision": {}"#, #""vision" of the persona must be a list"#),
        ])
    func persona(_ member: String, _ message: String) {
        let found = mistakes(persona: member)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("personas/maya/persona.json:1:") == true, "\(found)")
        #expect(found.first?.contains(message) == true, "\(found)")
    }

    @Test(
        "a mistake in a key of a machine is told",
        arguments: [
            (#", "bubble_delay_ms": -1"#, "must be between 0 and 600000, not -1"),
            (#", "bubble_delay_ms": {"bse": 1}"#, #"did you mean "base"?"#),
            (#", "bubble_delay_ms": "slow""#, "must be a whole number"),
            (#", "comments": []"#, #""comments" must be an object"#),
            (#", "comments": {"say": "x"}"#, #"unknown key "say" in "comments"; did you mean "says"?"#),
            (#", "comments": {"max_chars": 19}"#, "must be between 20 and 2200, not 19"),
            (#", "comments": {"dm_nudge": {"after": 1}}"#, #"has no "says""#),
            (#", "comments": {"bow_out": {}}"#, #""bow_out" has no "when""#),
            (#", "comments": {"engage": {"says": "x", "max_dept": 1}}"#, #"did you mean "max_depth"?"#),
            (#", "comments": {"engage": {"max_depth": 101, "says": "x"}}"#, "between 0 and 100"),
            (
                #", "comments": {"says": "{player_name}"}"#,
                "{player_name} is for conversations; what is said in public can name {target} and {persona_name}"
            ),
            (#", "comments": {"says": "{tarket}"}"#, #"unknown placeholder {tarket}; did you mean "target"?"#),
            (#", "comments": {"replies": "{capture.x}"}"#, "{capture.x} is for conversations"),
            (#", "comments": {"says": {"bubbles": ["a"], "text": "b"}}"#, #""bubbles" is for messages"#),
            (#", "comments": {"says": {"text": "b", "photo": "media/a b/é.jpg"}}"#, #""photo" is for messages"#),
            (
                #", "comments": {"says": [{"text": "b", "when": {"ny": ["x"]}}]}"#,
                #"unknown key "ny" in a matcher; did you mean "any"?"#
            ),
            (#", "comments": {"says": 1}"#, #"a line must be a text or {"text", "when"}, not a number"#),
            (#", "posts": []"#, #""posts" must be an object"#), (#", "posts": {}"#, #""posts" has no "ideas""#),
            (#", "posts": {"idea": []}"#, #"did you mean "ideas"?"#),
            (#", "posts": {"ideas": [], "thresholds": {"min_novlty": 1}}"#, #"did you mean "min_novelty"?"#),
            (#", "posts": {"ideas": [], "thresholds": {"min_novelty": 101}}"#, "must be between 0"),
            (#", "posts": {"ideas": [{"title": "T"}]}"#, #"an idea has no "body""#),
            (#", "posts": {"ideas": [{"title": " ", "body": "B"}]}"#, #""title" of an idea must not be empty"#),
            (#", "posts": {"ideas": [{"title": "T", "body": "B", "novelty": -1}]}"#, "must be between 0"),
            (#", "posts": {"ideas": [{"title": "T", "body": "B", "image": null}]}"#, "must be true or false"),
            (
                #", "posts": {"ideas": [{"title": "T", "body": "B", "when": {"an": ["a"]}}]}"#,
                #"unknown key "an" in a matcher; did you mean "any"?"#
            ),
            (
                #", "posts": {"ideas": [\#(Array(repeating: #"{"title": "T", "body": "B"}"#, count: 1_001).joined(separator: ","))]}"#,
                #""ideas" may hold at most 1000 ideas, not 1001"#
            ),
        ])
    func machine(_ member: String, _ message: String) {
        let found = mistakes(machine: member)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("personas/maya/machines/dm.json:1:") == true, "\(found)")
        #expect(found.first?.contains(message) == true, "\(found)")
    }

    @Test(
        "a condition on a comment cannot ask about a conversation",
        arguments: [
            (#""said": ["x"]"#, "said"), (#""turn": 1"#, "turn"), (#""score": 1"#, "score"),
            (#""redirects": 1"#, "redirects"), (#""variable": {"x": {"any": ["y"]}}"#, "variable"),
            (#""context": {"x": {"any": ["y"]}}"#, "context"), (#""in_follow_up": true"#, "in_follow_up"),
            (#""event": "reaction""#, "event"),
        ])
    func conversation(_ member: String, _ key: String) {
        let places = [
            #""comments": {"says": [{"text": "x", "when": {\#(member)}}]}"#,
            #""comments": {"bow_out": {"when": {"not": {\#(member)}}}}"#,
            #""comments": {"engage": {"says": "x", "when": {"any_of": [{\#(member)}]}}}"#,
            #""posts": {"ideas": [{"title": "T", "body": "B", "when": {\#(member)}}]}"#,
        ]
        for place in places {
            let found = mistakes(machine: ", \(place)")
            #expect(found.count == 1, "\(found)")
            #expect(found.first?.hasPrefix("personas/maya/machines/dm.json:1:") == true, "\(found)")
            #expect(found.first?.contains(#""\#(key)" asks about a conversation"#) == true, "\(found)")
        }
    }

    @Test("a group of a pattern in a comment's condition keeps nothing")
    func captures() {
        let found = mistakes(
            machine: #", "greeting": "{capture.x|}", "comments": {"bow_out": {"when": {"pattern": "(?<x>a)"}}}"#)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains("{capture.x} names a group that keeps nothing") == true, "\(found)")
    }

    @Test(
        "a mistake in a token is told",
        arguments: [
            (#"{"persona": "maya", "machine": "dm"}"#, #"a connector token has no "token""#),
            (#"{"token": "ftc x", "persona": "maya", "machine": "dm"}"#, "1 to 200 letters, digits, _ and -"),
            (#"{"token": "pk_live_demo", "persona": "maya", "machine": "dm"}"#, "already one of"),
            (#"{"token": "ftc_live_x", "persona": "mya", "machine": "dm"}"#, #"did you mean "maya"?"#),
            (#"{"token": "ftc_live_x", "persona": "maya", "machine": "dm", "paused": 1}"#, "must be a text"),
        ])
    func token(_ token: String, _ message: String) {
        let found = mistakes(account: #", "connector_tokens": [\#(token)]"#)
        #expect(found.count == 1)
        #expect(found.first?.contains(message) == true, "\(found)")
    }
}

import Exploration
import Testing

@Suite("The messages of a walk")
struct MessageTests {
    /// A condition that comes first, the condition to meet, and what more the machine has.
    static let met: [(String, String, String)] = [
        (#"{"any": ["y"]}"#, #"{"any": ["rare goods", "gold*"]}"#, ""),
        (#"{"any": ["y"]}"#, #"{"all": ["rare", "strange things"]}"#, ""),
        (#"{"any": ["y"]}"#, #"{"none": ["x"]}"#, ""),
        (#"{"any": ["y"]}"#, #"{"equals": "Yes, I do"}"#, ""),
        (#"{"any": ["y"]}"#, #"{"pattern": "(?:call me|i am)\\s+(?<name>\\p{L}+)"}"#, ""),
        (#"{"any": ["y"]}"#, #"{"pattern": "\\b[0-9]{3}-\\d{2}\\b", "any": ["number"]}"#, ""),
        (#"{"any": ["y"]}"#, #"{"length": {"gte": 200}}"#, ""),
        (#"{"any": ["y"]}"#, #"{"length": {"lte": 2}}"#, ""),
        (#"{"length": {"lte": 30}}"#, #"{"any": ["x"]}"#, ""),
        (#"{"length": {"gte": 5}}"#, #"{"any": ["x"]}"#, ""),
        (#"{"equals": "x"}"#, #"{"any": ["x"]}"#, ""),
        (#"{"any": ["x"]}"#, #"{"any": ["x", "w"]}"#, ""),
        (#"{"all": ["x", "w"]}"#, #"{"any": ["w"]}"#, ""),
        (#"{"not": {"any": ["x"]}}"#, #"{"any": ["w"]}"#, ""),
        (#"{"pattern": "\\w"}"#, #"{"otherwise": true}"#, ""),
        (#"{"any": ["y"]}"#, #"{"not": {"all_of": [{"any": ["x"]}, {"length": 9}]}}"#, ""),
        (#"{"any": ["y"]}"#, #"{"any_of": [{"any": ["y"]}, {"all_of": [{"any": ["x"]}, {"none": ["y"]}]}]}"#, ""),
        (#"{"any": ["y"]}"#, #"{"image": true, "any": ["x"]}"#, ""),
        (#"{"image": false}"#, #"{"any": ["x"]}"#, ""),
        (#"{"any": ["y"]}"#, #"{"said": ["magic"], "any": ["open"]}"#, ""),
        (#"{"any": ["y"]}"#, #"{"turn": {"gte": 4}}"#, ""),
        (#"{"any": ["y"]}"#, #"{"redirects": 2, "any": ["x"]}"#, ""),
        (#"{"any": ["x"]}"#, #"{"event": "gift"}"#, events), (#"{"any": ["y"]}"#, #"{"event": "visit"}"#, events),
        (
            #"{"any": ["y"]}"#, #"{"event": "gift", "context": {"what": {"any": ["rose"]}, "count": {"gte": 3}}}"#,
            events
        ),
    ]

    static let events = """
        "entries": {"events": {"gift": {"to_state_key": "a", "says": "Oh."}, "visit": {"to_state_key": "a", "says": "Hi."}}},
        """.replacing("\n", with: "")

    @Test("a message is made for every kind of condition, and past those that come first", arguments: met)
    func kinds(_ first: String, _ second: String, _ more: String) throws {
        let found = try Lab.explored(ExplorationTests.pair(first, second, more))
        #expect(found.lines(to: "z") != nil, "\(found.findings.map(\.message))")
        #expect(found.faults == [] && found.notes == [])
    }

    @Test("a pattern for which no message can be made is a note, and nothing is called impossible")
    func patterns() throws {
        let machine = ExplorationTests.pair(#"{"any": ["y"]}"#, #"{"pattern": "^(?=.*fox)(?=.*hen)"}"#)
        let found = try Lab.explored(machine)
        #expect(found.faults == [])
        #expect(
            found.notes == [
                "the ending \"z\" was not reached with the messages that could be made",
                "could not make a message for the transition a → z pass (pattern \"^(?=.*fox)(?=.*hen)\"): add a story "
                    + "that says one",
            ])
        let sampled = try Lab.explored(machine, samples: ["hello", "a hen and a fox", "[[pass]]"])
        #expect(sampled.notes == [] && sampled.lines(to: "z") == ["say \"a hen and a fox\""])
    }
}

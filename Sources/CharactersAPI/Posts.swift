import Dialogue
import Exact
import Fixtures

/// What is judged about an idea for a post, each from 0 to 100.
enum Measure: String, CaseIterable {
    case relevance, novelty
    case ruleCompat = "rule_compat"

    /// The name of its floor: below it an idea is not posted.
    var floor: String { "min_\(rawValue)" }
}

/// A number for each measure.
struct Marks: Equatable, Sendable {
    static let range = 0.0...100.0

    private var numbers: [Measure: Double]

    init(all number: Double) { numbers = Dictionary(uniqueKeysWithValues: Measure.allCases.map { ($0, number) }) }

    subscript(_ measure: Measure) -> Double {
        get { numbers[measure] ?? 0 }
        set { numbers[measure] = newValue }
    }

    var sum: Double { Measure.allCases.reduce(0) { $0 + self[$1] } }

    /// The measures in which these marks are below a floor.
    func below(_ floors: Marks) -> [Measure] { Measure.allCases.filter { self[$0] < floors[$0] } }
}

/// What a character can post in communities (F-10): the `posts` of a machine.
struct Posts: Equatable, Sendable {
    /// One post that can be written. Once it was, the idea is used up in that community.
    final class Idea: Sendable {
        let when: Matcher?
        let title: String
        let body: String
        let flair: String?
        let marks: Marks
        /// Whether it needs a picture; nil: it can have one.
        let image: Bool?

        init?(_ reader: ObjectReader, _ machine: MachineReading) {
            defer { reader.finish() }
            when = machine.publicCondition("when", of: reader)
            let title = reader.requiredText("title")
            let body = reader.requiredText("body")
            flair = reader.text("flair", nullable: true)
            image = reader.bool("image")
            var marks = Marks(all: 100)
            for measure in Measure.allCases {
                marks[measure] = reader.number(measure.rawValue, in: Marks.range) ?? marks[measure]
            }
            self.marks = marks
            guard let title, let body else { return nil }
            (self.title, self.body) = (title, body)
        }

        func fits(hasImage: Bool) -> Bool { image.map { $0 == hasImage } ?? true }
    }

    static let standardFloors = Marks(all: 60)
    /// The most ideas of a machine: a request may look at all of them, and at what the sandbox knows of each.
    static let ideaLimit = 1_000

    let floors: Marks
    let ideas: [Idea]

    /// Reads `posts`; nil when a mistake was reported.
    init?(_ reader: ObjectReader, _ machine: MachineReading) {
        defer { reader.finish() }
        var floors = Posts.standardFloors
        if let own = reader.object("thresholds", "\"thresholds\"") {
            for measure in Measure.allCases {
                floors[measure] = own.number(measure.floor, in: Marks.range) ?? floors[measure]
            }
            own.finish()
        }
        self.floors = floors
        guard let values = reader.array("ideas") ?? reader.missing("ideas") else { return nil }
        if values.count > Posts.ideaLimit {
            reader.findings.report(
                "\"ideas\" may hold at most \(Posts.ideaLimit) ideas, not \(values.count)",
                at: reader.position(of: "ideas"))
        }
        ideas = values.compactMap { value in
            ObjectReader(value, "an idea", reader.findings).flatMap { Idea($0, machine) }
        }
    }

    static func == (one: Posts, other: Posts) -> Bool {
        one.floors == other.floors && one.ideas.elementsEqual(other.ideas, by: { $0 === $1 })
    }
}

import Dialogue
import HTTP
import Testing

@testable import Journal

@Suite("The memory of a journal entry")
struct JournalSizeTests {
    /// Texts that are in memory anyway: the facts share the head; a route, a persona's name and a sandbox's exist once.
    private static let shared: Set<String> = [
        "RequestFacts.head", "RequestFacts.route", "RequestFacts.persona", "Draft.sandbox",
    ]

    /// The bytes of all texts and byte arrays in a value, wherever they are.
    private static func bytes(in value: Any) -> Int {
        if let text = value as? String { return text.utf8.count }
        if let bytes = value as? [UInt8] { return bytes.count }
        return Mirror(reflecting: value).children.reduce(0) { sum, child in
            shared.contains("\(type(of: value)).\(child.label ?? "")") ? sum : sum + bytes(in: child.value)
        }
    }

    private static let text = String(repeating: "x", count: 10_000)

    /// An entry with a long text wherever a request can bring one.
    private static func draft() -> JournalEntry.Draft {
        var fields = Fields()
        for _ in 0..<3 { fields.add(.host, text) }
        let head = RequestHead(method: .post, path: "/" + text, query: text, fields: fields)
        var facts = RequestFacts(head)
        facts.caller = text
        facts.player = text
        facts.message = text
        facts.faults = Array(repeating: text, count: 4)
        return JournalEntry.Draft(
            kind: .request, sandbox: "pk_test_a", place: nil, head: head, facts: facts,
            body: .bytes(Array(text.utf8)), time: Timestamp(seconds: 0), received: Timestamp(seconds: 0), began: 0)
    }

    @Test("is at least that of all texts that a request brings or an answer has")
    func size() {
        var response = Response(status: .ok, body: Array(Self.text.utf8))
        response.delivery.steps.append(.bytes(Array(Self.text.utf8)))
        response.fields.add(.contentType, Self.text)
        let rank = JournalEntry.Rank(number: 1, isDuplicate: false, tally: Tally())
        let entry = JournalEntry(Self.draft(), rank, arrival: 1, response)
        let texts = Self.bytes(in: Self.draft()) + Self.bytes(in: response)
        #expect(texts > 150_000)
        #expect((texts...2 * texts).contains(entry.size))
    }
}

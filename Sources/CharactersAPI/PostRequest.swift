import Emulator
import Exact
import Fixtures
import HTTP
import JSON

/// What a caller tells of a community, and how a post is to be found (A.3-12).
struct PostRequest {
    let platform: String
    /// The community's name, such as `r/running`.
    let community: String
    /// The labels that a post can have there.
    let flairs: [String]
    let brief: String?
    /// The URL of the picture to post; nil: without one.
    let asset: String?
    let reusesAnalysis: Bool
    let wantsDrafts: Bool
    private let thresholds: JSONValue?
    /// What the community is like, in the order of the document.
    private let read: [JSONValue?]

    /// Reads the fields; the caller checks them.
    init(_ body: inout RequestFields) {
        platform = body.name("platform")
        if body["community"] == nil { body.refuse("community", "Field required") }
        let place = body.members(of: "community") { (ref: $0.name("ref"), flairs: $0.texts("flairs")) }
        (community, flairs) = (place?.ref ?? "", place?.flairs ?? [])
        body.object("posts")
        body.list("top_comments")
        body.object("format")
        brief = body.message("brief")
        _ = body.optionalName("mode")
        asset =
            body.members(of: "asset") { fields in
                if fields.isBlank("url") { fields.refuse("url", "Field required") }
                return fields.address("url")
            } ?? nil
        reusesAnalysis = body.flag("reuse_analysis") ?? false
        wantsDrafts = body.flag("always_draft") ?? false
        body.object("thresholds")
        thresholds = body["thresholds"]
        read = ["community", "posts", "top_comments"].map { body[$0] }
    }

    /// Whether the read of the community may be an earlier one, and be kept for later ones.
    var sharesAnalysis: Bool { reusesAnalysis && asset == nil && brief == nil }

    /// Names what the community is like: the same for the same members, as they were sent.
    var digest: String { Identifiers.digest(read.map { String(decoding: $0?.bytes ?? [], as: UTF8.self) }) }

    /// All texts, for the conditions of ideas.
    var texts: [String] {
        var texts: [String] = []
        for case let value? in read { PostRequest.collect(value, &texts) }
        return texts + [brief].compactMap(\.self)
    }

    private static func collect(_ value: JSONValue, _ texts: inout [String]) {
        switch value.kind {
        case .string(let text): texts.append(text)
        case .array(let items): for item in items { collect(item, &texts) }
        case .object(let members): for member in members { collect(member.value, &texts) }
        default: break
        }
    }

    /// The floors that hold for this call alone.
    /// - Throws: a 400 for any other key or value.
    func floors() throws(Failure) -> [Measure: Double] {
        var floors: [Measure: Double] = [:]
        for member in thresholds?.members ?? [] {
            guard let measure = Measure.allCases.first(where: { $0.floor === member.key }) else {
                throw PostRequest.refusal(
                    of: member.key,
                    "there is no such floor\(Suggestion.text(for: member.key, among: Measure.allCases.map(\.floor)))")
            }
            guard let number = member.value.number, Marks.range.contains(number) else {
                let shown = member.value.number.map { ", not \($0)" } ?? ""
                throw PostRequest.refusal(of: member.key, "must be a number from 0 to 100\(shown)")
            }
            floors[measure] = number
        }
        return floors
    }

    private static func refusal(of key: String, _ mistake: String) -> Failure {
        let known = Measure.allCases.map(\.floor).joined(separator: ", ")
        let shown = String(key.unicodeScalars.prefix(100))
        return Failure(.badRequest, "thresholds.\(shown): \(mistake); the floors are \(known), each from 0 to 100")
    }

    /// The flair of a post, from those that the community has.
    func flair(of idea: Posts.Idea) -> String? {
        flairs.first { $0 === idea.flair } ?? flairs.first
    }
}

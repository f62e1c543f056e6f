import HTTP
import Exact
import JSON

/// The result of a replay.
package struct ReplayReport {
    enum Outcome {
        case same
        case differs(ReplayDifference)
        case skipped(Reason)
    }

    /// Why an entry cannot be sent again.
    enum Reason: String, CaseIterable {
        case unknownKey = "with a key or token that is not known here"
        case spooled = "with a body too large to be kept"
        case unsaved = "that the server could not keep either"
    }

    let isWhole: Bool
    let writtenBy: String
    private(set) var same = 0
    private(set) var differing = 0
    private var skipped: [Reason: Int] = [:]
    private var differences: [String] = []
    /// One text for each part of the journal that is not an entry to send.
    private var remarks: [String] = []
    private var leftOut = 0
    private var missing = 0
    private var isCut = false

    /// The most differences, and the most remarks, that are listed.
    private static let limit = 10

    init(isWhole: Bool, writtenBy: String) {
        self.isWhole = isWhole
        self.writtenBy = writtenBy
    }

    mutating func add(_ outcome: Outcome, of entry: JournalLines.Entry) {
        switch outcome {
        case .same: same += 1
        case .skipped(let reason): skipped[reason, default: 0] += 1
        case .differs(let difference):
            differing += 1
            guard differing <= ReplayReport.limit else { return }
            differences += [
                "entry \(entry.arrival) (#\(entry.number) of \(entry.sandbox)) \(entry.method) \(entry.path): "
                    + difference.place,
                "  was \(difference.was)", "  now \(difference.now)",
            ]
        }
    }

    /// Counts a line of the journal that cannot be read.
    mutating func leaveOut(_ line: Int, _ why: String) {
        leftOut += 1
        remark("line \(line) was left out: \(why)")
    }

    /// Counts lines that the server could not write to its journal.
    mutating func miss(_ lines: Int, at line: Int) {
        missing += lines
        remark("line \(line): \(Counted(lines, "line")) missing here; what is answered after it may differ")
    }

    private mutating func remark(_ text: String) {
        if remarks.count < ReplayReport.limit { remarks.append(text) }
    }

    /// The fixtures changed while the server ran, so what follows cannot be replayed.
    mutating func end(at line: Int) {
        isCut = true
        remarks.append("line \(line): the fixtures changed here while the server ran; what follows cannot be replayed")
    }

    var exitCode: Int32 {
        if isCut { return App.Exit.notReplayed }
        return differing == 0 ? App.Exit.success : App.Exit.failure
    }

    var summary: String {
        let skips = Reason.allCases.compactMap { reason in skipped[reason].map { "\($0) \(reason.rawValue)" } }
        let sent = "\(Counted(same + differing, "request")) sent again, \(differing) answered otherwise"
        return sent + (skips.isEmpty ? "" : "; not sent: " + skips.joined(separator: ", "))
            + (leftOut > 0 ? "; left out: \(Counted(leftOut, "line"))" : "")
            + (missing > 0 ? "; missing: \(Counted(missing, "line"))" : "")
    }

    package var lines: [String] {
        var lines = differences
        if differing > ReplayReport.limit { lines.append("… and \(differing - ReplayReport.limit) more") }
        if differing > 0, writtenBy != App.version {
            lines.append("the journal was written by foilmock \(writtenBy), this is \(App.version)")
        }
        if !isWhole {
            lines.append(
                "the journal does not begin where the sandboxes did, so answers may differ; write one of an empty database, "
                    + "or of a sandbox since its reset")
        }
        return lines + remarks + [summary]
    }
}

/// The first place where an entry and its replay differ.
struct ReplayDifference {
    let place: String
    let was: String
    let now: String

    static let missing = ReplayDifference(place: "it was not noted", was: "an entry", now: "nothing")

    private init(place: String, was: String, now: String) {
        (self.place, self.was, self.now) = (place, was, now)
    }

    /// The members that are not compared: those that depend on time and speed, and the request, which is the same.
    private static let passing: Set<String> = [
        "arrival", "monotonic_ns", "request_id", "delivered", "latency_ns", "request",
    ]

    /// The fields of answers that are not compared: the id counts requests, and earlier versions sent the others
    /// otherwise, or not at all.
    private static let passingFields: [FieldName] = [
        .requestID, .accelBuffering, .accessControlAllowHeaders, .accessControlExposeHeaders,
    ]

    /// Nil when the entries are equal, except for members that depend on time.
    /// - Parameter isComplete: whether all requests before were sent again; else what depends on them is not compared:
    ///   numbers of entries, and whether a request is a duplicate.
    init?(between was: JSONValue, and line: [UInt8], isComplete: Bool) {
        guard let now = try? JSONReader.read(line, depthLimit: 512) else {
            self.init(place: "it cannot be read", was: "an entry", now: String(decoding: line, as: UTF8.self))
            return
        }
        let dropped = ReplayDifference.passing.union(isComplete ? [] : ["number", "duplicate"])
        let (one, other) = (
            ReplayDifference.lasting(was, without: dropped), ReplayDifference.lasting(now, without: dropped)
        )
        guard let found = ReplayDifference.first(one, other, at: "") else { return nil }
        self = found
    }

    private static func lasting(_ entry: JSONValue, without dropped: Set<String>) -> JSONValue {
        var kept = JSONValue.object((entry.members ?? []).filter { !dropped.contains($0.key) })
        if let response = kept["response"], let headers = response["headers"]?.array {
            let lasting = headers.filter { header in
                !ReplayDifference.passingFields.contains { header["name"]?.string === $0.text }
            }
            kept = kept.setting("response", to: response.setting("headers", to: .array(lasting)))
        }
        if let response = kept["response"], response["encoding"]?.string == "later" {
            // The length of a long answer's first part depends on the kind of store.
            kept = kept.setting("response", to: response.setting("steps", to: nil))
        }
        guard entry["kind"]?.string == "control", let response = kept["response"],
            let text = response["body"]?.string, let body = try? JSONReader.read(Array(text.utf8)),
            body["journal"] != nil
        else { return kept }
        // The count of unfinished answers depends on how fast clients read.
        let steady = String(decoding: body.setting("journal", to: nil).bytes, as: UTF8.self)
        let bare = response.setting("body", to: .string(steady)).setting("steps", to: nil)
        return kept.setting("response", to: bare)
    }

    private static func first(_ was: JSONValue, _ now: JSONValue, at place: String) -> ReplayDifference? {
        if let members = was.members, let others = now.members,
            members.map({ ExactText($0.key) }) == others.map({ ExactText($0.key) })
        {
            for (one, other) in zip(members, others) {
                let path = place.isEmpty ? one.key : "\(place).\(one.key)"
                if let found = first(one.value, other.value, at: path) { return found }
            }
            return nil
        }
        if let items = was.array, let others = now.array, items.count == others.count {
            for (index, (one, other)) in zip(items, others).enumerated() {
                if let found = first(one, other, at: "\(place)[\(index)]") { return found }
            }
            return nil
        }
        let (one, other) = (text(was), text(now))
        guard one !== other else { return nil }
        let (shownOne, shownOther) = around(one, other)
        return ReplayDifference(place: place, was: shownOne, now: shownOther)
    }

    private static func text(_ value: JSONValue) -> String {
        value.string ?? String(decoding: value.bytes, as: UTF8.self)
    }

    /// Both texts from 30 characters before the first difference.
    private static func around(_ one: String, _ other: String) -> (String, String) {
        let same = zip(one.unicodeScalars, other.unicodeScalars).prefix { $0 == $1 }.count
        let start = max(0, same - 30)
        func cut(_ text: String) -> String {
            let rest = text.unicodeScalars.dropFirst(start)
            return (start > 0 ? "…" : "") + String(String.UnicodeScalarView(rest.prefix(120)))
                + (rest.count > 120 ? "…" : "")
        }
        return (cut(one), cut(other))
    }
}

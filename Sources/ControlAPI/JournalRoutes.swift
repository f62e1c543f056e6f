import Journal
import Emulator
import Fixtures
import HTTP
import JSON

/// The routes that read, clear and verify the journal of a sandbox.
struct JournalRoutes {
    let emulator: Emulator
    /// The routes that a match can name, as `GET /personas`.
    let known: [String]

    var routes: [Route] {
        [
            Route(.get, "/sandboxes/{sandbox}/journal", show),
            Route(.get, "/sandboxes/{sandbox}/journal/live", follow),
            Route(.get, "/journal/live", followAll),
            Route(.delete, "/sandboxes/{sandbox}/journal", clear),
            Route(.post, "/sandboxes/{sandbox}/verify", changesSandbox: false, verify),
        ]
    }

    private func show(_ call: Call) throws(Failure) -> Response {
        let asked = try JournalQuery(call.query, routes: known, in: emulator.journal)
        let account = try emulator.account(named: call.parameters["sandbox"])
        let entries = try asked.select(from: account.sandbox.journal)
        switch asked.format {
        case .json: return try emulator.response(object(of: entries, account))
        case .jsonl:
            return try emulator.response(lines(entries, account.sandbox), type: "application/x-ndjson")
        case .har: return try emulator.response(archive(of: entries))
        }
    }

    private func follow(_ call: Call) throws(Failure) -> Response {
        let asked = try LiveQuery(call, routes: known, in: emulator.journal)
        return try emulator.feed(
            of: try emulator.account(named: call.parameters["sandbox"]), asked.terms, from: asked.start)
    }

    private func followAll(_ call: Call) throws(Failure) -> Response {
        let asked = try LiveQuery(call, routes: known, in: emulator.journal)
        return try emulator.feed(of: nil, asked.terms, from: asked.start)
    }

    private func clear(_ call: Call) throws(Failure) -> Response {
        let account = try emulator.account(named: call.parameters["sandbox"])
        emulator.clearJournal(of: account)
        var writer = JSONWriter(capacity: 64)
        writer.beginObject()
        writer.member("cleared", account.name)
        writer.endObject()
        return .json(writer.bytes)
    }

    private func verify(_ call: Call) throws(Failure) -> Response {
        let asked = try Input.read(call, "a verification", depthLimit: emulator.jsonDepth) { reader in
            let match = reader.object("match", "a match").map { reader in
                let match = EntryMatch(reader, routes: known, in: emulator.journal)
                reader.finish()
                return match
            }
            return (match: match ?? EntryMatch(), count: Verification.Count(reader))
        }
        let account = try emulator.account(named: call.parameters["sandbox"])
        let verification = try emulator.verify(asked.count, of: asked.match, in: account)
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.member("ok", verification.isMet)
        writer.member("count", verification.count)
        writer.member("explanation", verification.explanation)
        writer.key("near")
        writer.beginArray()
        for near in verification.near {
            writer.beginObject()
            writer.member("number", near.entry.number)
            writer.member("method", near.entry.head.method.name)
            writer.member("path", near.entry.path)
            writer.member("status", near.entry.status)
            writer.member("difference", near.difference)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return .json(writer.bytes)
    }

    private func object(of entries: [JournalEntry], _ account: Account) -> BodyPieces {
        let lines = JournalWriter(emulator.journal)
        let (counts, kept) = (account.sandbox.journal.counts, account.sandbox.journal.kept)
        let last = emulator.lastEventID(of: account)
        return BodyWriter.pieces(
            before: { writer in
                writer.beginObject()
                writer.key("entries")
                writer.beginArray()
            },
            items: entries, write: { (writer, entry) throws(Failure) in lines.write(entry, to: &writer) },
            after: { writer in
                writer.endArray()
                writer.key("counters")
                writer.counters(counts, kept: kept)
                writer.member("last_event_id", last)
                writer.endObject()
            })
    }

    private func archive(of entries: [JournalEntry]) -> BodyPieces {
        let writer = HARWriter(emulator.journal)
        return BodyWriter.pieces(
            before: writer.begin, items: entries,
            write: { (out, entry) throws(Failure) in writer.write(entry, to: &out) }, after: writer.end)
    }

    private func lines(_ entries: [JournalEntry], _ sandbox: Sandbox) -> BodyPieces {
        let writer = JournalWriter(emulator.journal)
        let isWhole = sandbox.journal.isWhole && sandbox.journal.left == 0
        let end = [UInt8(ascii: "\n")]
        var header = emulator.journal.header.line(sandbox: sandbox.name, isWhole: isWhole) + end
        var rest = entries[...]
        return { () throws(Failure) in
            var piece = header
            header = []
            while piece.count < BodyWriter.piece, let entry = rest.popFirst() { piece += writer.line(entry) + end }
            return BodyPiece(piece, isLast: rest.isEmpty)
        }
    }
}

extension JSONWriter {
    mutating func counters(of journal: Journal) { counters(journal.counts, kept: journal.kept) }

    mutating func counters(_ counts: Counts, kept: Int) {
        beginObject()
        member("requests", counts.requests)
        member("errors", counts.errors)
        member("duplicates", counts.duplicates)
        member("unanswered", counts.unanswered)
        member("kept", kept)
        endObject()
    }
}

extension Verification.Count {
    /// `count`: a number, or `{"gte", "lte"}`; at least one by default.
    fileprivate init(_ reader: ObjectReader) {
        self.init(least: 1, most: nil)
        let numbers = 0...Int(Int32.max)
        guard let value = reader.value("count") else { return }
        guard case .object = value.kind else {
            if let count = reader.integer("count", in: numbers) { self.init(least: count, most: count) }
            return
        }
        guard let bounds = reader.object("count", "a count") else { return }
        self.init(least: bounds.integer("gte", in: numbers) ?? 0, most: bounds.integer("lte", in: numbers))
        bounds.finish()
        if let most, most < least {
            reader.findings.report("\"gte\" is more than \"lte\"", at: bounds.offset)
        }
    }
}

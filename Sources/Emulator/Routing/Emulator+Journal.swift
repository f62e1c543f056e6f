public import Journal
import Dialogue
import HTTP

/// The control API's operations on journals.
extension Emulator {
    /// Marks a call as one that changes a sandbox, so that the sandbox's journal keeps it: a replay needs it.
    public func note(_ call: Call, changing name: String) {
        call.exchange.changes = name
    }

    /// Clears a sandbox's journal. The sandbox itself does not change.
    public func clearJournal(of account: Account) {
        account.sandbox.clearJournal()
    }

    /// The error of a call whose matcher was too expensive to compare with all messages of the journal.
    public static let tooMuchMatching = Failure(
        .badRequest,
        "\"message\" takes too much to hold against all messages of the journal; use words (\"any\", \"all\") or a simpler "
            + "\"pattern\", or clear the journal before what is to be found")

    /// - Throws: a 409 when the result depends on requests that have left the journal, a 400 for a matcher that is too
    ///   expensive.
    public func verify(
        _ count: Verification.Count, of match: EntryMatch, in account: Account
    ) throws(Failure) -> Verification {
        do {
            return try Verification(count, of: match, in: account.sandbox.journal)
        } catch {
            guard case .left(let left) = error else { throw Emulator.tooMuchMatching }
            throw Failure(
                .conflict,
                "\(left == 1 ? "1 request has" : "\(left) requests have") left the journal, which keeps "
                    + "\(journal.limit), and may have matched; raise --journal-entries, or clear the journal before what is "
                    + "to be counted")
        }
    }
}

/// What a journal gets when the batch on a shared database is decided.
struct UnwrittenRecord {
    enum Content {
        case entry(JournalEntry.Draft, Response)
        /// Of a request that is counted alone.
        case status(Int?)
    }

    let content: Content
    let sandbox: Sandbox?
    /// The entry, once the batch has added it to a journal that servers share.
    var addition: Journal.Addition?
}

extension Emulator {
    /// Adds a request and its answer to the journal, if one is kept and the request acts in a sandbox. Then the response
    /// gets a ticket.
    func record(
        _ kind: JournalEntry.Kind, _ exchange: Exchange, place: String?, body: Body, began: Int64,
        response: inout Response
    ) {
        let sandbox = exchange.changes.map { accounts.known(named: $0)?.sandbox } ?? exchange.account?.sandbox
        guard let name = exchange.changes ?? sandbox?.name else { return }
        guard journal.isOn else {
            if let sandbox, kind != .control { count(response.sentStatus, in: sandbox) }
            return
        }
        let content: JournalEntry.Content
        switch body {
        case .bytes(let bytes): content = .bytes(bytes)
        case .file(let file):
            // The file of a control call is a snapshot, and without it the rest of a replay would differ. It is too large
            // for a row.
            let bytes = kind == .control && !journal.isShared ? try? file.read(0..<file.count) : nil
            content = bytes.map { .bytes($0) } ?? .spooled(file.count)
        }
        let draft = JournalEntry.Draft(
            kind: kind, sandbox: name, place: place, head: exchange.head, facts: exchange.takeFacts(), body: content,
            time: time(of: kind, in: sandbox), received: now, began: began)
        guard let sharing, sharing.isAnswering else {
            journal.add(draft, &response, to: sandbox?.journal)
            return
        }
        response.ticket = journal.openTicket()
        sharing.records.append(UnwrittenRecord(content: .entry(draft, response), sandbox: sandbox))
    }

    private func count(_ status: Int?, in sandbox: Sandbox) {
        guard let sharing, sharing.isAnswering else { return journal.count(status: status, in: sandbox.journal) }
        sharing.records.append(UnwrittenRecord(content: .status(status), sandbox: sandbox))
    }

    private func write(_ record: UnwrittenRecord) {
        switch record.content {
        case .entry(let draft, var response): journal.add(draft, &response, to: record.sandbox?.journal)
        case .status(let status):
            if let sandbox = record.sandbox { journal.count(status: status, in: sandbox.journal) }
        }
    }

    /// Adds what the batch has recorded to the journals that servers share, to be saved with the batch.
    func addRecords(of sharing: Sharing) {
        guard journal.isShared else { return }
        for (index, record) in sharing.records.enumerated() {
            guard case .entry(let draft, let response) = record.content, let sandbox = record.sandbox,
                sharing.holds(sandbox) || accounts.hasOpened(sandbox), !sandbox.journal.isBehind
            else { continue }
            let addition = journal.make(draft, response)
            sandbox.join()
            journal.add(addition, to: sandbox.journal)
            sharing.records[index].addition = addition
        }
    }

    /// Writes what was recorded in a batch on a shared database, when it is decided whether the batch is kept.
    func writeRecords(of sharing: Sharing, isKept: Bool) {
        for record in sharing.records {
            guard let addition = record.addition else {
                write(record)
                continue
            }
            journal.publish(addition)
            if !isKept, let sandbox = record.sandbox { journal.add(addition, later: sandbox.journal) }
        }
        sharing.records.removeAll(keepingCapacity: true)
    }

    /// Forgets what was recorded in a batch that is run again.
    func dropRecords(of sharing: Sharing) {
        for case .entry(_, let response) in sharing.records.map(\.content) { journal.closeTicket(response.ticket) }
        sharing.records.removeAll(keepingCapacity: true)
    }

    /// The sandbox's time of a request; of a control call, the time after it.
    private func time(of kind: JournalEntry.Kind, in sandbox: Sandbox?) -> Timestamp {
        guard let sandbox else { return now }
        return kind == .request ? sandbox.now : time(in: sandbox)
    }
}

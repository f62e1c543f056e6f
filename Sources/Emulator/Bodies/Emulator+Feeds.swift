public import HTTP
public import Journal
import Store

/// Journals that are followed live.
extension Emulator {
    /// The journal of a sandbox as server-sent events, as its entries come; nil: the journals of all sandboxes. When all
    /// places are taken, it takes that of a client that may have left.
    /// - Throws: a 400 for the id of another feed, a 503 when no journal is kept or too many feeds are open.
    public func feed(
        of account: Account?, _ terms: LiveFeed.Terms, from start: LiveFeed.Start
    ) throws(Failure) -> Response {
        guard journal.limit > 0 else {
            throw Failure(.unavailable, "No journal is kept: the server was started with --journal-entries 0")
        }
        if case .event(let id) = start, id.isOfAll != (account == nil) {
            throw Failure(.badRequest, "Last-Event-ID is the id of another feed: \"\(id.text)\"")
        }
        guard journal.readers < LiveFeed.most || longBodies.closeAbandoned() else {
            throw Failure(
                .unavailable,
                "No more live feeds can be open than \(LiveFeed.most), and so many are; try again when one has ended")
        }
        let feed = LiveFeed(
            journal, of: account.map { ($0.sandbox.journal, $0.sandbox.id.number) }, terms, from: start)
        let ticket = longBodies.open(
            { [unowned self] () throws(Failure) in BodyPiece(feed.next(end: self.end(of: account))) }, isEndless: true)
        return Response(
            status: .ok, fields: EventStream.fields, delivery: Delivery([.later(ticket)], framing: .stream))
    }

    /// The id with which a feed of the sandbox goes on behind the entries of now.
    public func lastEventID(of account: Account) -> String {
        LiveFeed.id(journal, of: (account.sandbox.journal, account.sandbox.id.number))
    }

    /// Why a feed is to end.
    private func end(of account: Account?) -> LiveFeed.End? {
        if isDraining { return .drain }
        guard let account, accounts.known(named: account.name)?.sandbox !== account.sandbox else { return nil }
        return .removed
    }
}

extension BodyPiece {
    fileprivate init(_ part: LiveFeed.Part) {
        switch part {
        case .bytes(let bytes): self.init(bytes, isLast: false)
        case .last(let bytes): self.init(bytes, isLast: true)
        case .pause(let nanoseconds):
            self.init([], isLast: false)
            pause = .nanoseconds(nanoseconds)
        }
    }
}

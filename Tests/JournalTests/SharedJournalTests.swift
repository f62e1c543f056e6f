import Dialogue
import HTTP
import Support
import Testing

@testable import Journal

@Suite("A journal of servers that share a database")
struct SharedJournalTests {
    /// What a database has of one journal.
    private final class Database {
        var state: [UInt8] = []
        var rows: [Journal.Row] = []

        func take(_ change: Journal.Change) {
            if change.clears { rows = [] }
            rows += change.rows
            if let left = change.left {
                rows = rows.map {
                    left.contains($0.place) ? Journal.Row(place: $0.place, print: $0.print, entry: []) : $0
                }
            }
            if let forgotten = change.forgotten { rows.removeAll { forgotten.contains($0.place) } }
            state = change.state
        }
    }

    private final class Server {
        let book: JournalBook
        let journal = Journal()
        private let database: Database

        init(_ database: Database, limit: Int, budget: Int = JournalBook.standardBudget) {
            self.database = database
            book = JournalBook(limit: limit, budget: budget, server: "00000001", monotonic: { 0 })
        }

        /// Holds the sandbox, as at the beginning of a batch.
        func hold() {
            book.takeOver(
                database.state, database.rows.filter { $0.place > journal.place }, in: journal, of: "pk_test_a")
            if journal.hasWaiting { book.addWaiting(to: journal) }
        }

        func add(_ path: String, isHeld: Bool = true) -> Journal.Addition {
            let head = RequestHead(method: .post, path: path)
            let draft = JournalEntry.Draft(
                kind: .request, sandbox: "pk_test_a", place: nil, head: head, facts: RequestFacts(head),
                body: .bytes([]),
                time: Timestamp(seconds: 0), received: Timestamp(seconds: 0), began: 0)
            var response = Response(status: .ok)
            response.ticket = book.openTicket()
            let addition = book.make(draft, response)
            if isHeld {
                book.add(addition, to: journal)
            } else {
                book.publish(addition)
                book.add(addition, later: journal)
            }
            return addition
        }

        func keep() {
            if let change = journal.change { database.take(change) }
            journal.keepBatch()
        }

        /// Drops the batch, which is not run again.
        func drop(_ additions: [Journal.Addition]) {
            journal.dropBatch()
            for addition in additions {
                book.publish(addition)
                book.add(addition, later: journal)
                _ = book.replaceAnswer(addition.entry.ticket, by: Response(status: .unavailable))
            }
        }

        /// The entries, each as `number path`, with `!` when it was not saved and `=` when it came before.
        var shown: [String] {
            journal.entries.map {
                "\($0.number) \($0.path)" + ($0.isUnsaved ? "!" : "") + ($0.isDuplicate ? "=" : "")
            }
        }
    }

    /// What all journals must show.
    private struct Model {
        var requests: [(path: String, isUnsaved: Bool, isDuplicate: Bool)] = []
        private var known: Set<String> = []

        mutating func add(_ path: String, isUnsaved: Bool) {
            requests.append((path, isUnsaved, !known.insert(path).inserted))
        }

        mutating func clear() { self = Model() }

        func shown(_ limit: Int) -> [String] {
            zip(1..., requests).suffix(limit).map { number, request in
                "\(number) \(request.path)" + (request.isUnsaved ? "!" : "") + (request.isDuplicate ? "=" : "")
            }
        }

        var counts: Counts {
            Counts(
                requests: requests.count, errors: requests.count(where: \.isUnsaved),
                duplicates: requests.count(where: \.isDuplicate), unanswered: 0)
        }
    }

    @Test("is the same at all of them, whatever each does", arguments: 1...8)
    func walk(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (database, limit) = (Database(), [3, 70, 250].randomElement(using: &random)!)
        var servers = (0..<3).map { _ in Server(database, limit: limit) }
        var model = Model()
        var waiting: [[(String, Bool)]] = [[], [], []]
        for step in 0..<150 {
            let number = Int.random(in: 0..<3, using: &random)
            let server = servers[number]
            switch Int.random(in: 0..<12, using: &random) {
            case 0:
                // A request that is refused outside of a batch.
                _ = server.add("/refused/\(step)", isHeld: false)
                waiting[number].append(("/refused/\(step)", false))
                continue
            case 1:
                // It starts anew, and what waited is lost with it.
                servers[number] = Server(database, limit: limit)
                waiting[number] = []
                continue
            case 2:
                server.hold()
                let entries = (0..<2).map { server.add("/dropped/\(step)/\($0)") }
                if step.isMultiple(of: 2) { server.journal.clear(isWhole: true) }
                server.drop(entries)
                waiting[number] += entries.map { ($0.entry.path, true) }
                continue
            case 4:
                // A batch that is run again.
                server.hold()
                for _ in 0..<3 { _ = server.add("/again/\(step)") }
                server.journal.dropBatch()
                continue
            case 3:
                server.hold()
                _ = server.add("/before")
                server.journal.clear(isWhole: true)
                server.keep()
                waiting[number] = []
                model.clear()
            default:
                server.hold()
                for (path, isUnsaved) in waiting[number] { model.add(path, isUnsaved: isUnsaved) }
                waiting[number] = []
                for _ in 0..<Int.random(in: 0...40, using: &random) {
                    let path = "/\(Int.random(in: 0..<500, using: &random))"
                    _ = server.add(path)
                    model.add(path, isUnsaved: false)
                }
                server.keep()
            }
            #expect(server.shown == model.shown(limit))
            #expect(server.journal.counts == model.counts)
            #expect(server.journal.left == max(0, model.requests.count - limit))
        }
        let late = Server(database, limit: limit)
        late.hold()
        #expect(late.shown == model.shown(limit))
        #expect(late.journal.counts == model.counts)
        #expect(database.rows.count <= Repeats.most + 64)
        #expect(database.rows.count { !$0.entry.isEmpty } <= limit + 64)
    }

    @Test("a server that comes later knows the repeats of the last 2,048 requests, whose entries have left")
    func repeats() {
        let database = Database()
        let first = Server(database, limit: 10)
        for number in 0..<5_000 {
            first.hold()
            _ = first.add("/\(number)")
            first.keep()
        }
        let late = Server(database, limit: 10)
        late.hold()
        #expect(late.add("/\(5_000 - 2_048)").entry.isDuplicate)
        #expect(!late.add("/0").entry.isDuplicate)
        #expect(late.journal.counts.requests == 5_002)
    }

    @Test("shows what is counted before its entries are read, and adds nothing then")
    func behind() {
        let database = Database()
        let (first, second) = (Server(database, limit: 10), Server(database, limit: 10))
        first.hold()
        for number in 0..<20 { _ = first.add("/\(number)") }
        first.keep()
        second.book.takeOver(database.state, [], in: second.journal, of: "pk_test_a")
        #expect(second.journal.isBehind)
        #expect(second.journal.counts.requests == 20)
        #expect(second.journal.kept == 10)
        #expect(second.journal.latest == Timestamp(seconds: 0))
        second.hold()
        #expect(!second.journal.isBehind)
        #expect(second.shown == first.shown)
        let third = Server(database, limit: 10)
        third.book.takeOver(database.state, [], in: third.journal, of: "pk_test_a")
        third.journal.clear(isWhole: true)
        _ = third.add("/after")
        third.keep()
        for server in [first, second] {
            server.hold()
            #expect(server.shown == ["1 /after"])
            #expect(server.journal.isWhole)
        }
    }

    @Test("an entry of another form counts as one that has left")
    func unreadable() {
        let database = Database()
        let first = Server(database, limit: 10)
        first.hold()
        for number in 0..<4 { _ = first.add("/\(number)") }
        first.keep()
        database.rows[1] = Journal.Row(place: 2, print: 0, entry: [9, 9, 9])
        let second = Server(database, limit: 10)
        second.hold()
        #expect(second.shown == ["3 /2", "4 /3"])
        #expect(second.journal.left == 2)
    }

    @Test("of more than 1,000 entries that wait the oldest leave, and are counted")
    func waiting() {
        let server = Server(Database(), limit: 2_000)
        for number in 0..<1_010 { _ = server.add("/\(number)", isHeld: false) }
        server.hold()
        #expect(server.journal.counts.requests == 1_010)
        #expect(server.journal.entries.map(\.path).first == "/10")
        #expect(server.journal.left == 10)
    }

    @Test("what waits takes no more memory than there is, and what it takes is given back")
    func memory() {
        let server = Server(Database(), limit: 2_000, budget: 100_000)
        server.hold()
        _ = server.add("/kept")
        server.keep()
        let bytes = server.book.bytes
        server.hold()
        server.journal.clear(isWhole: true)
        server.drop([server.add("/dropped")])
        #expect(server.book.bytes > bytes)
        for number in 0..<500 { _ = server.add("/\(number)", isHeld: false) }
        #expect(server.book.bytes <= 100_000)
        server.hold()
        server.journal.dropBatch()
        #expect(server.book.bytes <= 100_000)
        server.hold()
        server.keep()
        #expect(server.journal.counts.requests == 502)
        #expect(server.journal.entries.count < 100)
        server.hold()
        server.journal.clear(isWhole: true)
        server.keep()
        #expect(server.book.bytes == 0)
    }
}

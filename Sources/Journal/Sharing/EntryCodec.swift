import Dialogue
import HTTP

/// An entry as bytes, from which another server that shares the database makes the same entry. They hold what the journal
/// shows and its matches compare, so no secrets: only entries that `Redactor` has been over are written.
enum EntryCodec {
    /// The version of the form. Entries of another one cannot be read.
    private static let version: UInt8 = 1

    static func bytes(of entry: JournalEntry) -> [UInt8] {
        var writer = EntryWriter()
        writer.put(Int(version))
        writer.put(entry.number)
        writer.put(entry.isDuplicate)
        writer.put(entry.isUnsaved)
        writer.put(entry.kind)
        writer.put(entry.place)
        writer.put(entry.time.nanoseconds)
        writer.put(entry.received.nanoseconds)
        writer.put(entry.began)
        writer.put(entry.head)
        writer.put(entry.facts)
        switch entry.body {
        case .bytes(let bytes): writer.put(bytes as [UInt8]?) { $0.put($1) }
        case .spooled(let count):
            writer.put(nil as [UInt8]?) { $0.put($1) }
            writer.put(count)
        }
        writer.put(entry.response)
        writer.put(entry.sizes) { writer, sizes in
            writer.put(sizes.sent)
            writer.put(sizes.parts) { $0.put($1) }
        }
        writer.put(entry.delivered ?? .complete)
        writer.put(entry.latency ?? 0)
        return writer.bytes
    }

    /// The entry, with the arrival in this process; nil when the bytes are of another version.
    /// - Parameter sandbox: the sandbox's name.
    static func entry(_ bytes: [UInt8], of sandbox: String, arrival: Int, _ tally: Tally) -> JournalEntry? {
        do throws(EntryReader.Unreadable) {
            return try read(bytes, sandbox, arrival, tally)
        } catch {
            return nil
        }
    }

    private static func read(
        _ bytes: [UInt8], _ sandbox: String, _ arrival: Int, _ tally: Tally
    ) throws(EntryReader.Unreadable) -> JournalEntry {
        var reader = EntryReader(bytes)
        guard try reader.number() == Int(version) else { throw EntryReader.Unreadable() }
        let rank = JournalEntry.Rank(number: try reader.number(), isDuplicate: try reader.flag(), tally: tally)
        let isUnsaved = try reader.flag()
        let (kind, place) = (try reader.kind(), try reader.textOrNil())
        let (time, received, began) = (try reader.moment(), try reader.moment(), Int64(try reader.number()))
        let head = try reader.head()
        let facts = try reader.facts(head)
        let sent = try reader.optional { reader throws(EntryReader.Unreadable) in try reader.bytes() }
        let content: JournalEntry.Content = if let sent { .bytes(sent) } else { .spooled(try reader.number()) }
        let draft = JournalEntry.Draft(
            kind: kind, sandbox: sandbox, place: place, head: head, facts: facts, body: content, time: time,
            received: received, began: began)
        let entry = JournalEntry(draft, rank, arrival: arrival, try reader.response())
        entry.sizes = try reader.optional { reader throws(EntryReader.Unreadable) in
            JournalEntry.Sizes(
                sent: try reader.number(),
                parts: try reader.list { reader throws(EntryReader.Unreadable) in try reader.number() })
        }
        entry.isUnsaved = isUnsaved
        entry.end(try reader.delivered(), at: began + Int64(try reader.number()))
        guard reader.isAtEnd else { throw EntryReader.Unreadable() }
        return entry
    }
}

extension EntryWriter {
    fileprivate mutating func put(_ kind: JournalEntry.Kind) {
        switch kind {
        case .request: put(0)
        case .control: put(1)
        case .refused(let error):
            put(2)
            put(error.status.code)
            put(error.message)
        }
    }

    fileprivate mutating func put(_ delivered: Delivered) {
        switch delivered {
        case .complete: put(0)
        case .cut: put(1)
        case .aborted: put(2)
        }
    }

    fileprivate mutating func put(_ head: RequestHead) {
        put(head.method.name)
        put(head.path)
        put(head.query)
        put(head.minorVersion)
        put(head.fields)
    }

    fileprivate mutating func put(_ facts: RequestFacts) {
        put(facts.route)
        put(facts.caller)
        put(facts.persona) { writer, persona in
            writer.put(persona.id.bytes)
            writer.put(persona.slug)
            writer.put(persona.name)
        }
        put(facts.player)
        put(facts.message)
        put(facts.session) { $0.put($1.bytes) }
        put(facts.turn) { writer, turn in
            writer.put(turn.number)
            writer.put(turn.decision?.rawValue)
        }
        put(facts.faults) { $0.put($1) }
    }

    fileprivate mutating func put(_ response: Response) {
        put(response.status.code)
        put(response.fields)
        switch response.delivery.framing {
        case .length: put(0)
        case .stream: put(1)
        case .exact(let contentLength):
            put(2)
            put(contentLength)
        }
        put(response.delivery.steps) { writer, step in
            switch step {
            case .bytes(let bytes):
                writer.put(0)
                writer.put(bytes)
            case .wait(let duration):
                writer.put(1)
                writer.put(duration.components.seconds)
                writer.put(duration.components.attoseconds)
            case .later: writer.put(2)
            case .close: writer.put(3)
            case .reset: writer.put(4)
            }
        }
    }
}

extension EntryReader {
    fileprivate mutating func kind() throws(Unreadable) -> JournalEntry.Kind {
        switch try number() {
        case 0: .request
        case 1: .control
        case 2: .refused(ProtocolError(Status(try number()), try text()))
        default: throw Unreadable()
        }
    }

    fileprivate mutating func delivered() throws(Unreadable) -> Delivered {
        switch try number() {
        case 0: .complete
        case 1: .cut
        case 2: .aborted
        default: throw Unreadable()
        }
    }

    fileprivate mutating func head() throws(Unreadable) -> RequestHead {
        RequestHead(
            method: Method(try text()), path: try text(), query: try text(), minorVersion: try number(),
            fields: try fields())
    }

    fileprivate mutating func facts(_ head: RequestHead) throws(Unreadable) -> RequestFacts {
        var facts = RequestFacts(head)
        facts.route = try textOrNil()
        facts.caller = try textOrNil()
        facts.persona = try optional { reader throws(Unreadable) in
            PersonaName(id: try reader.id(), slug: try reader.text(), name: try reader.text())
        }
        facts.player = try textOrNil()
        facts.message = try textOrNil()
        facts.session = try optional { reader throws(Unreadable) in try reader.id() }
        facts.turn = try optional { reader throws(Unreadable) in
            let (number, word) = (try reader.number(), try reader.textOrNil())
            let decision = word.flatMap(Decision.init(rawValue:))
            guard (word == nil) == (decision == nil) else { throw Unreadable() }
            return TurnName(number: number, decision: decision)
        }
        facts.faults = try list { reader throws(Unreadable) in try reader.text() }
        return facts
    }

    fileprivate mutating func response() throws(Unreadable) -> Response {
        let (status, fields) = (Status(try number()), try fields())
        let framing: Delivery.Framing =
            switch try number() {
            case 0: .length
            case 1: .stream
            case 2: .exact(contentLength: try number())
            default: throw Unreadable()
            }
        let steps = try list { reader throws(Unreadable) in try reader.step() }
        return Response(status: status, fields: fields, delivery: Delivery(steps, framing: framing))
    }

    private mutating func step() throws(Unreadable) -> Delivery.Step {
        switch try number() {
        case 0: .bytes(try bytes())
        case 1: .wait(Duration(secondsComponent: Int64(try number()), attosecondsComponent: Int64(try number())))
        // The ticket was one of the server that made the entry.
        case 2: .later(0)
        case 3: .close
        case 4: .reset
        default: throw Unreadable()
        }
    }
}

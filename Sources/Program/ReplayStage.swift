import Journal
import ControlAPI
import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON
import Store

/// The emulator on which a journal is replayed. Its clock shows the times of the journal.
final class ReplayStage {
    /// It is set and read on one thread.
    private final class Time: @unchecked Sendable {
        var now = Timestamp(nanoseconds: 0)
    }

    private let time = Time()
    private let journal: JournalBook
    private let application: Application
    private let writer: JournalWriter
    private let secrets: KnownSecrets
    /// Whether entries get the same numbers again; false once an entry is missing or was not sent.
    private var isComplete: Bool
    private static let controlToken = "control-token-of-the-replay"

    init(
        _ header: JournalLines.Header, _ source: FixtureSource, _ fixtures: LoadedFixtures, _ uploads: UploadFolder
    ) throws(AppError) {
        var configuration = Configuration()
        for (name, value) in header.settings {
            guard let setting = ServerSetting.all.first(where: { $0.name == name }) else {
                throw .failure("the journal has a setting '\(name)' that this version does not know")
            }
            try configuration.set(setting, value, from: "the journal's '\(name)'")
        }
        isComplete = header.isWhole
        do throws(StoreError) {
            application = try Application(
                Application.Dependencies(
                    source: source, fixtures: fixtures, store: MemoryStore(), uploads: .files(uploads),
                    clock: Clock { [time] in time.now }, takesJournal: true),
                configuration, control: Control.Options(token: ReplayStage.controlToken),
                warn: { Terminal.error("warning: \($0)") })
        } catch {
            throw .failure(error.message)
        }
        journal = application.emulator.journal
        writer = JournalWriter(journal)
        secrets = KnownSecrets(journal.redactor)
        for account in fixtures.catalog.accounts.accounts {
            let tokens = account.users.compactMap(\.token)
            for secret in account.keys + account.bindings.map(\.key) + tokens { secrets.learn(secret) }
        }
        secrets.learn(ReplayStage.controlToken)
    }

    /// Call it when a line of the journal is missing: what depends on all requests before is not compared from then on.
    func lose() { isComplete = false }

    /// Reads what the control API has at a path below its prefix.
    func look(at path: String) throws(AppError) -> JSONValue {
        try application.look(at: path, token: ReplayStage.controlToken)
    }

    /// Sends one request again.
    func play(_ entry: JournalLines.Entry) throws(AppError) -> ReplayReport.Outcome {
        let outcome = try send(entry)
        if case .skipped = outcome { lose() }
        return outcome
    }

    private func send(_ entry: JournalLines.Entry) throws(AppError) -> ReplayReport.Outcome {
        if entry.isUnsaved { return .skipped(.unsaved) }
        guard let body = entry.body else { return .skipped(.spooled) }
        let fields = secrets.restore(entry.fields)
        if entry.kind != "control", entry.status != 401, secrets.isLocked(fields) { return .skipped(.unknownKey) }
        let isForm = fields[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true
        let head = RequestHead(
            method: Method(entry.method), path: secrets.restore(entry.path),
            query: secrets.restore(entry.query, isEncoded: true),
            minorVersion: entry.minorVersion, fields: ReplayStage.fields(fields, of: entry))
        time.now = entry.received
        let response: Response
        if let refusal = entry.refusal, let status = entry.status {
            response = application.dispatcher.response(to: ProtocolError(Status(status), refusal), head: head)
        } else {
            response = application.dispatcher.respond(
                to: Request(head: head, body: .bytes(secrets.restore(body, isEncoded: isForm)))
            ).workedOut()
            guard application.dispatcher.endBatch() else { throw .failure("entry \(entry.arrival) could not be kept") }
        }
        // Only the status and the fields of a long answer are compared.
        if let ticket = response.delivery.laterTicket { application.dispatcher.dropParts(ticket) }
        application.dispatcher.delivered(response.ticket, entry.isAborted ? .aborted : .complete)
        guard let again = journal.takeNew().new.first else { return .differs(.missing) }
        let difference = ReplayDifference(between: entry.line, and: writer.line(again), isComplete: isComplete)
        return difference.map { .differs($0) } ?? .same
    }

    /// The fields with which an entry is sent again: with the id that its answer had, because one that is made depends on
    /// all requests before; and in a control call with this application's own token and host, on which the answer does
    /// not depend.
    private static func fields(_ fields: Fields, of entry: JournalLines.Entry) -> Fields {
        var own: [(name: FieldName, value: String)] = []
        if let id = entry.requestID { own.append((.requestID, id)) }
        if entry.kind == "control" { own += [(.host, "localhost"), (.authorization, "Bearer \(controlToken)")] }
        let replaced = own.map(\.name) + (entry.kind == "control" ? [.origin] : [])
        var sent = Fields()
        for field in fields.list where !replaced.contains(field.name) { sent.add(field.name, field.value) }
        for field in own { sent.add(field.name, field.value) }
        return sent
    }
}

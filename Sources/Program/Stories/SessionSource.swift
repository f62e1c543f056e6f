import ControlAPI
import Emulator
import Exact
import Fixtures
import Glibc
import HTTP
import JSON
import Store

/// Where sessions are kept: a server, a database, a journal or a snapshot. All of them give a sandbox as a snapshot.
struct SessionSource {
    /// Reads what the control API has at a path below its prefix.
    private let look: (String) throws(AppError) -> JSONValue
    /// The snapshot that the file is; nil: it is another file, or a server.
    private let whole: JSONValue?

    private static let token = "control-token-of-a-recording"

    init(
        _ command: RecordStory, _ source: FixtureSource, _ fixtures: LoadedFixtures, _ environment: Environment
    ) throws(AppError) {
        if let url = command.url {
            look = try SessionSource.server(url, command.tokenFile)
            whole = nil
            return
        }
        let path = command.file ?? ""
        let bytes: [UInt8]
        do {
            bytes = try FixtureFolder.contents(path, limit: .max)
        } catch {
            throw .failure("\(path) \(error.message)")
        }
        let uploads = UploadFolder(temporaryIn: Service.temporaryFolder(environment))
        if bytes.starts(with: "SQLite format 3\0".utf8) {
            // What a server that was killed has not copied to the database yet.
            let log = try? FixtureFolder.contents("\(path)-wal", limit: .max)
            look = try SessionSource.database(path, bytes, log, source, fixtures, uploads, environment)
            whole = nil
        } else if let value = try? JSONReader.read(bytes), value["kind"]?.string == "foilmock snapshot" {
            look = { _ throws(AppError) in .null }
            whole = value
        } else {
            look = try SessionSource.journal(path, source, fixtures, uploads)
            whole = nil
        }
    }

    /// The snapshot of a sandbox; nil: of the only one that has sessions.
    func snapshot(of sandbox: String?) throws(AppError) -> JSONValue {
        if let whole { return whole }
        if let sandbox { return try look("/sandboxes/\(PercentEncoding.encode(sandbox))/snapshot") }
        let filled = (try look("/sandboxes")["sandboxes"]?.array ?? []).filter { $0["sessions"]?.integer ?? 0 > 0 }
            .compactMap { $0["name"]?.string }
        guard filled.count <= 1 else {
            throw .failure(
                "several sandboxes have sessions; name one with --sandbox: \(filled.joined(separator: ", "))")
        }
        guard let only = filled.first else { throw .failure("no sandbox has sessions") }
        return try look("/sandboxes/\(PercentEncoding.encode(only))/snapshot")
    }

    private static func server(
        _ url: String, _ tokenFile: String?
    ) throws(AppError) -> (String) throws(AppError) -> JSONValue {
        let server = try PlainHTTP(url)
        var configuration = Configuration()
        configuration.controlTokenFile = tokenFile
        let token = try Token.given(configuration) ?? ""
        return { path throws(AppError) in
            let answer = try server.send("GET", "/_foilmock/v1\(path)", [("Authorization", "Bearer \(token)")])
            guard answer.status == 200, let json = answer.json else {
                throw .failure(
                    "\(url) answered \(answer.status): \(answer.message ?? answer.damage ?? "nothing that can be read")"
                )
            }
            return json
        }
    }

    /// A copy of the database is opened, because opening one writes to it.
    private static func database(
        _ path: String, _ bytes: [UInt8], _ log: [UInt8]?, _ source: FixtureSource, _ fixtures: LoadedFixtures,
        _ uploads: UploadFolder, _ environment: Environment
    ) throws(AppError) -> (String) throws(AppError) -> JSONValue {
        var template = Array("\(Service.temporaryFolder(environment))/foilmock-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .failure("no temporary folder can be made") }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let copy = "\(folder)/copy.db"
        defer {
            for name in ["", "-wal", "-shm"] { unlink(copy + name) }
            rmdir(folder)
        }
        try Disk.write(bytes, to: copy)
        if let log { try Disk.write(log, to: "\(copy)-wal") }
        let application: Application
        do throws(StoreError) {
            application = try Application(
                Application.Dependencies(
                    source: source, fixtures: fixtures, store: try SQLiteStore(path: copy, durability: .normal),
                    uploads: .files(uploads)),
                Configuration(), control: Control.Options(token: token), warn: { Terminal.error("warning: \($0)") })
        } catch {
            // The remedy of the store, behind the last colon, is an option of `serve`.
            let parts = error.message.with(path, inPlaceOf: copy).unicodeScalars.split(separator: ":").map(String.init)
            let reason = parts.dropLast().joined(separator: ":")
            throw .failure(
                "\(parts.count > 1 ? reason : error.message); if a server uses it, ask the server: --base-url URL")
        }
        return { path throws(AppError) in try application.look(at: path, token: token) }
    }

    private static func journal(
        _ path: String, _ source: FixtureSource, _ fixtures: LoadedFixtures, _ uploads: UploadFolder
    ) throws(AppError) -> (String) throws(AppError) -> JSONValue {
        let lines = try JournalLines(path)
        let stage = try ReplayStage(try lines.header(), source, fixtures, uploads)
        while let line = try lines.next() {
            if case .entry(let entry) = line { _ = try stage.play(entry) }
        }
        return { path throws(AppError) in try stage.look(at: path) }
    }
}

extension Application {
    /// Reads what the control API has at a path below its prefix.
    func look(at path: String, token: String) throws(AppError) -> JSONValue {
        var fields = Fields()
        fields.add(.host, "localhost")
        fields.add(.authorization, "Bearer \(token)")
        let head = RequestHead(method: .get, path: "/_foilmock/v1\(path)", fields: fields)
        let response = dispatcher.respond(to: Request(head: head)).workedOut()
        _ = dispatcher.endBatch()
        var body: [UInt8] = []
        for step in response.delivery.steps {
            switch step {
            case .bytes(let bytes): body += bytes
            case .later(let ticket):
                while case .bytes(let bytes) = dispatcher.nextPart(ticket) { body += bytes }
                dispatcher.dropParts(ticket)
            default: break
            }
        }
        guard let json = try? JSONReader.read(body, depthLimit: 1_000) else {
            throw .failure("what is kept at \(path) cannot be read")
        }
        guard response.status.code == 200 else {
            throw .failure(json["error"]?["message"]?.string ?? "\(path) is \(response.status.code)")
        }
        return json
    }
}

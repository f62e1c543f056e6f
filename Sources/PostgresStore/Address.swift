import CPQ
import Store

/// Where a database is, and how to connect to it: the address with what foilmock adds to it.
struct Address {
    private let options: [(name: String, value: String)]

    /// How long connecting may take at the start: `connect_timeout`, which libpq reads only where it waits itself.
    var connectTime: Duration {
        let seconds = options.last { $0.name == "connect_timeout" }.flatMap { Int($0.value) } ?? 0
        return .seconds(seconds > 0 ? min(seconds, 3_600) : 5)
    }

    /// What is added where the address does not say it
    /// (https://www.postgresql.org/docs/15/libpq-connect.html, section 34.1.2). A server that only reads is passed over. A
    /// connection whose other end has gone is noticed after half a minute.
    private static let standard = [
        ("application_name", "foilmock"), ("client_encoding", "UTF8"),
        ("target_session_attrs", "read-write"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
        ("keepalives_count", "4"), ("tcp_user_timeout", "30000"),
    ]

    /// - Throws: a `StoreError` that does not repeat the address, because a password may be anywhere in it.
    init(_ text: String) throws(StoreError) {
        guard let parsed = PQconninfoParse(text, nil) else {
            throw StoreError(
                "--db is no address of a PostgreSQL database: it must be postgresql://USER@HOST:PORT/DATABASE, with % codes "
                    + "for signs such as @ in names, and behind a ? only options of libpq")
        }
        defer { PQconninfoFree(parsed) }
        var given: [(name: String, value: String)] = []
        var next = parsed
        while let name = next.pointee.keyword {
            if let value = next.pointee.val { given.append((String(cString: name), String(cString: value))) }
            next += 1
        }
        let names = Set(given.map(\.name))
        options = given + Address.standard.filter { !names.contains($0.0) }.map { (name: $0.0, value: $0.1) }
    }

    /// Calls `body` with the names and the values of the options, each list with nil at its end.
    func withOptions<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let texts = options.flatMap { [$0.name, $0.value] }.map { Array($0.utf8CString) }
        let all = texts.flatMap(\.self)
        return all.withUnsafeBufferPointer { all in
            var places: [UnsafePointer<CChar>?] = []
            var start = 0
            for text in texts {
                places.append(all.baseAddress! + start)
                start += text.count
            }
            let names = stride(from: 0, to: places.count, by: 2).map { places[$0] } + [nil]
            let values = stride(from: 1, to: places.count, by: 2).map { places[$0] } + [nil]
            return body(names, values)
        }
    }
}

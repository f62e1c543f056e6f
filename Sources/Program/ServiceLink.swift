import Exact

/// The variables that Kubernetes and Docker set in a container for a service that is named foilmock, or foilmock-db
/// and the like: `FOILMOCK_PORT=tcp://10.43.0.1:8000`, `FOILMOCK_DB_SERVICE_HOST`. They are no settings.
enum ServiceLink {
    /// Whether a value is the address of a service.
    static func isAddress(_ value: String) -> Bool {
        ["tcp://", "udp://", "sctp://"].contains { value.begins(with: $0) }
    }

    /// Whether a variable, whose name begins with `FOILMOCK_`, is one of them.
    static func isOne(_ name: String, _ value: String?) -> Bool {
        let rest = String(name.unicodeScalars.dropFirst("FOILMOCK".utf8.count))
        return isAddress(value ?? "") || rest.ends(with: "_SERVICE_HOST") || rest.holds("_SERVICE_PORT")
            || ["_TCP_", "_UDP_", "_SCTP_"].contains { rest.holds($0) }
            // These two are Docker's.
            || rest == "_NAME" || rest.begins(with: "_ENV_")
    }

    static func warning(_ variable: String, _ value: String) -> String {
        "\(variable) is passed over: '\(value)' is the address of a service named foilmock, as Kubernetes and Docker "
            + "set it. Set the port with --port, or give the service another name"
    }
}

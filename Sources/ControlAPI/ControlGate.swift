import Emulator
import Exact
import HTTP

/// Checks control calls: the caller must have the token and must not be a page of another site. Every control route
/// checks this first; the page's files check the host alone.
struct ControlGate {
    let options: Control.Options
    let guesses = Guesses()
    /// The real time, in nanoseconds since 1970.
    let now: () -> Int64

    /// - Throws: a 403 for a Host that is not allowed or an Origin that is not that host's own (so that no web page can
    ///   call it, not even under a name that resolves to this machine), then a 401 without the token.
    func check(_ head: RequestHead) throws(Failure) {
        try checkHost(head)
        let host = head.fields[.host] ?? ""
        guard head.fields.all(.origin).allSatisfy({ $0 === "http://\(host)" }) else {
            throw Failure(.forbidden, "The control API is not for pages of another origin")
        }
        guard let token = head.bearerToken, matches(token) else {
            var failure = Failure(
                .unauthorized,
                "The control API takes Authorization: Bearer <token>; the token is printed when the server starts, is in the ready "
                    + "file, or was set as FOILMOCK_CONTROL_TOKEN or with --control-token-file")
            if head.bearerToken != nil { failure.delay = guesses.countWrong(at: now()) }
            throw failure
        }
    }

    /// - Throws: a 403 for a Host that is not allowed.
    func checkHost(_ head: RequestHead) throws(Failure) {
        let host = head.fields[.host] ?? ""
        guard allows(ControlGate.name(of: host)) else {
            throw Failure(
                .forbidden,
                "The control API does not answer to the Host \"\(host)\"; allow its name with --allow-host")
        }
    }

    private func allows(_ name: String) -> Bool {
        name == "localhost" || options.hosts.contains { $0 === name }
            || options.allowsAnyAddress && ControlGate.isAddress(name)
    }

    /// Compares in constant time.
    private func matches(_ token: String) -> Bool {
        let (given, wanted) = (Array(token.utf8), Array(options.token.utf8))
        guard given.count == wanted.count, !wanted.isEmpty else { return false }
        return zip(given, wanted).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Whether a call may bring a large body. While wrong tokens are answered slowly this does not depend on the token,
    /// so that no answer shows at once which token is right.
    func mayBringMuch(_ head: RequestHead) -> Bool {
        let areGuessesSlow = guesses.areSlow(at: now())
        do {
            try check(head)
            return true
        } catch {
            return areGuessesSlow && error.status == .unauthorized
        }
    }

    /// The name in a Host field, without its port, in lower case.
    static func name(of host: String) -> String {
        let host = host.lowercased()
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return String(host[...end]) }
        return host.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? ""
    }

    /// Whether it is an address and not a name: a page can only reach this server under a foreign name.
    private static func isAddress(_ name: String) -> Bool {
        if name.hasPrefix("[") {
            return name.hasSuffix("]") && name.contains(":")
                && name.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { $0.allSatisfy(\.isNumber) && UInt8($0) != nil }
    }
}

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
        guard options.hosts.allows(head) else {
            throw Failure(
                .forbidden,
                "The control API does not answer to the Host \"\(head.fields[.host] ?? "")\"; allow its name with --allow-host"
            )
        }
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
}

/// Where metrics are served beside the API: `127.0.0.1:9464`, `[::1]:9464`, or a port alone on 127.0.0.1.
struct MetricsAddress: Equatable {
    let host: String
    var port: UInt16

    /// Nil for any other text.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let last = parts.last, let port = UInt16(last), last.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
            return nil
        }
        self.port = port
        guard parts.count > 1 else {
            host = "127.0.0.1"
            return
        }
        let host = String(text.dropLast(last.count + 1))
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard !host.isEmpty, isBracketed || parts.count == 2 else { return nil }
        self.host = isBracketed ? String(host.dropFirst().dropLast()) : host
    }

    /// As it is set.
    var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// The variables that tell clients which proxy to ask, and which hosts to reach without one.
enum Proxies {
    private static let proxies = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]

    /// `no_proxy` and `NO_PROXY` with `hosts` added to the hosts that are in them; empty if there is no proxy. Both
    /// are set, because some clients read the one first and some the other. An IPv6 address has no brackets here, as
    /// httpx, requests, Go and curl take it (Python's urllib alone wants them, and httpx then fails).
    static func exceptions(_ hosts: [String], in environment: Environment) -> [String: SystemText] {
        guard proxies.contains(where: { environment.value(of: $0)?.bytes.isEmpty == false }) else { return [:] }
        func listed(_ name: String) -> [SystemText] {
            let bytes = environment.value(of: name)?.bytes ?? []
            return bytes.split(separator: UInt8(ascii: ",")).map { SystemText(bytes: trimmed($0)) }
        }
        let (small, capital) = (listed("no_proxy"), listed("NO_PROXY"))
        func added(to list: [SystemText]) -> SystemText {
            let missing = list.contains("*") ? [] : hosts.map { SystemText($0) }.filter { !list.contains($0) }
            return SystemText(bytes: Array((list + missing).map(\.bytes).joined(separator: [UInt8(ascii: ",")])))
        }
        return [
            "no_proxy": added(to: small.isEmpty ? capital : small),
            "NO_PROXY": added(to: capital.isEmpty ? small : capital),
        ]
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        return Array(bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}

import Exact
public import HTTP

/// Which hosts a request may name. A web page reaches this machine under a name of its own site, if that name resolves
/// to this machine (DNS rebinding); such a name is refused.
public struct HostCheck: Equatable, Sendable {
    /// In lower case, an IPv6 address in brackets. `localhost` is always allowed.
    let hosts: Set<String>
    /// Whether any address is allowed, because the server listens on all.
    let allowsAnyAddress: Bool

    public init(hosts: Set<String>, allowsAnyAddress: Bool = false) {
        (self.hosts, self.allowsAnyAddress) = (hosts, allowsAnyAddress)
    }

    public func allows(_ head: RequestHead) -> Bool {
        let name = HostCheck.name(of: head.fields[.host] ?? "")
        return name == "localhost" || hosts.contains { $0 === name } || allowsAnyAddress && HostCheck.isAddress(name)
    }

    /// The name in a Host field, without its port, in lower case.
    private static func name(of host: String) -> String {
        let host = host.lowercased()
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return String(host[...end]) }
        return host.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? ""
    }

    /// Whether it is an address and not a name.
    private static func isAddress(_ name: String) -> Bool {
        if name.hasPrefix("[") {
            return name.hasSuffix("]") && name.contains(":")
                && name.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { $0.allSatisfy(\.isNumber) && UInt8($0) != nil }
    }
}

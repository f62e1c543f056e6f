import CLibevent
import Glibc

/// Why a name has no address.
public struct LookupError: Error, Equatable {
    public let reason: String
}

/// Finds the addresses of a host, by libevent. The C library's own lookup may load libraries of the system, which a
/// static program can do only where they are of its own version.
public enum NameLookup {
    /// Waits until the addresses are known. `localhost` means this machine (RFC 6761 §6.3). Other names are looked for in
    /// `/etc/hosts`, then asked of the DNS servers that `/etc/resolv.conf` names.
    /// - Parameter host: a name, an IPv4 address, or an IPv6 address without brackets.
    /// - Returns: at least one address, in the order in which to try them.
    public static func addresses(of host: String, port: UInt16, seconds: Int) throws(LookupError) -> [SocketAddress] {
        // A dot at the end says that the name is whole (RFC 1034 §3.1).
        let name = (host.hasSuffix(".") ? String(host.dropLast()) : host).lowercased()
        let isThisMachine = name == "localhost" || name.hasSuffix(".localhost")
        let literals = isThisMachine ? ["::1", "127.0.0.1"] : [host]
        let known = literals.compactMap { try? SocketAddress(host: $0, port: port) }
        return known.isEmpty ? try ask(host, port, seconds) : known
    }

    private static func ask(_ name: String, _ port: UInt16, _ seconds: Int) throws(LookupError) -> [SocketAddress] {
        let question = Question()
        question.ask(name, port, seconds)
        if !question.addresses.isEmpty { return question.addresses }
        guard evdns_base_count_nameservers(question.resolver) > 0 else {
            throw LookupError(reason: "/etc/hosts does not have it, and /etc/resolv.conf names no DNS server")
        }
        switch question.code {
        case nil, EVUTIL_EAI_AGAIN: throw LookupError(reason: "no DNS server answered within \(seconds) s")
        default: throw LookupError(reason: "neither /etc/hosts nor DNS has it")
        }
    }

    /// One lookup by libevent.
    private final class Question {
        let loop = Loop()
        let resolver: OpaquePointer
        /// What libevent reported, once it has.
        private(set) var code: Int32?
        private(set) var addresses: [SocketAddress] = []

        init() {
            guard let resolver = evdns_base_new(loop.base, 0) else { fatalError("libevent cannot look up names") }
            self.resolver = resolver
            // Everything in the file, and /etc/hosts; without the file no server, and not the one of this machine.
            let options =
                DNS_OPTION_SEARCH | DNS_OPTION_NAMESERVERS | DNS_OPTION_MISC | DNS_OPTION_HOSTSFILE
                | DNS_OPTION_NAMESERVERS_NO_DEFAULT
            evdns_base_resolv_conf_parse(resolver, options, "/etc/resolv.conf")
        }

        deinit { evdns_base_free(resolver, 0) }

        /// Returns when libevent has reported, or the time is over.
        func ask(_ name: String, _ port: UInt16, _ seconds: Int) {
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            evdns_getaddrinfo(
                resolver, name, "\(port)", &hints,
                { code, found, question in
                    guard let question else { return }
                    Unmanaged<Question>.fromOpaque(question).takeUnretainedValue().report(code, found)
                }, Unmanaged.passUnretained(self).toOpaque())
            // What /etc/hosts has, libevent has reported by now.
            guard code == nil, evdns_base_count_nameservers(resolver) > 0 else { return }
            let timer = Timer(loop) { [loop] in loop.stop() }
            timer.arm(at: loop.now + .seconds(seconds))
            withExtendedLifetime(timer) { loop.run() }
        }

        private func report(_ code: Int32, _ found: UnsafeMutablePointer<addrinfo>?) {
            self.code = code
            if let found {
                addresses = sequence(first: found, next: \.pointee.ai_next).compactMap {
                    SocketAddress(copying: $0.pointee.ai_addr)
                }
                evutil_freeaddrinfo(found)
            }
            loop.stop()
        }
    }
}

import ControlAPI
import Testing

@testable import Program

@Suite("Host names of the control API")
struct ControlOptionsTests {
    static let hosts: [(String, [String], Set<String>, Bool)] = [
        ("127.0.0.1", [], ["127.0.0.1"], false), ("::1", [], ["[::1]"], false),
        ("192.168.1.7", ["mock.example"], ["192.168.1.7", "mock.example"], false),
        ("FE80::1", [], ["[fe80::1]"], false), ("0.0.0.0", [], ["0.0.0.0"], true),
        ("::", ["mock.example"], ["[::]", "mock.example"], true),
    ]

    @Test(
        "the address listened on and the allowed hosts are names; with all addresses, any address is",
        arguments: hosts)
    func names(_ host: String, _ allowed: [String], _ names: Set<String>, _ any: Bool) {
        var configuration = Configuration()
        configuration.host = host
        configuration.allowedHosts = allowed
        let options = configuration.control(token: "t")
        #expect(options == Control.Options(token: "t", hosts: HostCheck(hosts: names, allowsAnyAddress: any)))
    }

    @Test("a made token is long and never the same")
    func made() {
        let tokens = Set((1...100).map { _ in Token.made() })
        #expect(tokens.count == 100)
        #expect(tokens.allSatisfy { $0.utf8.count == 32 && $0.allSatisfy { "0123456789abcdef".contains($0) } })
    }
}

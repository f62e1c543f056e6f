import Testing

@testable import Program

@Suite("Hosts that a command reaches without a proxy")
struct ProxiesTests {
    static let lists: [(Environment, small: SystemText, capital: SystemText)] = [
        (["HTTP_PROXY": "p"], "127.0.0.1,localhost", "127.0.0.1,localhost"),
        (["all_proxy": "p", "no_proxy": ""], "127.0.0.1,localhost", "127.0.0.1,localhost"),
        // A variable with our hosts alone would hide the hosts of the other.
        (["http_proxy": "p", "NO_PROXY": "a, b"], "a,b,127.0.0.1,localhost", "a,b,127.0.0.1,localhost"),
        (["http_proxy": "p", "no_proxy": "a"], "a,127.0.0.1,localhost", "a,127.0.0.1,localhost"),
        (["http_proxy": "p", "no_proxy": "a", "NO_PROXY": "b"], "a,127.0.0.1,localhost", "b,127.0.0.1,localhost"),
        (["ALL_PROXY": "p", "no_proxy": "localhost,a,,"], "localhost,a,127.0.0.1", "localhost,a,127.0.0.1"),
        (["http_proxy": "p", "no_proxy": "*"], "*", "*"),
    ]

    @Test("are added to those that are named already", arguments: lists)
    func added(_ environment: Environment, _ small: SystemText, _ capital: SystemText) {
        let exceptions = Proxies.exceptions(["127.0.0.1", "localhost"], in: environment)
        #expect(exceptions == ["no_proxy": small, "NO_PROXY": capital])
    }

    @Test("may be in any encoding")
    func encoding() {
        let latin = SystemText(bytes: Array("no_proxy=".utf8) + [0xE9])
        let exceptions = Proxies.exceptions(["h"], in: Environment(["http_proxy=p", latin]))
        #expect(exceptions["no_proxy"] == SystemText(bytes: [0xE9] + Array(",h".utf8)))
    }

    @Test(
        "are not named where there is no proxy",
        arguments: [[:], ["HTTP_PROXY": ""], ["no_proxy": "a"]] as [Environment])
    func none(_ environment: Environment) {
        #expect(Proxies.exceptions(["h"], in: environment).isEmpty)
    }
}

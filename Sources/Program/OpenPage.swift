import Exact
import Glibc
import HTTP

/// `foilmock open`: shows the page of a running server in a browser.
struct OpenPage: Command {
    /// The port of the server; nil: the server that started last.
    let port: UInt16?
    /// Whether the URL is printed, and no browser is started.
    let isPrinted: Bool

    static var description: CommandDescription {
        CommandDescription(
            name: "open", summary: "Open the page of a running server in a browser",
            usage: ["open [--port PORT] [--print]"],
            about: [
                "It finds the servers of this user by their files in $XDG_RUNTIME_DIR/foilmock, and starts xdg-open, or the "
                    + "program that BROWSER names."
            ],
            options: [
                CommandOption(
                    flag: "--port", placeholder: "PORT", help: "The port of the server (of the one that started last)"),
                CommandOption(flag: "--print", placeholder: nil, help: "Print the URL, and open nothing"),
            ],
            examples: [.init(line: "foilmock open --print", help: "See the URL, which has the control token in it:")])
    }

    init(port: UInt16? = nil, isPrinted: Bool = false) { (self.port, self.isPrinted) = (port, isPrinted) }

    init(_ input: CommandInput) throws(AppError) {
        if let text = input["--port"] {
            guard let port = UInt16(text), port > 0 else {
                throw .usage("--port must be a number from 1 to 65535, not '\(text)'")
            }
            self.port = port
        } else {
            port = nil
        }
        isPrinted = input.isOn("--print")
    }

    func run(_ environment: Environment) throws(AppError) -> Int32 {
        let server = try server(environment)
        let page = OpenPage.url(server.url, token: server.token)
        if isPrinted {
            try Terminal.out(page)
            return App.Exit.success
        }
        try Terminal.out("Opening \(server.url)/_foilmock/")
        throw OpenPage.become(OpenPage.commands(environment["BROWSER"], page))
    }

    /// The programs to try one after the other, with their arguments. As elsewhere, `BROWSER` lists commands between
    /// colons, and the URL takes the place of a `%s` in one; without it the URL is the last argument.
    static func commands(_ browser: String?, _ page: String) -> [[String]] {
        let listed = (browser ?? "").split(separator: ":").map { command in
            let words = command.split(separator: " ").map { String($0) }
            let filled = words.map { $0.with(page, inPlaceOf: "%s") }
            return words == filled ? words + [page] : filled
        }
        let named = listed.filter { $0[0] != page }
        return named.isEmpty ? [["xdg-open", page]] : named
    }

    /// The URL of a server's page. The token is in the fragment, which a browser does not send.
    static func url(_ server: String, token: String) -> String {
        "\(server)/_foilmock/#token=\(PercentEncoding.encode(token))"
    }

    /// The server to show.
    /// - Throws: the message for the user when there is none.
    func server(_ environment: Environment) throws(AppError) -> RunningServers.Server {
        let folder = environment["XDG_RUNTIME_DIR"] ?? ""
        guard folder.hasPrefix("/") else {
            let reason = folder.isEmpty ? "is not set" : "must be an absolute path, not '\(folder)'"
            throw .failure(
                "XDG_RUNTIME_DIR \(reason), so no server can be found; 'foilmock serve' prints the URL of its page")
        }
        var servers = RunningServers.all(environment)
        if let port {
            servers.removeAll { server in (try? Health.address(server.url).port) != port }
            if servers.isEmpty { throw .failure("no server of yours runs on port \(port)") }
        }
        guard let latest = servers.max(by: { $0.readyAt < $1.readyAt }) else {
            throw .failure("no server of yours runs here; start one with 'foilmock serve'")
        }
        return latest
    }

    /// Goes on as the first program that can be run, which is found as a shell finds it. It returns only if none can.
    private static func become(_ commands: [[String]]) -> AppError {
        signal(SIGXFSZ, SIG_DFL)
        var reasons: [String] = []
        for command in commands {
            var arguments = command.map { strdup($0) } + [nil]
            execvp(command[0], &arguments)
            reasons.append("'\(command[0])' cannot be run: \(String(cString: strerror(errno)))")
        }
        return .failure(
            "\(reasons.joined(separator: ", ")); name a browser in BROWSER, or print the URL with --print")
    }
}

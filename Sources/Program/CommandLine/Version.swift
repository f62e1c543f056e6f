import Crypto
import EventLoop
import Glibc
import JSON
import Store
import Text

/// `foilmock version`, and `--version` anywhere: which program this is.
struct Version: Command {
    let isJSON: Bool

    static var description: CommandDescription {
        CommandDescription(
            name: "version", summary: "Print the version of foilmock and of its libraries",
            usage: ["version [--json]", "--version [--json]"],
            options: [
                CommandOption(
                    flag: "--json", placeholder: nil,
                    help: "Print one JSON object in one line: version, platform, libraries")
            ],
            examples: [.init(line: "foilmock --version --json", help: "For a script that must know what it runs:")])
    }

    init(isJSON: Bool) { self.isJSON = isJSON }

    init(_ input: CommandInput) { isJSON = input.isOn("--json") }

    func run(_ environment: Environment) throws(AppError) -> Int32 {
        try Terminal.out(isJSON ? Version.json(environment) : Version.text(environment))
        return App.Exit.success
    }

    static func text(_ environment: Environment = [:]) -> String {
        let list = libraries(environment).map { "\($0.name) \($0.version)" }.joined(separator: ", ")
        return "foilmock \(App.version) (\(list))"
    }

    static func json(_ environment: Environment = [:]) -> String {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.member("version", App.version)
        writer.member("platform", platform)
        writer.key("libraries")
        writer.beginObject()
        for (name, version) in libraries(environment) { writer.member(named: name, version) }
        writer.endObject()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The system and the processor for which the program was compiled.
    private static var platform: String {
        #if arch(x86_64)
            "linux-x86_64"
        #elseif arch(arm64)
            "linux-arm64"
        #else
            "linux"
        #endif
    }

    private static var glibc: String {
        var buffer = [CChar](repeating: 0, count: 64)
        _ = confstr(Int32(_CS_GNU_LIBC_VERSION), &buffer, buffer.count)
        let text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        return text.split(separator: " ").last.map(String.init) ?? ""
    }

    private static func libraries(_ environment: Environment) -> [(name: String, version: String)] {
        let servers = environment.databaseServers.map { [$0.library] } ?? []
        return [
            ("libevent", Loop.libraryVersion), ("SQLite", SQLiteStore.libraryVersion), ("PCRE2", TextLibraries.pcre2),
            ("utf8proc", TextLibraries.utf8proc), ("OpenSSL", Digest.libraryVersion),
            ("glibc", glibc),
        ] + servers
    }
}

import Glibc
import Support
import Testing

@testable import Program

@Suite("Running servers")
struct RunningServersTests {
    private let folder = TemporaryFolder()

    private var environment: Environment { ["XDG_RUNTIME_DIR": folder.path] }

    /// A server's file, as that of another process.
    private func server(_ name: String, port: Int) throws -> ReadyFile {
        try ReadyFile(
            folder.place("foilmock/\(name).json"), url: "http://127.0.0.1:\(port)", key: "pk_test_a",
            token: "secret \(port)", metrics: nil)
    }

    @Test("the folder of their files is made for this user alone, and the file has the process's number")
    func ownFile() throws {
        #expect(RunningServers.ownFile(environment, warn: { _ in }) == folder.place("foilmock/\(getpid()).json"))
        var info = stat()
        #expect(lstat(folder.place("foilmock"), &info) == 0)
        #expect(info.st_mode & 0o777 == 0o700)
        #expect(RunningServers.ownFile(environment, warn: { _ in }) != nil)
    }

    static let useless: [Environment] = [
        [:], ["XDG_RUNTIME_DIR": ""], ["XDG_RUNTIME_DIR": "here"], ["XDG_RUNTIME_DIR": "/proc/nowhere"],
    ]

    @Test("there is no file where there is no folder for it", arguments: useless.indices)
    func noFolder(_ place: Int) {
        #expect(RunningServers.ownFile(Self.useless[place], warn: { _ in }) == nil)
        #expect(RunningServers.all(Self.useless[place]) == [])
    }

    @Test("a folder that others may enter, or a link, is not used", arguments: [false, true])
    func foreign(isLink: Bool) throws {
        folder.makeFolder("other")
        if isLink {
            #expect(chmod(folder.place("other"), 0o700) == 0)
            #expect(symlink(folder.place("other"), folder.place("foilmock")) == 0)
        } else {
            #expect(rename(folder.place("other"), folder.place("foilmock")) == 0)
        }
        var warnings: [String] = []
        #expect(RunningServers.ownFile(environment) { warnings.append($0) } == nil)
        #expect(warnings.count == 1 && warnings[0].contains("foilmock open"))
        #expect(RunningServers.all(environment) == [])
    }

    @Test("those that run are found, and the files of killed ones are removed, but no other file")
    func all() throws {
        _ = RunningServers.ownFile(environment, warn: { _ in })
        let running = try server("1", port: 1)
        let killed = #"{"url":"http://127.0.0.1:2","control_url":"x","control_token":"y","process_id":2}"#
        folder.write(killed, to: "foilmock/2.json")
        folder.write("mine", to: "foilmock/3.json")
        folder.write(killed, to: "foilmock/notes.txt")
        let found = RunningServers.all(environment)
        #expect(found.map(\.url) == ["http://127.0.0.1:1"])
        #expect(found.map(\.token) == ["secret 1"])
        #expect(folder.names(in: "foilmock") == ["1.json", "3.json", "notes.txt"])
        running.remove()
        #expect(RunningServers.all(environment) == [])
    }

    @Test("open takes the server that was ready last, or the one at the port")
    func chosen() throws {
        _ = RunningServers.ownFile(environment, warn: { _ in })
        // Their times would be the same on a coarse clock.
        let servers = try [3, 1, 2].map { try server("\($0)", port: $0) }
        for (age, name) in [2, 3, 1].enumerated() {
            var times = [timespec(), timespec(tv_sec: 1_000_000_000 - age, tv_nsec: 0)]
            #expect(utimensat(AT_FDCWD, folder.place("foilmock/\(name).json"), &times, 0) == 0)
        }
        #expect(try OpenPage().server(environment).url == "http://127.0.0.1:2")
        #expect(try OpenPage(port: 3).server(environment).url == "http://127.0.0.1:3")
        servers.forEach { $0.remove() }
    }

    @Test("open says why there is no server")
    func none() {
        _ = RunningServers.ownFile(environment, warn: { _ in })
        func message(_ command: OpenPage, _ environment: Environment) -> String? {
            do throws(AppError) {
                _ = try command.server(environment)
                return nil
            } catch {
                return error.message
            }
        }
        #expect(
            message(OpenPage(), environment)
                == "Error: no server of yours runs here; start one with 'foilmock serve'")
        #expect(message(OpenPage(port: 9), environment) == "Error: no server of yours runs on port 9")
        #expect(message(OpenPage(), [:])?.hasPrefix("Error: XDG_RUNTIME_DIR is not set") == true)
    }

    @Test("a token of any characters is escaped in the page's URL")
    func url() {
        #expect(OpenPage.url("http://h:1", token: "ab12") == "http://h:1/_foilmock/#token=ab12")
        #expect(OpenPage.url("http://h:1", token: "a#%&+é") == "http://h:1/_foilmock/#token=a%23%25%26%2B%C3%A9")
    }

    static let browsers: [(String?, [[String]])] = [
        (nil, [["xdg-open", "URL"]]), ("", [["xdg-open", "URL"]]), (" : ", [["xdg-open", "URL"]]),
        ("/bin/b", [["/bin/b", "URL"]]), ("firefox --new-tab", [["firefox", "--new-tab", "URL"]]),
        ("w3m -o u=%s -B", [["w3m", "-o", "u=URL", "-B"]]), ("a %s:b  -c", [["a", "URL"], ["b", "-c", "URL"]]),
    ]

    @Test("BROWSER may have arguments, %s for the URL, and several commands", arguments: browsers)
    func browser(_ variable: String?, _ commands: [[String]]) {
        #expect(OpenPage.commands(variable, "URL") == commands)
    }

    @Test("a folder of running servers that is no absolute path is named")
    func relative() throws {
        let error = try #require(throws: AppError.self) { try OpenPage().server(["XDG_RUNTIME_DIR": "here"]) }
        #expect(error.message.contains("XDG_RUNTIME_DIR must be an absolute path, not 'here'"))
    }
}

import EventLoop
import Glibc

/// A program that runs beside the server. `ended` is called on the loop's thread when it ends.
final class Child {
    private let processID: pid_t
    private let exited: Signals

    /// The exit codes of shells for a program that does not exist or cannot be run.
    static let notFound: Int32 = 127
    static let notRunnable: Int32 = 126

    struct NotStarted: Error {
        let message: String
        let exitCode: Int32
    }

    /// Starts a program, which is found as a shell finds it. It inherits the standard streams and no other descriptor.
    /// - Parameter ended: called with the exit code, or with 128 plus the number of the signal that ended the program,
    ///   as in shells.
    init(
        _ command: [SystemText], in environment: Environment, on loop: Loop, ended: @escaping (Int32) -> Void
    ) throws(NotStarted) {
        Child.keepDescriptors()
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The program starts with the default handling of all signals.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var arguments = command.map { $0.copied() } + [nil]
        var entries = environment.entries.map { $0.copied() } + [nil]
        defer { for text in arguments + entries { free(text) } }
        var processID = pid_t()
        // Set before the start, because a program can end at once, and SIGCHLD comes only once.
        exited = Signals(loop, [SIGCHLD]) { _ in
            var status: Int32 = 0
            guard waitpid(processID, &status, WNOHANG) == processID else { return }
            let signal = status & 0x7F
            ended(signal == 0 ? status >> 8 & 0xFF : 128 + signal)
        }
        let code = posix_spawnp(&processID, arguments[0]!, nil, &attributes, &arguments, &entries)
        guard code == 0 else {
            throw NotStarted(
                message: "'\(command[0].shown)' cannot be run: \(String(cString: strerror(code)))",
                exitCode: code == ENOENT ? Child.notFound : Child.notRunnable)
        }
        self.processID = processID
    }

    /// Marks every descriptor but the standard streams as close-on-exec: a child that inherited the listening socket
    /// would keep the port in use.
    private static func keepDescriptors() {
        guard let folder = opendir("/proc/self/fd") else { return }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let descriptor = Int32(name), descriptor > STDERR_FILENO else { continue }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    func send(_ signal: Int32) { kill(processID, signal) }
}

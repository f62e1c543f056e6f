import CProcess
import EventLoop
import Glibc

/// A program that runs beside the server, and never longer than it. `ended` is called on the loop's thread when it ends.
final class Child {
    private var processID = pid_t()
    private var exited: Signals?
    private(set) var hasEnded = false

    /// The exit codes of shells for a program that does not exist or cannot be run.
    static let notFound: Int32 = 127
    static let notRunnable: Int32 = 126

    struct NotStarted: Error {
        let message: String
        let exitCode: Int32
    }

    /// Starts a program, which is found as a shell finds it. It inherits the standard streams and no other descriptor,
    /// and ignores the signals that this process ignored when it started. Call it on the main thread: the kernel kills
    /// the program when the thread that started it ends.
    /// - Parameters:
    ///   - input: what it gets as its standard input in place of this process's.
    ///   - ended: called with the exit code, or with 128 plus the number of the signal that ended the program, as in
    ///     shells.
    init(
        _ command: [SystemText], in environment: Environment, input: Int32 = STDIN_FILENO, on loop: Loop,
        ended: @escaping (Int32) -> Void
    ) throws(NotStarted) {
        Child.keepDescriptors()
        // Set before the start, because a program can end at once, and SIGCHLD comes only once.
        exited = Signals(loop, [SIGCHLD]) { [unowned self] _, _ in reap(ended) }
        var ignored = sigset_t()
        sigemptyset(&ignored)
        // With SIGCHLD ignored a program could not learn the exit codes of its own children.
        for number in IgnoredSignals.atStart where number != SIGCHLD { sigaddset(&ignored, number) }
        var arguments = command.map { $0.copied() } + [nil]
        var entries = environment.entries.map { $0.copied() } + [nil]
        defer { for text in arguments + entries { free(text) } }
        let code = process_start(&processID, &arguments, &entries, input, &ignored)
        guard code == 0 else {
            throw NotStarted(
                message: "'\(command[0].shown)' cannot be run: \(String(cString: strerror(code)))",
                exitCode: code == ENOENT ? Child.notFound : Child.notRunnable)
        }
    }

    /// Takes the exit codes of all children that have ended. As process 1 of a container, this process becomes the parent
    /// of every orphan in it. An ended child stays in the table of processes until its parent takes its exit code.
    private func reap(_ ended: (Int32) -> Void) {
        var status: Int32 = 0
        while case let id = waitpid(-1, &status, WNOHANG), id > 0 {
            guard id == processID else { continue }
            hasEnded = true
            let signal = status & 0x7F
            ended(signal == 0 ? status >> 8 & 0xFF : 128 + signal)
        }
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

    /// Does nothing once the program has ended, because its number can belong to another process then.
    func send(_ signal: Int32) {
        if !hasEnded { kill(processID, signal) }
    }
}

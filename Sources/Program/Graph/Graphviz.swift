import CProcess
import EventLoop
import Glibc

/// Graphviz's program `dot`, which draws on standard output what is written in its language.
enum Graphviz {
    /// How long it may take. Layouts take longer than in proportion to the number of arrows.
    private static let patience = Duration.seconds(60)

    static func drawSVG(_ text: String, in environment: Environment) throws(AppError) {
        let input = try file(holding: Array(text.utf8))
        defer { fclose(input) }
        let loop = Loop()
        var exitCode: Int32 = 0
        var isLate = false
        let child: Child
        do throws(Child.NotStarted) {
            child = try Child(["dot", "-Tsvg"], in: environment, input: fileno(input), on: loop) { code in
                exitCode = code
                loop.stop()
            }
        } catch {
            guard error.exitCode == Child.notFound else { throw .failure(error.message) }
            throw .failure(
                "an SVG is drawn by Graphviz, and its program 'dot' is not installed: install the package graphviz, or "
                    + "use --format mermaid, which needs nothing")
        }
        let timer = Timer(loop) {
            isLate = true
            child.send(SIGKILL)
        }
        timer.arm(after: patience)
        loop.run()
        if isLate {
            throw .failure(
                "Graphviz does not draw this within \(patience.components.seconds) s; draw one machine (--machine), or use "
                    + "--format dot with a layout for large graphs (sfdp)")
        }
        guard exitCode == 0 else { throw .failure("Graphviz ended with the exit code \(exitCode)") }
    }

    /// A file without a name, at its beginning.
    private static func file(holding bytes: [UInt8]) throws(AppError) -> UnsafeMutablePointer<FILE> {
        if let file = tmpfile() {
            if fwrite(bytes, 1, bytes.count, file) == bytes.count, fseek(file, 0, SEEK_SET) == 0 { return file }
            fclose(file)
        }
        throw .failure("the graph cannot be handed to Graphviz: \(String(cString: strerror(errno)))")
    }
}

import Exact
import Glibc

/// Reads a fixture folder from disk.
public enum FixtureFolder {
    /// A fixture file holds a few kilobytes; a larger one is a mistake that should not fill the memory.
    public static let fileLimit = 8 << 20
    static let depthLimit = 8

    /// Every regular file below `root`, by path, hidden ones left out. Files that are not fixtures come without their
    /// bytes.
    /// - Throws: a `Diagnostic` that names the path that could not be read.
    public static func read(_ root: String) throws(Diagnostic) -> [FixtureFile] {
        var files: [FixtureFile] = []
        try read(root, "", 0, &files)
        return files.sorted { ExactText($0.path) < ExactText($1.path) }
    }

    private static func read(
        _ root: String, _ below: String, _ depth: Int, _ files: inout [FixtureFile]
    ) throws(Diagnostic) {
        let folder = below.isEmpty ? root : "\(root)/\(below)"
        guard depth < depthLimit else { throw Diagnostic(file: folder, message: "folders nested too deep") }
        guard let directory = opendir(folder) else { throw failure(folder) }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.utf8.first != UInt8(ascii: ".") else { continue }
            let path = below.isEmpty ? name : "\(below)/\(name)"
            var info = stat()
            guard stat("\(root)/\(path)", &info) == 0 else { throw failure("\(root)/\(path)") }
            switch info.st_mode & S_IFMT {
            case S_IFDIR: try read(root, path, depth + 1, &files)
            case S_IFREG:
                let bytes = path.ends(with: ".json") ? try contents("\(root)/\(path)") : []
                files.append(FixtureFile(path: path, bytes: bytes))
            default: break
            }
        }
    }

    /// Whether loading looks at a file of that path below the folder, be it only to see that it is there.
    public static func counts(_ path: String) -> Bool {
        if case .other = FixturePath(path) { false } else { true }
    }

    /// A whole file, up to so many bytes.
    public static func contents(_ path: String, limit: Int = fileLimit) throws(Diagnostic) -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw failure(path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            bytes += buffer[..<count]
            guard bytes.count <= limit else {
                throw Diagnostic(file: path, message: "larger than \(limit >> 20) MiB")
            }
            if count < buffer.count { break }
        }
        guard ferror(file) == 0 else { throw failure(path) }
        return bytes
    }

    private static func failure(_ path: String) -> Diagnostic {
        Diagnostic(file: path, message: "cannot be read: \(String(cString: strerror(errno)))")
    }
}

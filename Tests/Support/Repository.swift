import Glibc

/// The files of this repository, as the tests were compiled from them.
public enum Repository {
    /// The folder of `Package.swift`: two above this file's.
    public static let root = parent(parent(parent(#filePath)))

    /// The bytes of a file below the root.
    public static func bytes(_ path: String) throws -> [UInt8] {
        guard let file = fopen("\(root)/\(path)", "rb") else { throw Unreadable(path: path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    public static func text(_ path: String) throws -> String {
        String(decoding: try bytes(path), as: UTF8.self)
    }

    /// The paths, below the root, of all files below a folder, sorted. Hidden ones are left out.
    public static func files(below folder: String) throws -> [String] {
        guard let directory = opendir("\(root)/\(folder)") else { throw Unreadable(path: folder) }
        defer { closedir(directory) }
        var files: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix(".") else { continue }
            let path = "\(folder)/\(name)"
            if Int32(entry.pointee.d_type) == DT_DIR {
                files += try self.files(below: path)
            } else {
                files.append(path)
            }
        }
        return files.sorted()
    }

    public struct Unreadable: Error {
        public let path: String
    }

    private static func parent(_ path: String) -> String {
        String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }
}

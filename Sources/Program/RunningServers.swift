import Glibc

/// The servers of this user on this machine. Each has a ready file in one folder, by which `foilmock open` finds it.
enum RunningServers {
    struct Server: Equatable {
        let url: String
        let token: String
        /// When it was ready, in nanoseconds since 1970.
        let readyAt: Int64
    }

    /// The file of this process's server; nil where there is no folder for it: `XDG_RUNTIME_DIR` (XDG Base Directory
    /// Specification) is not set, or its folder cannot be used by this user alone. Removes the files of killed servers.
    /// - Parameter warn: called when another user could use the folder.
    static func ownFile(_ environment: Environment, warn: (String) -> Void) -> String? {
        guard let folder = folder(environment), mkdir(folder, 0o700) == 0 || errno == EEXIST else { return nil }
        guard isPrivate(folder) else {
            warn(
                "\(folder) is no folder that this user alone can enter, so 'foilmock open' does not find this server; "
                    + "remove it, or set its mode to 700")
            return nil
        }
        _ = all(environment)
        return "\(folder)/\(getpid()).json"
    }

    /// All that run. The files of killed servers are passed over and removed.
    static func all(_ environment: Environment) -> [Server] {
        guard let folder = folder(environment), isPrivate(folder), let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var servers: [Server] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".json"), let server = ReadyFile.server(at: "\(folder)/\(name)") {
                servers.append(server)
            }
        }
        return servers
    }

    private static func folder(_ environment: Environment) -> String? {
        guard let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") else { return nil }
        return "\(folder)/foilmock"
    }

    /// Whether the path is a folder of this user, which no other can enter. The files in it hold tokens.
    private static func isPrivate(_ folder: String) -> Bool {
        var info = stat()
        return lstat(folder, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR && info.st_uid == geteuid()
            && info.st_mode & 0o077 == 0
    }
}

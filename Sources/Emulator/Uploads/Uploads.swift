public import Store

/// Where the bytes of uploaded files are: in a folder, or in the rows of a database that servers share. A path is the same
/// in both: `<sandbox>/<sha256>.<type>`.
public enum Uploads {
    case files(UploadFolder)
    case rows(any SharedDatabase)

    /// The bytes of the file at a path that `Emulator.keepUpload` returned; nil when they cannot be read.
    func contents(_ path: String) -> [UInt8]? {
        switch self {
        case .files(let folder): folder.contents(path)
        // After an error of the database its transaction cannot be committed, so the request gets a 503.
        case .rows(let database): (try? database.content(ofUpload: path)) ?? nil
        }
    }

    /// Removes a sandbox's files. Rows leave with the sandbox's others.
    func remove(_ sandbox: Sandbox) {
        if case .files(let folder) = self { folder.remove(sandbox.uploadFolder) }
    }
}

import Crypto
public import Dialogue
public import HTTP
import Store

/// The pictures of the fixtures, and those that callers have uploaded.
public struct Media {
    /// The bytes of a persona's photo, by slug and path; nil when they cannot be read.
    let photo: (_ slug: String, _ path: String) -> [UInt8]?
    let uploads: Uploads

    public init(uploads: Uploads, photo: @escaping (_ slug: String, _ path: String) -> [UInt8]?) {
        self.photo = photo
        self.uploads = uploads
    }
}

/// A picture or video.
public struct MediaFile {
    public let bytes: [UInt8]
    public let type: MediaType

    public init(bytes: [UInt8], type: MediaType) { (self.bytes, self.type) = (bytes, type) }

    /// Whether the bytes are what the type says. A file whose bytes tell no type keeps the type that its sender named.
    public var isOfItsType: Bool { MediaType(head: Array(bytes.prefix(MediaType.headBytes))) == type }

    /// The answer to a GET. The browser must not guess another type, and can cache the file, which never changes.
    public var response: Response {
        var fields = Fields()
        fields.add(.contentType, type.mediaType)
        fields.add(.contentTypeOptions, "nosniff")
        fields.add(.cacheControl, "public, max-age=31536000, immutable")
        return Response(status: .ok, fields: fields, body: bytes)
    }
}

/// Removes the uploaded files of sandboxes that were removed or reset, once the batch was kept.
final class UploadRemovals: BatchMember {
    private let accounts: Accounts
    private let uploads: Uploads
    private var cleared: [Sandbox] = []

    init(_ accounts: Accounts, _ uploads: Uploads) { (self.accounts, self.uploads) = (accounts, uploads) }

    func add(_ sandbox: Sandbox) { cleared.append(sandbox) }

    func keepBatch() {
        for sandbox in accounts.evicted { uploads.remove(sandbox) }
        for sandbox in cleared { uploads.remove(sandbox) }
        if !cleared.isEmpty { cleared = [] }
    }

    func dropBatch() { cleared.removeAll() }
}

extension Emulator {
    /// The type of a file that a caller sends, told by its first bytes; nil: they are of none that is known.
    public func type(of content: UploadContent) throws(Failure) -> MediaType? { MediaType(head: try content.head()) }

    /// Keeps a file for an account, and returns its path for `upload`. The same file gets the same path.
    /// - Throws: a 400 for a content that cannot be decoded, a 503 when it cannot be stored.
    public func keepUpload(
        _ content: UploadContent, as type: MediaType, for account: Account
    ) throws(Failure) -> String {
        let sandbox = account.sandbox
        switch media.uploads {
        case .files(let folder):
            let path = try folder.keep(content, as: type, in: sandbox.uploadFolder)
            // The row is written after the file: every row has its file, and a file without a row is removed at the
            // next start.
            try stored { () throws(StoreError) in try store.keepUpload(path, of: sandbox.id) }
            return path
        case .rows(let database):
            var bytes: [UInt8] = []
            try content.forEachPiece { (piece) throws(Failure) in bytes += piece }
            let path = "\(sandbox.uploadFolder)/\(UploadName.picture(Digest.sha256(bytes), type))"
            try stored { () throws(StoreError) in
                try store.keepUpload(path, of: sandbox.id)
                try database.keepContent(bytes, ofUpload: path)
            }
            return path
        }
    }

    /// The file at a path that `keepUpload` returned.
    public func upload(_ path: String) -> MediaFile? {
        // A trial asks nothing of the database.
        guard sharing?.isTrial != true, let bytes = media.uploads.contents(path), let type = MediaType(fileName: path)
        else { return nil }
        return MediaFile(bytes: bytes, type: type)
    }

    /// A photo that the persona's fixtures name; nil for any other path.
    public func photo(_ path: String, of persona: Persona) -> MediaFile? {
        guard persona.has(photo: path), let bytes = media.photo(persona.slug, path),
            let type = MediaType(head: Array(bytes.prefix(MediaType.headBytes)))
        else { return nil }
        return MediaFile(bytes: bytes, type: type)
    }
}

extension Sandbox {
    /// The name of the sandbox's folder of uploads: the same in every run, without the account's name.
    var uploadFolder: String {
        Digest.hex(Array(Digest.sha256(Array("\(isOpen ? "open" : "named") \(name)".utf8))[..<8]))
    }
}

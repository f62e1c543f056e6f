import Crypto
public import Dialogue
public import HTTP
import Store

/// The pictures of the fixtures, and those that callers have uploaded.
public struct Media {
    /// The bytes of a persona's photo, by slug and path; nil when they cannot be read.
    let photo: (_ slug: String, _ path: String) -> [UInt8]?
    let uploads: UploadFolder

    public init(uploads: UploadFolder, photo: @escaping (_ slug: String, _ path: String) -> [UInt8]?) {
        self.photo = photo
        self.uploads = uploads
    }
}

/// Removes the uploaded files of sandboxes that were removed or reset, once the batch was kept.
final class UploadRemovals: BatchMember {
    private let accounts: Accounts
    private let uploads: UploadFolder
    private var cleared: [Sandbox] = []

    init(_ accounts: Accounts, _ uploads: UploadFolder) { (self.accounts, self.uploads) = (accounts, uploads) }

    func add(_ sandbox: Sandbox) { cleared.append(sandbox) }

    func keepBatch() {
        for sandbox in accounts.evicted { uploads.remove(sandbox.uploadFolder) }
        for sandbox in cleared { uploads.remove(sandbox.uploadFolder) }
        if !cleared.isEmpty { cleared = [] }
    }

    func dropBatch() { cleared.removeAll() }
}

extension Emulator {
    /// Keeps a picture for an account, and returns its path for `upload`. The same picture gets the same path.
    /// - Throws: a 400 for a file that is not a picture, a 503 when it cannot be stored.
    public func keepUpload(_ body: Body, _ content: Range<Int>, for account: Account) throws(Failure) -> String {
        let head: [UInt8]
        do {
            head = try body.read(content.prefix(ImageType.headBytes))
        } catch {
            throw Failure(error)
        }
        guard !content.isEmpty else { throw Failure(.badRequest, "The file is empty") }
        guard let type = ImageType(head) else {
            throw Failure(
                .badRequest, "The file is no image: JPEG, PNG, GIF and WebP are taken, told by their first bytes")
        }
        let path: String
        do {
            path = try media.uploads.keep(body, content, as: type, in: account.sandbox.uploadFolder)
        } catch {
            throw Failure(.unavailable, "The file could not be stored: \(error.message)")
        }
        // The row is written after the file: every row has its file, and a file without a row is removed at the next
        // start.
        try stored { () throws(StoreError) in try store.keepUpload(path, of: account.sandbox.id) }
        return path
    }

    /// The picture at a path that `keepUpload` returned.
    public func upload(_ path: String) -> (bytes: [UInt8], type: ImageType)? {
        Emulator.picture(media.uploads.contents(path))
    }

    /// A photo that the persona's fixtures name; nil for any other path.
    public func photo(_ path: String, of persona: Persona) -> (bytes: [UInt8], type: ImageType)? {
        guard persona.has(photo: path) else { return nil }
        return Emulator.picture(media.photo(persona.slug, path))
    }

    private static func picture(_ bytes: [UInt8]?) -> (bytes: [UInt8], type: ImageType)? {
        guard let bytes, let type = ImageType(Array(bytes.prefix(ImageType.headBytes))) else { return nil }
        return (bytes, type)
    }
}

extension Range<Int> {
    fileprivate func prefix(_ count: Int) -> Range<Int> { lowerBound..<Swift.min(upperBound, lowerBound + count) }
}

extension Sandbox {
    /// The name of the sandbox's folder of uploads: the same in every run, without the account's name.
    var uploadFolder: String {
        Digest.hex(Array(Digest.sha256(Array("\(isOpen ? "open" : "named") \(name)".utf8))[..<8]))
    }
}

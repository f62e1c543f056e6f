import Dialogue
import Emulator
import Exact
import HTTP
import JSON

/// Takes pictures and videos as Base64 in JSON, and answers with their URLs (A.4, F-12).
struct MediaRoutes {
    private enum Purpose: String, CaseIterable {
        case inbound = "inbound-media"
        case comments = "comments/media"
        case posts = "posts/media"

        /// The field that names what the file is for, and what may be before a name of the test modes.
        var reference: (field: String, mark: String)? {
            switch self {
            case .inbound: nil
            case .comments: ("post_ref", "")
            case .posts: ("community_ref", TestMode.communityMark)
            }
        }

        /// The type of a file, by what its bytes say and what its sender says (E-28); nil: it is not taken.
        func type(told: MediaType?, named: MediaType?) -> MediaType? {
            switch self {
            case .inbound: told ?? named
            case .comments: (told ?? named).flatMap { $0.isVideo ? nil : $0 }
            case .posts: told.flatMap { $0.isWebPicture ? $0 : nil }
            }
        }

        var taken: String {
            let byLabel = "told by the first bytes, else by content_type, else by filename"
            return switch self {
            case .inbound: "JPEG, PNG, GIF, WebP, HEIC, MP4, MOV and WebM are taken, \(byLabel)"
            case .comments: "JPEG, PNG, GIF, WebP and HEIC are taken, \(byLabel)"
            case .posts: "JPEG, PNG, GIF and WebP are taken, told by the first bytes"
            }
        }
    }

    private static let dataField = "data_b64"
    /// The most bytes of a body without its file.
    private static let restBytes = 64 * 1024

    let gate: TokenGate
    let pictures: PictureRoutes
    /// The largest file, in bytes.
    let limit: Int

    var routes: [Route] {
        Purpose.allCases.map { purpose in
            Route(.post, "\(Characters.path)\(purpose.rawValue)") { call throws(Failure) in try keep(call, purpose) }
        }
    }

    /// The largest body of a request to one of these routes: the file as Base64, and the rest. Nil for other requests.
    func bodyLimit(for head: RequestHead) -> Int? {
        guard head.method == .post, Purpose.allCases.contains(where: { head.path === Characters.path + $0.rawValue })
        else { return nil }
        return (limit + 2) / 3 * 4 + MediaRoutes.restBytes
    }

    /// Checks are in the order of F-3.
    private func keep(_ call: Call, _ purpose: Purpose) throws(Failure) -> Response {
        let caller = try gate.caller(of: call, .other)
        var (body, content) = try read(call)
        let platform = body.name("platform")
        let reference = purpose.reference.map { (field: $0.field, mark: $0.mark, name: body.name($0.field)) }
        let names = (file: body.optionalName("filename"), type: body.optionalName("content_type"))
        try body.check()
        if let reference { try caller.mode.check(reference.field, reference.name, behind: reference.mark) }
        let id = gate.emulator.requestID(of: call)
        guard caller.mode != .mock else { return answer(id, pictures.base(call) + Sample.first.end, purpose) }
        let machine = try caller.machine(for: platform)
        let size = Result { () throws(Failure) in try content.count() }
        if case .success(let count) = size, count > limit {
            throw Failure(
                .contentTooLarge,
                "\(MediaRoutes.dataField): the file has \(count) bytes, and at most \(limit) are taken")
        }
        if purpose == .posts {
            if let reason = caller.pauseReason { return answer(id, nil, purpose, because: .paused(reason)) }
            if machine.settings[Posts.self] == nil { return answer(id, nil, purpose, because: .disabled) }
        }
        guard try size.get() > 0 else { throw Failure(.badRequest, "\(MediaRoutes.dataField): the file is empty") }
        let type = try type(of: content, names.type, names.file, for: purpose)
        let path = try gate.emulator.keepUpload(content, as: type, for: caller.account)
        return answer(id, pictures.url(ofUpload: path, for: call), purpose)
    }

    /// The body without the file, and the file; if there is none the fields have a mistake.
    private func read(_ call: Call) throws(Failure) -> (RequestFields, UploadContent) {
        let body = call.request.body
        var member = LongMember(MediaRoutes.dataField)
        for range in body.pieces(of: 0..<body.count) {
            do {
                member.append(try body.read(range))
            } catch {
                throw Failure(error)
            }
            guard member.rest.count <= MediaRoutes.restBytes else {
                throw Failure(
                    .contentTooLarge,
                    "the body has more than \(MediaRoutes.restBytes) bytes beside \(MediaRoutes.dataField)")
            }
        }
        var fields = try gate.fields(of: member.rest)
        if member.place == nil || fields[MediaRoutes.dataField]?.string == nil {
            fields.refuse(
                MediaRoutes.dataField, fields[MediaRoutes.dataField] == nil ? "Field required" : "must be a text")
        }
        let content = UploadContent(
            base64: body, member.place ?? 0..<0, isEscaped: member.isEscaped, member: MediaRoutes.dataField)
        return (fields, content)
    }

    /// The type of a file.
    /// - Throws: a 400 for one that is not taken.
    private func type(
        of content: UploadContent, _ label: String?, _ fileName: String?, for purpose: Purpose
    ) throws(Failure) -> MediaType {
        let told = try gate.emulator.type(of: content)
        let named = label.flatMap { MediaType(mediaType: $0) } ?? fileName.flatMap { MediaType(fileName: $0) }
        guard let type = purpose.type(told: told, named: named) else {
            throw Failure(.badRequest, "\(MediaRoutes.dataField): \(purpose.taken)")
        }
        return type
    }

    /// - Parameters:
    ///   - url: nil: nothing was kept.
    ///   - reply: why not.
    private func answer(
        _ id: String, _ url: String?, _ purpose: Purpose, because reply: PostReply = PostReply()
    ) -> Response {
        Envelope.response(id) { writer in
            writer.member("url", url)
            if purpose == .posts { writer.reasons(of: reply) }
        }
    }
}

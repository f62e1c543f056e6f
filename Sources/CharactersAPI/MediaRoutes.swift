import Emulator
import Exact
import HTTP
import JSON

/// Takes pictures and videos as Base64 in JSON, and answers with their URLs (A.4, F-12).
struct MediaRoutes {
    private enum Purpose: String, CaseIterable {
        case inbound = "inbound-media"
        case comments = "comments/media"

        /// The field that names what the file is for.
        var reference: String? { self == .comments ? "post_ref" : nil }

        func takes(_ type: MediaType) -> Bool { self == .inbound || !type.isVideo }

        var taken: String {
            self == .comments
                ? "JPEG, PNG, GIF, WebP and HEIC are taken"
                : "JPEG, PNG, GIF, WebP, HEIC, MP4, MOV and WebM are taken"
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
        let reference = purpose.reference.map { (field: $0, name: body.name($0)) }
        let names = (file: body.optionalName("filename"), type: body.optionalName("content_type"))
        try body.check()
        if let reference { try caller.mode.check(reference.field, reference.name) }
        let id = gate.emulator.requestID(of: call)
        guard caller.mode != .mock else { return answer(id, pictures.base(call) + Sample.first.end) }
        _ = try caller.machine(for: platform)
        let count = try content.count()
        guard count <= limit else {
            throw Failure(
                .contentTooLarge,
                "\(MediaRoutes.dataField): the file has \(count) bytes, and at most \(limit) are taken")
        }
        guard count > 0 else { throw Failure(.badRequest, "\(MediaRoutes.dataField): the file is empty") }
        let type = try type(of: content, names.type, names.file, for: purpose)
        let path = try gate.emulator.keepUpload(content, as: type, for: caller.account)
        return answer(id, pictures.url(ofUpload: path, for: call))
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

    /// The type of a file: what its bytes say, else its label, else the ending of its name (E-28).
    private func type(
        of content: UploadContent, _ label: String?, _ fileName: String?, for purpose: Purpose
    ) throws(Failure) -> MediaType {
        let told = try gate.emulator.type(of: content)
        let named = label.flatMap { MediaType(mediaType: $0) } ?? fileName.flatMap { MediaType(fileName: $0) }
        guard let type = told ?? named, purpose.takes(type) else {
            throw Failure(
                .badRequest,
                "\(MediaRoutes.dataField): \(purpose.taken), told by the first bytes, else by content_type, else by filename"
            )
        }
        return type
    }

    private func answer(_ id: String, _ url: String) -> Response {
        Envelope.response(id) { $0.member("url", url) }
    }
}

import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// Pictures: those that callers send, and those that personas send (A.4 upload, A.5, F-3).
struct PictureRoutes {
    let gate: KeyGate
    /// Nil: URLs begin with the host of the request.
    let publicURL: String?

    private static let mediaFolder = "media/"

    func upload(_ call: Call) throws(Failure) -> Response {
        let key = try gate.boundKey(of: call, .other)
        let form = try gate.form(of: call)
        guard let file = form?.files.first(where: { $0.name == "file" }) else {
            var refusal = Refusal()
            refusal.missing("file")
            return refusal.response ?? Response(status: .unprocessable)
        }
        let content = UploadContent(call.request.body, file.content)
        guard !file.content.isEmpty else { throw Failure(.badRequest, "The file is empty") }
        guard let type = try gate.emulator.type(of: content), type.isWebPicture else {
            throw Failure(
                .badRequest, "The file is no image: JPEG, PNG, GIF and WebP are taken, told by their first bytes")
        }
        let path = try gate.emulator.keepUpload(content, as: type, for: key.account)
        var writer = JSONWriter(capacity: 192)
        writer.beginObject()
        writer.member("url", "\(base(call))\(FluidTalk.path)uploads/\(path)")
        writer.endObject()
        return .json(writer.bytes)
    }

    /// Answers with an uploaded picture; the URL is enough, without a key.
    func uploaded(_ call: Call) throws(Failure) -> Response {
        try PictureRoutes.response(gate.emulator.upload("\(call.parameters["sandbox"])/\(call.parameters["file"])"))
    }

    /// A persona's own photo.
    func photo(_ call: Call) throws(Failure) -> Response {
        guard let id = PersonaID(call.parameters["persona_id"]), let persona = gate.emulator.catalog.persona(id) else {
            throw Failure(.notFound, "Not Found")
        }
        return try PictureRoutes.response(
            gate.emulator.photo(PictureRoutes.mediaFolder + call.parameters["photo"], of: persona))
    }

    /// The URL of a persona's photo.
    func url(ofPhoto path: String, of persona: Persona, for call: Call) -> String {
        let name =
            path.hasPrefix(PictureRoutes.mediaFolder) ? path.dropFirst(PictureRoutes.mediaFolder.count) : path[...]
        return "\(base(call))\(FluidTalk.path)media/\(persona.id)/\(PercentEncoding.encode(String(name)))"
    }

    private func base(_ call: Call) -> String {
        publicURL ?? "http://\(call.request.head.fields[.host] ?? "127.0.0.1")"
    }

    private static func response(_ file: MediaFile?) throws(Failure) -> Response {
        guard let file else { throw Failure(.notFound, "Not Found") }
        return file.response
    }
}

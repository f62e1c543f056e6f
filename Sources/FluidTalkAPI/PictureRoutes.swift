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
        let path = try gate.emulator.keepUpload(call.request.body, file.content, for: key.account)
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

    /// The browser must not guess another type, and can cache the picture, which never changes.
    private static func response(_ picture: (bytes: [UInt8], type: ImageType)?) throws(Failure) -> Response {
        guard let picture else { throw Failure(.notFound, "Not Found") }
        var fields = Fields()
        fields.add(.contentType, picture.type.mediaType)
        fields.add(.contentTypeOptions, "nosniff")
        fields.add(.cacheControl, "public, max-age=31536000, immutable")
        return Response(status: .ok, fields: fields, body: picture.bytes)
    }
}

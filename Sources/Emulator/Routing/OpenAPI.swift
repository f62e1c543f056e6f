public import JSON

/// The server's OpenAPI document (version 3.1), merged from the parts of all dialects.
public enum OpenAPI {
    /// One dialect's part: an object of `tags`, `paths` and `components`. Names of components begin with the dialect's
    /// own prefix, because all parts share one namespace.
    public struct Part {
        public let content: JSONValue

        /// - Parameter files: JSON files of the program, which are merged. One that is not JSON stops the program.
        public init(_ files: [[UInt8]]) {
            content = files.map(Part.read).reduce(.object([])) { $0.joined(with: $1) }
        }

        private static func read(_ json: [UInt8]) -> JSONValue {
            do {
                return try JSONReader.read(json)
            } catch {
                preconditionFailure("an OpenAPI part is not JSON: \(error.message) (at byte \(error.offset))")
            }
        }

        fileprivate func members(_ key: String) -> [JSONValue.Member] { content[key]?.members ?? [] }
    }

    /// The whole document as JSON.
    public static func document(version: String, of parts: [Part]) -> [UInt8] {
        var writer = JSONWriter(capacity: 1 << 16)
        writer.beginObject()
        writer.member("openapi", "3.1.0")
        writer.key("info")
        writer.beginObject()
        writer.member("title", "foilmock")
        writer.member("version", version)
        writer.member("description", description)
        writer.endObject()
        // The host and port from which the document was fetched.
        writer.key("servers")
        writer.beginArray()
        writer.beginObject()
        writer.member("url", "/")
        writer.endObject()
        writer.endArray()
        writer.key("tags")
        writer.beginArray()
        for tag in parts.flatMap({ $0.content["tags"]?.array ?? [] }) { writer.value(tag) }
        writer.endArray()
        writer.key("paths")
        writer.object(of: parts.flatMap { $0.members("paths") })
        writer.key("components")
        writer.components(parts.flatMap { $0.members("components") })
        writer.endObject()
        return writer.bytes
    }

    private static let description = """
        Every error has the shape that the called API gives its errors, also below any route: 405, or a malformed request \
        (400, 408, 413, 414, 417, 431, 501). HEAD is answered wherever GET is. \
        503 means that nothing of the request was kept, so that it may be sent again.
        """
}

extension JSONValue {
    /// Merges two values: objects get the members of both, lists the items of both; of other values the first is kept.
    fileprivate func joined(with other: JSONValue) -> JSONValue {
        if let items = array, let others = other.array { return .array(items + others) }
        guard let members, let others = other.members else { return self }
        let own = members.map { member in
            let second = other[member.key].map { member.value.joined(with: $0) }
            return Member(key: member.key, keyOffset: member.keyOffset, value: second ?? member.value)
        }
        return .object(own + others.filter { self[$0.key] == nil })
    }
}

extension JSONWriter {
    fileprivate mutating func object(of members: [JSONValue.Member]) {
        beginObject()
        for member in members {
            key(named: member.key)
            value(member.value)
        }
        endObject()
    }

    /// Writes one object for each kind of component, with the components of all parts.
    fileprivate mutating func components(_ kinds: [JSONValue.Member]) {
        beginObject()
        var written: Set<String> = []
        for kind in kinds.map(\.key) where written.insert(kind).inserted {
            key(named: kind)
            object(of: kinds.filter { $0.key == kind }.flatMap { $0.value.members ?? [] })
        }
        endObject()
    }
}

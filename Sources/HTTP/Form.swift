/// A form in either encoding. The content of files stays in the body.
public struct Form: Equatable, Sendable {
    public struct File: Equatable, Sendable {
        public let name: String
        /// The caller's name for the file; see `FormPart.filename`.
        public let filename: String
        public let contentType: String?
        /// The range of its content in the body, for `Body.read`.
        public let content: Range<Int>
    }

    /// In the order in which they were sent. A name can occur more than once.
    public private(set) var fields: [Query.Pair] = []
    public private(set) var files: [File] = []

    /// Reads the form of a request; nil when its Content-Type is not that of a form.
    /// - Throws: the error to answer when the form is malformed or too large.
    public init?(_ request: Request, limits: FormLimits = FormLimits()) throws(ProtocolError) {
        let type = request.head.fields[.contentType] ?? ""
        if let remedy = UnreadBody.remedy(for: request.head) {
            throw ProtocolError(.badRequest, remedy.prefix(1).uppercased() + remedy.dropFirst())
        }
        let word = type.utf8.prefix { $0 != UInt8(ascii: ";") }.filter { !isBlank($0) }.map(lowercased)
        if word.elementsEqual("application/x-www-form-urlencoded".utf8) {
            try readPairs(request.body, limits)
        } else if word.elementsEqual("multipart/form-data".utf8) {
            try readParts(request.body, type, limits)
        } else {
            return nil
        }
    }

    private mutating func readPairs(_ body: Body, _ limits: FormLimits) throws(ProtocolError) {
        var parser = FormParser(limits: limits)
        for piece in body.pieces(of: 0..<body.count) { try parser.append(try body.read(piece)) }
        try parser.finish()
        fields = parser.pairs
    }

    private mutating func readParts(_ body: Body, _ type: String, _ limits: FormLimits) throws(ProtocolError) {
        var parser = try MultipartParser(contentType: type, limits: limits)
        var open = OpenPart()
        for piece in body.pieces(of: 0..<body.count) {
            parser.append(try body.read(piece))
            while let event = try parser.next() {
                switch event {
                case .part(let part): open.begin(part)
                case .content(let bytes): try open.take(bytes, limits, number: fields.count + files.count + 1)
                case .partEnd: finish(open)
                case .end: break
                }
            }
        }
        try parser.finish()
    }

    private mutating func finish(_ open: OpenPart) {
        guard let part = open.part else { return }
        if let filename = part.filename {
            files.append(
                File(
                    name: part.name, filename: filename, contentType: part.contentType,
                    content: part.offset..<(part.offset + open.count)))
        } else {
            fields.append(Query.Pair(name: part.name, value: String(decoding: open.text, as: UTF8.self)))
        }
    }
}

/// The part that is being read.
private struct OpenPart {
    private(set) var part: FormPart?
    private(set) var count = 0
    /// The content of a field.
    private(set) var text: [UInt8] = []
    private var total = 0

    mutating func begin(_ part: FormPart) {
        self.part = part
        count = 0
        text = []
        total += part.filename == nil ? part.name.utf8.count : 0
    }

    mutating func take(_ bytes: [UInt8], _ limits: FormLimits, number: Int) throws(ProtocolError) {
        guard let part else { return }
        count += bytes.count
        guard part.filename == nil else {
            guard count <= limits.fileBytes else {
                throw ProtocolError(.contentTooLarge, "A file of the form is larger than \(limits.fileBytes) bytes")
            }
            return
        }
        guard part.name.utf8.count + count <= limits.fieldBytes else { throw FormLimits.fieldTooLarge(number) }
        total += bytes.count
        guard total <= limits.totalBytes else { throw FormLimits.totalTooLarge }
        text += bytes
    }
}

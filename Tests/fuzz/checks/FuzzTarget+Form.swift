extension FuzzTarget {
    static func multipart(_ input: [UInt8]) -> String? {
        let (type, body) = FormTranscript.split(input)
        return form(body, multipart: type)
    }

    /// A form has one outcome, however its bytes are cut, and its parser keeps few of them.
    static func form(_ input: [UInt8], multipart type: String? = nil) -> String? {
        let (body, cuts) = cut(input)
        let whole = FormTranscript(of: body, multipart: type)
        for cuts in [[], cuts, Array(body.indices)] {
            let transcript = FormTranscript(of: body, multipart: type, cuts: cuts)
            if let complaint = transcript.complaint { return complaint }
            guard transcript == whole else { return "another outcome, cut at \(cuts)" }
        }
        return nil
    }
}

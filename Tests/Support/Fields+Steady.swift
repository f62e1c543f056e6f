public import HTTP

extension Fields {
    /// Without the request's id, which counts requests: two answers are alike whatever was asked before.
    public var steady: Fields {
        var steady = Fields()
        for field in list where field.name != .requestID { steady.add(field.name, field.value) }
        return steady
    }
}

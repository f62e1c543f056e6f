extension JSONScanner {
    /// Reads a number: an integer where it has no fraction or exponent and fits, else a finite double.
    mutating func number() throws(JSONError) -> JSONValue.Kind {
        let start = at
        let isNegative = take(UInt8(ascii: "-"))
        let digits = at
        var magnitude: UInt = 0
        var fits = true
        while let digit = digit() {
            if at > digits, bytes[digits] == UInt8(ascii: "0") { throw expected("no digit after a leading zero") }
            let (product, carry) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry2) = product.addingReportingOverflow(digit)
            fits = fits && !carry && !carry2
            magnitude = sum
            at += 1
        }
        guard at > digits else { throw expected("a digit after '-'") }

        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try skipDigits("a digit after the decimal point")
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try skipDigits("a digit in the exponent")
        }
        if isWhole, fits {
            if let value = isNegative ? Self.negated(magnitude) : Int(exactly: magnitude) { return .integer(value) }
        }
        guard let value = Double(String(decoding: bytes[start..<at], as: UTF8.self)), value.isFinite else {
            throw JSONError(message: "expected a number within the range of a double", offset: start)
        }
        return .double(value)
    }

    private func digit() -> UInt? {
        let value = current &- UInt8(ascii: "0")
        return value < 10 ? UInt(value) : nil
    }

    private mutating func skipDigits(_ what: String) throws(JSONError) {
        guard digit() != nil else { throw expected(what) }
        while digit() != nil { at += 1 }
    }

    private static func negated(_ magnitude: UInt) -> Int? {
        magnitude <= Int.min.magnitude ? Int(truncatingIfNeeded: 0 &- magnitude) : nil
    }
}

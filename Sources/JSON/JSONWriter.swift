public import Exact

/// Writes JSON byte for byte as FastAPI does: no white space, keys in the order of the calls, non-ASCII as UTF-8.
///
/// The writer sets commas and colons; the calling code writes keys in objects only and matches brackets. A writer holds
/// one text.
public struct JSONWriter {
    public internal(set) var bytes: [UInt8] = []
    var needsComma = false
    let asciiOnly: Bool

    /// - Parameters:
    ///   - capacity: bytes to set aside at once.
    ///   - asciiOnly: whether everything outside space to `~` is escaped, as Python's `ensure_ascii` does. Event
    ///     streams need it: httpx ends a line at U+0085, U+2028 and the like.
    public init(capacity: Int, asciiOnly: Bool = false) {
        bytes.reserveCapacity(capacity)
        self.asciiOnly = asciiOnly
    }

    /// Returns the bytes written so far, so that a long text can be sent in pieces. The writer continues after them.
    public mutating func takeBytes() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    /// Appends what `write` writes to bytes that are there already.
    public static func append(to bytes: inout [UInt8], asciiOnly: Bool = false, _ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(capacity: 0, asciiOnly: asciiOnly)
        swap(&writer.bytes, &bytes)
        write(&writer)
        swap(&writer.bytes, &bytes)
    }

    public mutating func beginObject() { open(UInt8(ascii: "{")) }

    public mutating func endObject() { close(UInt8(ascii: "}")) }

    public mutating func beginArray() { open(UInt8(ascii: "[")) }

    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// A key that needs no escape.
    public mutating func key(_ key: StaticString) {
        let isBehind = needsComma
        needsComma = false
        bytes.append(atMost: key.utf8CodeUnitCount + 4) { pen in
            if isBehind { pen.put(UInt8(ascii: ",")) }
            pen.put(UInt8(ascii: "\""))
            pen.put(key)
            pen.put("\":")
        }
    }

    /// A key that comes from outside.
    public mutating func key(named key: String) { quote(key, isKey: true) }

    public mutating func string(_ value: String) { quote(value, isKey: false) }

    /// A string of so many bytes, which `write` writes. None of them may need an escape.
    public mutating func string(plain count: Int, _ write: (UnsafeMutableRawBufferPointer) -> Void) {
        beginValue()
        bytes.append(atMost: count + 2) { pen in
            pen.put(UInt8(ascii: "\""))
            write(UnsafeMutableRawBufferPointer(start: pen.place, count: count))
            pen.place += count
            pen.put(UInt8(ascii: "\""))
        }
    }

    public mutating func integer(_ value: Int) {
        beginValue()
        // The digits of 64 bits, and a sign.
        bytes.append(atMost: 20) { pen in
            if value < 0 { pen.put(UInt8(ascii: "-")) }
            pen.put(decimal: value.magnitude)
        }
    }

    public mutating func bool(_ value: Bool) {
        beginValue()
        literal(value ? "true" : "false")
    }

    public mutating func null() {
        beginValue()
        literal("null")
    }

    /// A finite number in its shortest form: whole ones without a point.
    public mutating func number(_ value: Double) {
        guard let whole = Int(exactly: value) else { return encoded(Array(value.description.utf8)) }
        integer(whole)
    }

    /// A value that is JSON already, written by another writer.
    public mutating func encoded(_ value: [UInt8]) {
        beginValue()
        bytes.append(contentsOf: value)
    }

    private mutating func open(_ bracket: UInt8) {
        beginValue()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func beginValue() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    mutating func literal(_ word: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }
}

extension JSONWriter {
    /// A key and a string; nil is written as null, and so in the other two.
    public mutating func member(_ key: StaticString, _ value: String?) {
        self.key(key)
        if let value { string(value) } else { null() }
    }

    /// The same for a key that comes from outside.
    public mutating func member(named key: String, _ value: String?) {
        self.key(named: key)
        if let value { string(value) } else { null() }
    }

    public mutating func member(_ key: StaticString, _ value: Int?) {
        self.key(key)
        if let value { integer(value) } else { null() }
    }

    public mutating func member(_ key: StaticString, _ value: Bool?) {
        self.key(key)
        if let value { bool(value) } else { null() }
    }

    public mutating func member(_ key: StaticString, number value: Double) {
        self.key(key)
        number(value)
    }
    /// A key and an object of texts, by their names.
    public mutating func member(_ key: StaticString, texts: Texts) {
        self.key(key)
        beginObject()
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) { member(named: name.text, text) }
        endObject()
    }

    /// A key and a list, each item of which is written by the closure.
    public mutating func list<Item>(
        _ key: StaticString, _ items: [Item], _ write: (inout JSONWriter, Item) -> Void
    ) {
        self.key(key)
        beginArray()
        for item in items { write(&self, item) }
        endArray()
    }
}

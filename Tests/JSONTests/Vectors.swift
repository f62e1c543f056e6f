import Glibc
@testable import JSON

struct AcceptedVector: CustomStringConvertible, Sendable {
    let description: String
    let input: [UInt8]
    let holds: String

    static let all = vectors("accepted.txt").map { fields in
        AcceptedVector(description: fields[0], input: bytes(fields[0]), holds: fields[1])
    }
}

struct RefusedVector: CustomStringConvertible, Sendable {
    let description: String
    let input: [UInt8]
    let error: JSONError

    static let all = vectors("refused.txt").map { fields in
        RefusedVector(
            description: fields[2], input: bytes(fields[2]),
            error: JSONError(message: fields[1], offset: Int(fields[0])!))
    }
}

/// The fields of every line of a vector file that is no comment.
private func vectors(_ name: String) -> [[String]] {
    let path = "\(#filePath)".split(separator: "/").dropLast(2).joined(separator: "/")
    let file = fopen("/\(path)/vectors/json/\(name)", "r")!
    defer { fclose(file) }
    var text: [UInt8] = []
    while case let byte = getc(file), byte != EOF { text.append(UInt8(byte)) }
    return String(decoding: text, as: UTF8.self).split(separator: "\n")
        .filter { !$0.hasPrefix("#") }
        .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
}

/// Undoes the `%XX` of an input.
private func bytes(_ input: String) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Array(input.utf8)[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%") {
            result.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)!)
            rest = rest.dropFirst(2)
        } else {
            result.append(byte)
        }
    }
    return result
}

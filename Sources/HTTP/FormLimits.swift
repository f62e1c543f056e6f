/// How much a form may hold. More is a 413.
public struct FormLimits: Equatable, Sendable {
    /// Fields and files together.
    public var parts = 100
    /// The name and the value of one field together, decoded, in bytes.
    public var fieldBytes = 64 * 1024
    /// The names and values of all fields together.
    public var totalBytes = 1 << 20
    /// One file.
    public var fileBytes = 10 << 20
    /// What stands before the content of one part of `multipart/form-data`, line ends included.
    public var partHeadBytes = 8 * 1024

    public init() {}

    static let tooManyParts = ProtocolError(.contentTooLarge, "The form has too many fields; send fewer")
    static let totalTooLarge = ProtocolError(.contentTooLarge, "The fields of the form are too large together")

    static func fieldTooLarge(_ number: Int) -> ProtocolError {
        ProtocolError(.contentTooLarge, "Field \(number) of the form is too large")
    }
}

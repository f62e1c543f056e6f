import HTTP

/// Bodies that arrive.
extension Server {
    /// The error for one more body while those that are arriving take too much; nil while they do not.
    var arrivingTooMuch: ProtocolError? {
        if arriving.inMemory > limits.arrivingInMemory { return Server.tooMuch("memory", limits.arrivingInMemory) }
        if arriving.inFiles > limits.arrivingInFiles { return Server.tooMuch("files", limits.arrivingInFiles) }
        return nil
    }

    private static func tooMuch(_ place: String, _ limit: Int) -> ProtocolError {
        ProtocolError(
            .unavailable,
            "The bodies of other requests that are arriving leave no room: all together may take \(limit) bytes in \(place); "
                + "try again later")
    }
}

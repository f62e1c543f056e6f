public import HTTP

extension Handler {
    /// The response with all of its body, as a client that reads gets it.
    public func whole(_ response: Response) -> Response {
        guard let ticket = response.delivery.laterTicket else { return response }
        var whole = response
        let place = response.delivery.steps.firstIndex(of: .later(ticket)) ?? 0
        var parts: [Delivery.Step] = []
        while case .bytes(let part) = nextPart(ticket) { parts.append(.bytes(part)) }
        dropParts(ticket)
        whole.delivery.steps.replaceSubrange(place...place, with: parts)
        return whole
    }
}

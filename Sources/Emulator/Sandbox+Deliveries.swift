import Exact
import Store

extension Sandbox {
    /// Deliveries that are remembered at most; beyond it all are forgotten.
    private static let limit = 10_000

    /// Whether this very message comes from the player for the first time; the next time it does not.
    func isFirstDelivery(of message: String, from player: PlayerKey) -> Bool {
        change { state in
            if state.deliveries.count >= Sandbox.limit { state.deliveries.removeAll() }
            return state.deliveries.insert(FirstDelivery(player: player, message: ExactText(message))).inserted
        }
    }
}

/// A message that asked for an error at its first delivery.
struct FirstDelivery: Hashable {
    let player: PlayerKey
    let message: ExactText
}

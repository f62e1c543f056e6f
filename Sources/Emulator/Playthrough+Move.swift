import Dialogue
import Store

extension Playthrough {
    /// Gives everything that this player has on the persona to another, who may have something already. Where both have a
    /// session on a machine, the one that was active last stays and the other is gone; what either has unlocked stays
    /// unlocked; of two values of a variable that of the player who was active last counts.
    /// - Returns: how many sessions the other one got.
    public func move(to other: Playthrough) throws(Failure) -> Int {
        try stored { () throws(StoreError) in
            let given = try store.sessions(of: key)
            let own = try store.sessions(of: other.key)
            let progress = try store.progress(of: key)
            guard !given.isEmpty || progress != Progress(inits: progress.inits) else { return 0 }

            var moved = 0
            for session in given {
                let rival = own.first { $0.machine == session.machine }
                if let rival, rival.lastMessageAt >= session.lastMessageAt { continue }
                try store.moveSession(of: key, machine: session.machine, to: other.key)
                moved += 1
            }
            var merged = try store.progress(of: other.key).merged(
                with: progress, isNewer: Playthrough.isNewer(given, than: own))
            // A player has begun as many sessions as they have, in name at least: a snapshot says so too.
            merged.inits = max(merged.inits, try store.sessions(of: other.key).count)
            try store.save(merged, of: other.key)
            _ = try store.removeAll(of: key)
            // A session's id derives from how many there were: one that is begun now must not get the id of one that moved.
            try store.save(Progress(inits: progress.inits), of: key)
            return moved
        }
    }

    private static func isNewer(_ given: [Session], than own: [Session]) -> Bool {
        guard let mine = own.map(\.lastMessageAt).max() else { return true }
        return given.map(\.lastMessageAt).max().map { $0 > mine } ?? false
    }
}

extension Progress {
    /// With what another has: of two values of a variable the other's counts if it is newer.
    func merged(with other: Progress, isNewer: Bool) -> Progress {
        var merged = self
        merged.unlocked += other.unlocked.filter { !unlocked.contains($0) }
        merged.variables.merge(other.variables) { isNewer ? $1 : $0 }
        return merged
    }
}

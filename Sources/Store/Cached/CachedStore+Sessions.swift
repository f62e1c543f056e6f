public import Dialogue

extension CachedStore {
    public func session(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Session? {
        guard let known = try read(player) else { return try base.session(of: player, machine: machine) }
        let session = known.index(of: machine).flatMap { known.sessions?[$0].session }
        return try compared(session, try base.session(of: player, machine: machine))
    }

    public func sessions(of player: PlayerKey) throws(StoreError) -> [Session] {
        guard let known = try read(player) else { return try base.sessions(of: player) }
        return try compared(known.sessions?.map(\.session) ?? [], try base.sessions(of: player))
    }

    public func latestSession(of player: PlayerKey) throws(StoreError) -> Session? {
        guard let known = try read(player) else { return try base.latestSession(of: player) }
        return try compared(known.sessions?.first?.session, try base.latestSession(of: player))
    }

    public func begin(_ session: Session, turns: [Turn], of player: PlayerKey) throws(StoreError) {
        try writing(player) { () throws(StoreError) in try base.begin(session, turns: turns, of: player) }
        guard let known = cache.find(player), known.sessions != nil else { return }
        known.sessions?.removeAll { $0.session.machine == session.machine }
        known.sessions?.insert(CachedSession(session: session), at: 0)
        changed(known)
    }

    public func append(_ turn: Turn, to session: Session, of player: PlayerKey) throws(StoreError) {
        guard let known = cache.find(player), let index = known.index(of: session.machine),
            known.sessions?[index].session.id == session.id
        else { return try base.append(turn, to: session, of: player) }
        let place: SessionPlace
        if let last = known.sessions?[index].place {
            place = last
        } else {
            place = try base.place(of: session, of: player)
        }
        let next = try writing(player) { () throws(StoreError) in
            try base.append(turn, to: session, of: player, at: place)
        }
        known.sessions?[index].session = session
        known.sessions?[index].place = next
        if let line = turn.line { known.sessions?[index].lines?.append(line) }
        if index > 0, let latest = known.sessions?.remove(at: index) { known.sessions?.insert(latest, at: 0) }
        changed(known)
    }

    public func save(_ session: Session, of player: PlayerKey) throws(StoreError) -> Bool {
        cache.remove(player)
        return try base.save(session, of: player)
    }

    public func moveSession(of player: PlayerKey, machine: MachineID, to other: PlayerKey) throws(StoreError) {
        cache.remove(player)
        cache.remove(other)
        try base.moveSession(of: player, machine: machine, to: other)
    }

    public func removeSession(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Bool {
        cache.remove(player)
        return try base.removeSession(of: player, machine: machine)
    }

    public func records(in sandbox: SandboxID) throws(StoreError) -> [PlayerRecord] {
        try base.records(in: sandbox)
    }

    public func session(
        _ id: SessionID, in sandbox: SandboxID
    ) throws(StoreError) -> (player: PlayerKey, session: Session)? {
        try base.session(id, in: sandbox)
    }

    public func dueSessions(
        in sandbox: SandboxID, until moment: Timestamp, _ take: (PlayersSession) -> Bool
    ) throws(StoreError) {
        try base.dueSessions(in: sandbox, until: moment, take)
    }

    public func sessionCount(in sandbox: SandboxID) throws(StoreError) -> Int {
        try base.sessionCount(in: sandbox)
    }

    /// The player with all sessions. Nil when one of them is damaged: the calling code then asks the other store, which
    /// may still have what is wanted.
    private func read(_ player: PlayerKey) throws(StoreError) -> CachedPlayer? {
        let known = self.player(player)
        guard known.sessions == nil else { return known }
        do throws(StoreError) {
            known.sessions = try base.sessions(of: player).map { CachedSession(session: $0) }
        } catch {
            guard error.isDamage else { throw error }
            return nil
        }
        changed(known)
        return known
    }
}

// MARK: - Histories

extension CachedStore {
    public func history(of player: PlayerKey, machine: MachineID) throws(StoreError) -> [Turn] {
        try base.history(of: player, machine: machine)
    }

    public func openHistory(of player: PlayerKey, machine: MachineID) throws(StoreError) -> any HistoryReader {
        try base.openHistory(of: player, machine: machine)
    }

    public func latestTurn(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Turn? {
        try base.latestTurn(of: player, machine: machine)
    }

    public func latestLines(
        of player: PlayerKey, machine: MachineID, _ take: (String) -> Bool
    ) throws(StoreError) {
        guard let known = cache.find(player), let index = known.index(of: machine) else {
            return try base.latestLines(of: player, machine: machine, take)
        }
        var given = 0
        if let lines = known.sessions?[index].lines {
            let (count, isEnd) = lines.give(take)
            _ = try compared(lines.latest(count), try latest(count, of: player, machine))
            if isEnd { return }
            given = count
        }
        var lines: [String] = []
        var isWanted = true
        try base.latestLines(of: player, machine: machine) { line in
            lines.append(line)
            if lines.count > given { isWanted = take(line) }
            return isWanted
        }
        known.sessions?[index].lines = CachedLines(latestFirst: lines, areAll: isWanted)
        changed(known)
    }

    private func latest(_ count: Int, of player: PlayerKey, _ machine: MachineID) throws(StoreError) -> [String] {
        var lines: [String] = []
        guard count > 0 else { return lines }
        try base.latestLines(of: player, machine: machine) { line in
            lines.append(line)
            return lines.count < count
        }
        return lines
    }
}

// MARK: - Progress

extension CachedStore {
    public func progress(of player: PlayerKey) throws(StoreError) -> Progress {
        let known = self.player(player)
        if let progress = known.progress { return try compared(progress, try base.progress(of: player)) }
        let progress = try base.progress(of: player)
        known.progress = progress
        changed(known)
        return progress
    }

    public func save(_ progress: Progress, of player: PlayerKey) throws(StoreError) {
        try writing(player) { () throws(StoreError) in try base.save(progress, of: player) }
        guard let known = cache.find(player) else { return }
        known.progress = progress
        changed(known)
    }

    public func removeAll(of player: PlayerKey) throws(StoreError) -> Bool {
        cache.remove(player)
        return try base.removeAll(of: player)
    }
}

public import HTTP
import Store

/// Batches on a database that servers share.
extension Dispatcher {
    public var collects: Bool { emulator.sharing != nil }

    public func isCollected(_ head: RequestHead) -> Bool {
        guard let mount = dialect(of: head), mount.isControl,
            case .route(let route, _, _) = mount.router.match(head.method, head.pathBytes)
        else { return true }
        return !route.isOfServer
    }

    public func prepare(_ heads: [RequestHead]) {
        do throws(StoreError) {
            var wanted = WantedAccounts()
            for head in heads { try want(head, in: &wanted) }
            try emulator.prepare(wanted)
        } catch {
            unprepared = error
        }
    }

    /// Adds the accounts that a request can be about.
    private func want(_ head: RequestHead, in wanted: inout WantedAccounts) throws(StoreError) {
        let (place, head) = SandboxPath.split(head)
        let mount = dialect(of: head)
        guard let mount, mount.isControl else {
            return try emulator.want(
                place: place, key: mount?.dialect.key(in: head), testPrefix: mount?.dialect.testKeyPrefix,
                token: head.bearerToken, in: &wanted)
        }
        guard case .route(let route, _, let parameters) = mount.router.match(head.method, head.pathBytes) else {
            return
        }
        if route.path.contains("{sandbox}") {
            emulator.want(parameters["sandbox"], in: &wanted)
        } else {
            wanted.extent = .all
        }
    }
}

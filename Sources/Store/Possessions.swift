/// Numbers that only an account's requests change: what a key has spent.
public protocol CounterStore: AnyObject {
    /// 0 for one that was never set.
    func counter(_ name: String, of sandbox: SandboxID) throws(StoreError) -> Int
    func setCounter(_ name: String, of sandbox: SandboxID, to value: Int) throws(StoreError)

    /// Every counter of the sandbox that was ever set, by name.
    func counters(of sandbox: SandboxID) throws(StoreError) -> [(name: String, value: Int)]
}

/// Which files belong to which account. The files themselves lie beside the store.
public protocol UploadStore: AnyObject {
    /// Notes a file by its path; one that is there already stays.
    func keepUpload(_ path: String, of sandbox: SandboxID) throws(StoreError)

    /// The paths of all accounts' files, by path.
    func uploads() throws(StoreError) -> [String]

    /// The paths of one account's files, by path.
    func uploads(of sandbox: SandboxID) throws(StoreError) -> [String]
}

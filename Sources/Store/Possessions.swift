/// Named counters of a sandbox, such as how many conversations a key has started.
///
/// Every method throws a `StoreError` when the store cannot be read or written.
public protocol CounterStore: AnyObject {
    /// Returns the value of a counter; 0 when it was never set.
    func counter(_ name: String, of sandbox: SandboxID) throws(StoreError) -> Int
    /// Sets a counter to a value, which replaces the one before.
    func setCounter(_ name: String, of sandbox: SandboxID, to value: Int) throws(StoreError)

    /// Returns every counter that was set in the sandbox, ordered by the bytes of the names.
    func counters(of sandbox: SandboxID) throws(StoreError) -> [(name: String, value: Int)]
}

/// The paths of the files that each sandbox's callers have uploaded. The files themselves are in a folder beside the
/// store, or in a database that servers share.
///
/// Every method throws a `StoreError` when the store cannot be read or written.
public protocol UploadStore: AnyObject {
    /// Keeps the path of an uploaded file. Does nothing when the sandbox has the path already.
    func keepUpload(_ path: String, of sandbox: SandboxID) throws(StoreError)

    /// Returns the paths of all sandboxes' files, ordered by their bytes.
    func uploads() throws(StoreError) -> [String]

    /// Returns the paths of one sandbox's files, ordered by their bytes.
    func uploads(of sandbox: SandboxID) throws(StoreError) -> [String]
}

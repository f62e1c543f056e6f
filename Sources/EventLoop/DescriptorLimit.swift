import Glibc

/// The limit on the files and sockets that the process has open at a time.
public enum DescriptorLimit {
    /// Raises the soft limit to `needed`, or to the hard limit if that is less. It never lowers it. Returns the limit
    /// that then applies.
    @discardableResult
    public static func raise(to needed: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        let wanted = min(rlim_t(max(needed, 0)), limit.rlim_max)
        if limit.rlim_cur < wanted {
            let before = limit.rlim_cur
            limit.rlim_cur = wanted
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 { limit.rlim_cur = before }
        }
        return Int(clamping: limit.rlim_cur)
    }
}

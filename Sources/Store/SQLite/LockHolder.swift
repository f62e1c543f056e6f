import Glibc

/// The process that holds SQLite's lock on a file, according to the kernel. Nil when no process holds one, or one
/// outside of this process namespace or on another machine does.
///
/// It uses the descriptor that SQLite has open already. A second descriptor must not be opened: closing it would drop
/// every lock that this process has on the file (https://sqlite.org/howtocorrupt.html, section 2.2).
func processHoldingLock(on path: String) -> pid_t? {
    var file = stat()
    guard stat(path, &file) == 0, let descriptor = openDescriptor(of: file) else { return nil }
    // The pending, the reserved and the shared bytes (https://sqlite.org/fileformat2.html#the_lock_byte_page).
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = 0x4000_0000
    lock.l_len = 512
    guard fcntl(descriptor, getLockOfDescription, &lock) == 0, lock.l_type != F_UNLCK, lock.l_pid > 0 else {
        return nil
    }
    return lock.l_pid
}

/// F_OFD_GETLK, which the Glibc module leaves out. Unlike F_GETLK it also reports the calling process's own locks.
private let getLockOfDescription: Int32 = 36

private func openDescriptor(of file: stat) -> Int32? {
    (0..<1_024).first { descriptor in
        var other = stat()
        return fstat(descriptor, &other) == 0 && other.st_dev == file.st_dev && other.st_ino == file.st_ino
    }
}

import EventLoop
import Glibc
import Metrics

/// What the system says about this process (proc(5)), under the names of the Prometheus client libraries. A figure that
/// cannot be read is left out.
enum ProcessFigures {
    static func write(to writer: inout MetricsWriter) {
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            writer.metric("process_cpu_seconds_total", .counter, "Processor time, user and system.")
            writer.sample(nanoseconds: nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime))
        }
        if let pages = text(of: "/proc/self/statm")?.split(separator: " ").prefix(2).compactMap({ Int($0) }),
            pages.count == 2
        {
            let size = sysconf(Int32(_SC_PAGESIZE))
            writer.metric("process_virtual_memory_bytes", .gauge, "Virtual memory.")
            writer.sample(pages[0] * size)
            writer.metric("process_resident_memory_bytes", .gauge, "Resident memory.")
            writer.sample(pages[1] * size)
        }
        if let open = openDescriptors() {
            writer.metric("process_open_fds", .gauge, "Open files and sockets.")
            writer.sample(open)
        }
        writer.metric("process_max_fds", .gauge, "Most open files and sockets.")
        writer.sample(DescriptorLimit.raise(to: 0))
    }

    private static func nanoseconds(_ time: timeval) -> Int64 {
        Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_usec) * 1_000
    }

    private static func text(of path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    private static func openDescriptors() -> Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Without ".", ".." and the descriptor of this listing.
        return count - 3
    }
}

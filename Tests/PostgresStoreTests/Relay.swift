import Glibc
import Synchronization

/// Passes bytes between clients and a server at 127.0.0.1, on threads of its own, and cuts a connection once the server
/// has carried out a commit and before the client reads of it.
final class Relay: Sendable {
    let port: Int
    private let listener: Int32
    private let isArmed = Atomic(false)
    private let counted = Atomic(0)

    init(to target: Int) {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = Relay.place(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        port = withUnsafeMutablePointer(to: &place) { [listener] place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                precondition(bind(listener, address, size) == 0 && listen(listener, 8) == 0, "errno \(errno)")
                getsockname(listener, address, &size)
            }
            return Int(UInt16(bigEndian: place.pointee.sin_port))
        }
        thread { [listener, weak self] in
            while case let client = accept(listener, nil, nil), client >= 0 { self?.pass(client, to: target) }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    var cuts: Int { counted.load(ordering: .sequentiallyConsistent) }

    func cutAtNextCommit() { isArmed.store(true, ordering: .sequentiallyConsistent) }

    private func pass(_ client: Int32, to target: Int) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = Relay.place(target)
        let code = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(code == 0, "errno \(errno)")
        thread { Relay.copy(from: client, to: server) { _ in true } }
        thread { [self] in
            Relay.copy(from: server, to: client) { [self] bytes in
                // The tag of a command that was carried out (PostgreSQL 15, section 55.7, CommandComplete).
                guard bytes.count > 6, isArmed.load(ordering: .sequentiallyConsistent),
                    bytes.indices.contains(where: { bytes[$0...].starts(with: "COMMIT\0".utf8) })
                else { return true }
                isArmed.store(false, ordering: .sequentiallyConsistent)
                counted.add(1, ordering: .sequentiallyConsistent)
                return false
            }
        }
    }

    private static func copy(from source: Int32, to target: Int32, _ mayPass: ([UInt8]) -> Bool) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(source, &buffer, buffer.count), count > 0, mayPass(Array(buffer[..<count])) {
            var start = 0
            while start < count {
                let written = send(target, Array(buffer[start..<count]), count - start, Int32(MSG_NOSIGNAL))
                guard written > 0 else { break }
                start += written
            }
        }
        // The other direction ends too.
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(target, Int32(SHUT_RDWR))
    }

    private static func place(_ port: Int) -> sockaddr_in {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = UInt16(port).bigEndian
        place.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        return place
    }
}

/// Runs a function on a thread of its own.
private func thread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var handle = pthread_t()
    let code = pthread_create(
        &handle, nil,
        { box in
            Unmanaged<Box>.fromOpaque(box!).takeRetainedValue().body()
            return nil
        }, Unmanaged.passRetained(Box(body)).toOpaque())
    precondition(code == 0, "no thread")
    pthread_detach(handle)
}

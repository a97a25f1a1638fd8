import Foundation
import Gym
import Synchronization

/// Wakes the broker's thread from any other: a pipe that it waits on together with its socket.
final class Waker: Sendable {
    private let reading: Int32
    private let writing: Int32
    private let isSet = Atomic(false)

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw GymError(.internal, "the system gives no more descriptors: \(String(cString: strerror(errno)))")
        }
        (reading, writing) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(reading)
        close(writing)
    }

    /// Ends the current or next `wait`; cheap when that is under way already.
    func wake() {
        guard !isSet.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var byte: UInt8 = 1
        _ = write(writing, &byte, 1)
    }

    /// Waits for `wake` or for something on the socket's descriptor, at most so long.
    func wait(or socket: Int32, milliseconds: Int) {
        var items = [
            pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&items, 2, Int32(milliseconds)) > 0, items[0].revents != 0 else { return }
        var byte: UInt8 = 0
        _ = read(reading, &byte, 1)
        // Cleared after the byte is taken and before the work is looked for, so that no wake-up is lost.
        isSet.store(false, ordering: .sequentiallyConsistent)
    }
}

import CZeroMQ

/// What this process has freed but the C library still holds.
public enum FreedMemory {
    /// Gives whole pages of it back to the system; takes a millisecond for a heap of some megabytes.
    ///
    /// A server's queues and replies come and go in sizes that scatter, so its heap would grow for hours although
    /// what it holds does not.
    public static func giveBack() {
        #if canImport(Glibc)
            malloc_trim(0)
        #endif
    }
}

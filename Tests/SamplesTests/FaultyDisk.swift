import Foundation
import GRDBSQLite
import Synchronization

/// A disk under SQLite whose N-th write fails: SQLite's own file layer with three calls replaced for files under one
/// path. There is one such disk; tests that use it run one after the other.
enum FaultyDisk {
    /// How the call fails.
    enum Fault: CaseIterable, Sendable {
        /// Once, with an I/O error.
        case error
        /// Half of the data is written, then as `error`.
        case shortWrite
        /// From then on every call, with a full disk.
        case full

        /// `SQLITE_IOERR_WRITE` is a macro that Swift does not see.
        var code: Int32 { self == .full ? SQLITE_FULL : SQLITE_IOERR | 3 << 8 }
    }

    private struct Plan {
        var prefix: String
        var fault: Fault
        var countdown: Int
        var hasTripped = false
        var flushes = 0
    }

    private static let plan = Mutex<Plan?>(nil)
    private nonisolated(unsafe) static var original: UnsafeMutablePointer<sqlite3_vfs>?
    /// SQLite has a table of calls for files that it locks and one for the others; the three replaced ones are equal.
    private nonisolated(unsafe) static var genuine: sqlite3_io_methods?
    private nonisolated(unsafe) static var patched:
        [UnsafePointer<sqlite3_io_methods>: UnsafePointer<sqlite3_io_methods>] = [:]

    /// Puts the layer under everything that opens a file from now on; once per process.
    private static let isInstalled: Bool = {
        guard let vfs = sqlite3_vfs_find(nil) else { return false }
        original = vfs
        let layer = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        layer.initialize(to: vfs.pointee)
        layer.pointee.pNext = nil
        layer.pointee.zName = UnsafePointer(strdup("faulty"))
        layer.pointee.xOpen = { _, name, file, flags, outFlags in
            guard let original = FaultyDisk.original, let open = original.pointee.xOpen else { return SQLITE_ERROR }
            let result = open(original, name, file, flags, outFlags)
            if result == SQLITE_OK, let name, let file, FaultyDisk.watches(String(cString: name)) {
                FaultyDisk.patch(file)
            }
            return result
        }
        return sqlite3_vfs_register(layer, 1) == SQLITE_OK
    }()

    /// Lets the call number `countdown` on files under the path fail, counted from 1.
    ///
    /// - Returns: whether the layer is in place.
    static func arm(_ prefix: String, _ fault: Fault, countdown: Int) -> Bool {
        plan.withLock { $0 = Plan(prefix: prefix, fault: fault, countdown: countdown) }
        return isInstalled
    }

    /// Heals the disk; says whether the fault was met.
    static func heal() -> Bool {
        plan.withLock { plan in
            defer { plan = nil }
            return plan?.hasTripped ?? false
        }
    }

    /// How many times files under the armed path were flushed to the disk.
    static var flushes: Int { plan.withLock { $0?.flushes ?? 0 } }

    private static func watches(_ name: String) -> Bool {
        plan.withLock { $0.map { name.hasPrefix($0.prefix) } ?? false }
    }

    /// The fault that this call meets, if any.
    private static func meet() -> Fault? {
        plan.withLock { plan in
            guard plan != nil else { return nil }
            plan?.countdown -= 1
            guard let now = plan, now.countdown == 0 || (now.countdown < 0 && now.fault == .full) else { return nil }
            plan?.hasTripped = true
            return now.fault
        }
    }

    private static func patch(_ file: UnsafeMutablePointer<sqlite3_file>) {
        guard let methods = file.pointee.pMethods else { return }
        plan.withLock { _ in
            if genuine == nil { genuine = methods.pointee }
            let table = patched[methods] ?? copy(of: methods.pointee)
            patched[methods] = table
            file.pointee.pMethods = table
        }
    }

    private static func copy(of methods: sqlite3_io_methods) -> UnsafePointer<sqlite3_io_methods> {
        let copy = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        copy.initialize(to: methods)
        copy.pointee.xWrite = { file, bytes, count, offset in
            guard let write = FaultyDisk.genuine?.xWrite else { return SQLITE_ERROR }
            guard let fault = FaultyDisk.meet() else { return write(file, bytes, count, offset) }
            if fault == .shortWrite { _ = write(file, bytes, count / 2, offset) }
            return fault.code
        }
        copy.pointee.xTruncate = { file, size in
            guard let truncate = FaultyDisk.genuine?.xTruncate else { return SQLITE_ERROR }
            return FaultyDisk.meet()?.code ?? truncate(file, size)
        }
        copy.pointee.xSync = { file, flags in
            guard let sync = FaultyDisk.genuine?.xSync else { return SQLITE_ERROR }
            FaultyDisk.plan.withLock { $0?.flushes += 1 }
            return FaultyDisk.meet()?.code ?? sync(file, flags)
        }
        return UnsafePointer(copy)
    }
}

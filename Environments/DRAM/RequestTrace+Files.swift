import Files
import Foundation
import Gym

/// How a trace is kept in a file.
public enum TraceFormat: String, Sendable, CaseIterable {
    /// Text of DRAMSys and ArchGym: `12: read 0x40`.
    case stl
    /// Text of DRAMsim3: `0x40 READ 12`; it knows no sizes, so that a long request becomes one for every 64 bytes.
    case dramsim3
    /// Sextant's own: `SXTRACE1` and the number of requests (u64), then for each its clock (u64) and a u64 with the
    /// address in the lower 48 bits and flags above them, bit 0 for a write and bits 1 … 13 for the bytes, 0 for one
    /// burst; the least significant byte first.
    case binary

    /// The format that a file's name stands for: `.bin` and `.trace` are binary and DRAMsim3, the rest STL.
    public init(fileName: String) {
        self = fileName.hasSuffix(".bin") ? .binary : fileName.hasSuffix(".trace") ? .dramsim3 : .stl
    }
}

extension RequestTrace {
    static let magic = Array("SXTRACE1".utf8)
    private static let addressLimit: UInt64 = 1 << 48

    /// Reads a trace of any format, which its first bytes tell.
    ///
    /// - Throws: `GymError` (`bad-input`) that names file and line, or file and request.
    public init(path: String, name: String) throws {
        let handle = FileHandle(forReadingAtPath: path)
        defer { try? handle?.close() }
        let start = [UInt8]((try? handle?.read(upToCount: 4_096)) ?? Data())
        if start.starts(with: RequestTrace.magic) {
            try self.init(binary: path, name: name)
        } else if RequestTrace.isDRAMsim3(start) {
            try self.init(dramsim3: TextLines(path: path, name: name))
        } else {
            try self.init(stl: TextLines(path: path, name: name))
        }
    }

    /// Whether the first line that is no comment begins with an address and has no colon.
    private static func isDRAMsim3(_ start: [UInt8]) -> Bool {
        let lines = start.split(separator: 10).map { $0.drop { $0 == 32 || $0 == 9 } }
        guard let first = lines.first(where: { $0.first != UInt8(ascii: "#") && $0.first != 13 && !$0.isEmpty })
        else { return false }
        return first.starts(with: Array("0x".utf8)) && !first.contains(UInt8(ascii: ":"))
    }

    private init(binary path: String, name: String) throws {
        self.init()
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw GymError(.badInput, "the file '\(name)' may not be read")
        }
        defer { try? handle.close() }
        func bytes(_ count: Int) throws -> Data { (try handle.read(upToCount: count)) ?? Data() }
        func word(_ data: Data, _ place: Int) -> UInt64 {
            (0..<8).reduce(0) { $0 | UInt64(data[data.startIndex + place + $1]) << UInt64(8 * $1) }
        }
        let head = try bytes(16)
        guard head.count == 16, word(head, 8) >= 1, word(head, 8) <= UInt64(RequestTrace.requestLimit) else {
            throw GymError(.badInput, "'\(name)' says that it has no requests, or more than \(Self.requestLimit)")
        }
        let total = Int(word(head, 8))
        while count < total {
            let data = try bytes(16 * min(4_096, total - count))
            guard !data.isEmpty, data.count.isMultiple(of: 16) else {
                throw GymError(.badInput, "'\(name)' ends after \(count) of its \(total) requests")
            }
            for place in stride(from: 0, to: data.count, by: 16) {
                try append(record: word(data, place), word(data, place + 8), of: name)
            }
        }
        guard try bytes(1).isEmpty else {
            throw GymError(.badInput, "'\(name)' goes on behind its \(total) requests")
        }
    }

    private mutating func append(record time: UInt64, _ rest: UInt64, of name: String) throws {
        let (address, flags) = (rest & (RequestTrace.addressLimit - 1), rest >> 48)
        let size = Int(flags >> 1)
        guard time <= UInt64(RequestTrace.clockLimit), Int(time) >= clocks.last ?? 0, size <= RequestTrace.sizeLimit
        else {
            throw GymError(
                .badInput, "request \(count) of '\(name)' goes back in time, or its clock or size is out of range")
        }
        append(clock: Int(time), isWrite: flags & 1 == 1, address: address, size: size)
    }

    /// Writes the trace in pieces of some kilobytes.
    ///
    /// - Throws: `GymError` (`bad-input`) for an address beyond 48 bits in the binary form, and what `sink` throws.
    public func write(_ format: TraceFormat, to sink: ([UInt8]) throws -> Void) throws {
        var buffer: [UInt8] = []
        if format == .binary {
            buffer = RequestTrace.magic
            RequestTrace.put(UInt64(count), &buffer)
        }
        for index in 0..<count {
            switch format {
            case .stl: buffer += stlLine(index).utf8
            case .dramsim3: buffer += dramsim3Lines(index).utf8
            case .binary: try putRecord(index, &buffer)
            }
            if buffer.count > 1 << 15 {
                try sink(buffer)
                buffer.removeAll(keepingCapacity: true)
            }
        }
        try sink(buffer)
    }

    private func stlLine(_ index: Int) -> String {
        let size = sizes[index] == 0 ? "" : "(\(sizes[index])) "
        let kind = isWrite[index] ? "write" : "read"
        return "\(clocks[index]): \(size)\(kind) 0x\(String(addresses[index], radix: 16))\n"
    }

    private func dramsim3Lines(_ index: Int) -> String {
        let kind = isWrite[index] ? "WRITE" : "READ"
        return stride(from: UInt64(0), to: UInt64(max(1, sizes[index])), by: 64).reduce(into: "") { lines, offset in
            lines += "0x\(String(addresses[index] &+ offset, radix: 16)) \(kind) \(clocks[index])\n"
        }
    }

    private func putRecord(_ index: Int, _ buffer: inout [UInt8]) throws {
        guard addresses[index] < RequestTrace.addressLimit else {
            throw GymError(
                .badInput, "request \(index) has an address beyond 48 bits, which the binary form can't hold",
                hint: "use stl")
        }
        let flags = UInt64(sizes[index]) << 1 | (isWrite[index] ? 1 : 0)
        RequestTrace.put(UInt64(clocks[index]), &buffer)
        RequestTrace.put(addresses[index] | flags << 48, &buffer)
    }

    private static func put(_ word: UInt64, _ buffer: inout [UInt8]) {
        for byte in 0..<8 { buffer.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * byte))) }
    }
}

/// A message in protobuf's wire format: fields by their numbers, in the order in which they are written.
struct ProtobufBytes: Sendable {
    private(set) var bytes: [UInt8] = []

    /// A whole number; negative ones take ten bytes, as the format has it.
    mutating func put(_ field: Int, _ value: Int) {
        add(UInt64(field << 3))
        add(UInt64(bitPattern: Int64(value)))
    }

    /// Whole numbers in one run.
    mutating func put(_ field: Int, _ values: [Int]) {
        var run = ProtobufBytes()
        for value in values { run.add(UInt64(bitPattern: Int64(value))) }
        put(field, run.bytes)
    }

    /// Bytes, or anything that is written as such.
    mutating func put(_ field: Int, _ value: [UInt8]) {
        add(UInt64(field << 3 | 2))
        add(UInt64(value.count))
        bytes += value
    }

    /// A text.
    mutating func put(_ field: Int, _ value: String) { put(field, Array(value.utf8)) }

    /// A message within this one.
    mutating func put(_ field: Int, _ write: (inout ProtobufBytes) -> Void) {
        var inner = ProtobufBytes()
        write(&inner)
        put(field, inner.bytes)
    }

    /// Fields that were written elsewhere.
    mutating func append(_ fields: ProtobufBytes) { bytes += fields.bytes }

    /// A whole number in groups of seven bits, the lowest first.
    private mutating func add(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

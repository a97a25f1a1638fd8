extension CacheFilter {
    /// Takes one line that valgrind's lackey printed with `--trace-mem=yes`: `I  addr,size`, ` L addr,size`,
    /// ` S addr,size` or ` M addr,size` (a load and a store). Every instruction takes its time.
    ///
    /// Returns false for a line that is none of these, such as valgrind's own messages.
    @discardableResult
    public mutating func take(lackey line: UnsafeRawBufferPointer) -> Bool {
        guard line.count > 4, let comma = line.lastIndex(of: UInt8(ascii: ",")),
            let address = CacheFilter.number(line[3..<max(3, comma)], radix: 16),
            let bytes = CacheFilter.number(line[(comma + 1)...], radix: 10), bytes <= 4_096
        else { return false }
        switch (line[0], line[1]) {
        case (UInt8(ascii: "I"), _):
            execute()
            access(.instruction, at: address, bytes: Int(bytes))
        case (_, UInt8(ascii: "L")): access(.load, at: address, bytes: Int(bytes))
        case (_, UInt8(ascii: "S")): access(.store, at: address, bytes: Int(bytes))
        case (_, UInt8(ascii: "M")):
            access(.load, at: address, bytes: Int(bytes))
            access(.store, at: address, bytes: Int(bytes))
        default: return false
        }
        return true
    }

    private static func number(_ digits: Slice<UnsafeRawBufferPointer>, radix: UInt64) -> UInt64? {
        guard (1...16).contains(digits.count) else { return nil }
        var value: UInt64 = 0
        for byte in digits {
            let digit: UInt64
            switch byte {
            case 48...57: digit = UInt64(byte - 48)
            case 97...102: digit = UInt64(byte - 87)
            case 65...70: digit = UInt64(byte - 55)
            default: return nil
            }
            guard digit < radix else { return nil }
            value = value &* radix &+ digit
        }
        return value
    }
}

extension Envelope {
    /// How many elements the lists of the body have together, without reading them; counting ends at `limit`. Where the
    /// body is malformed it is some number, and reading says so.
    func elementCount(atMost limit: Int) -> Int {
        switch header.encoding {
        case .binary: binaryCount(atMost: limit)
        case .json: textCount(atMost: limit)
        }
    }

    /// The fields of a protobuf message that have a length: a tag and a length each, and so many bytes.
    private func binaryCount(atMost limit: Int) -> Int {
        var (count, place) = (0, 0)
        func varint() -> UInt64? {
            var value: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 64, by: 7) {
                guard place < body.count else { return nil }
                value |= UInt64(body[place] & 0x7F) << shift
                place += 1
                if body[place - 1] < 0x80 { return value }
            }
            return nil
        }
        while count < limit, let tag = varint() {
            switch tag & 7 {
            case 0: _ = varint()
            case 1: place += 8
            case 2:
                guard let length = varint(), length <= UInt64(max(0, body.count - place)) else { return count }
                count += 1
                place += Int(length)
            case 5: place += 4
            default: break
            }
        }
        return count
    }

    /// The elements of lists that are fields of the message itself: one more than there are commas.
    private func textCount(atMost limit: Int) -> Int {
        var (count, depth) = (1, 0)
        var (isQuoted, isEscaped) = (false, false)
        for byte in body where count < limit {
            if isQuoted {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isQuoted = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isQuoted = true
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ",") where depth == 2: count += 1
            default: break
            }
        }
        return count
    }
}

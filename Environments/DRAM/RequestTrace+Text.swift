public import Files
import Gym

extension RequestTrace {
    /// Reads a trace in the STL format of DRAMSys and ArchGym, one request a line:
    /// `CLOCK: [(BYTES)] read|write 0xADDRESS [0xDATA]`; `#` begins a comment, data is ignored.
    ///
    /// - Throws: `GymError` (`bad-input`) that names line and column: a malformed line, a clock that goes back, or a
    ///   number beyond the limits; also for a file without any request.
    public init(stl lines: TextLines) throws {
        self.init()
        try lines.forEach { line in
            var parser = TraceLine(line, form: TraceLine.stl)
            guard parser.hasRequest else { return }
            try append(parser.stlRequest(after: clocks.last ?? 0), of: line.file)
        }
        guard count > 0 else { throw RequestTrace.empty(lines.name, form: TraceLine.stl) }
    }

    /// Reads a trace in the text format of DRAMsim3, one request a line: `0xADDRESS READ|WRITE CLOCK`; `#` begins a
    /// comment.
    ///
    /// - Throws: as for STL.
    public init(dramsim3 lines: TextLines) throws {
        self.init()
        try lines.forEach { line in
            var parser = TraceLine(line, form: TraceLine.dramsim3)
            guard parser.hasRequest else { return }
            try append(parser.dramsim3Request(after: clocks.last ?? 0), of: line.file)
        }
        guard count > 0 else { throw RequestTrace.empty(lines.name, form: TraceLine.dramsim3) }
    }

    private mutating func append(_ request: TraceLine.Request, of file: String) throws {
        guard count < RequestTrace.requestLimit else {
            throw GymError(.badInput, "'\(file)' has more than \(RequestTrace.requestLimit) requests")
        }
        append(clock: request.clock, isWrite: request.isWrite, address: request.address, size: request.size)
    }

    static func empty(_ name: String, form: String) -> GymError {
        GymError(.badInput, "the trace '\(name)' holds no request", hint: form)
    }
}

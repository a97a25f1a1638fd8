/// Shows a board while a study runs: one line that is rewritten on a terminal, else a plain line now and then.
public struct ProgressPrinter {
    /// Where the lines go.
    public enum Output: Sendable, Hashable {
        /// Rewritten at most five times a second.
        case terminal(columns: Int, isColoured: Bool)
        /// A line every ten seconds.
        case plain
    }

    private let board: ProgressBoard
    private let output: @Sendable () -> Output
    private let clock: @Sendable () -> Double
    private let write: (String) -> Void
    private let began: Double
    private var shown: Double?
    private var isDirty = false

    /// Begins to show a board. `output` is asked each time, since a terminal's width changes; `clock` gives seconds.
    public init(
        _ board: ProgressBoard, output: @escaping @Sendable () -> Output, clock: @escaping @Sendable () -> Double,
        write: @escaping (String) -> Void
    ) {
        (self.board, self.output, self.clock, self.write) = (board, output, clock, write)
        began = clock()
    }

    /// Shows the board if it is time.
    public mutating func tick() {
        let now = clock()
        switch output() {
        case .terminal(let columns, let isColoured):
            guard shown.map({ now - $0 >= 0.2 }) ?? true else { return }
            // One column stays free, since some terminals wrap when the last one is written.
            let line = ProgressLine(board.snapshot(), elapsed: now - began)
            write("\r" + line.text(columns: columns - 1, isColoured: isColoured) + "\u{1B}[K")
            isDirty = true
        case .plain:
            guard now - (shown ?? began) >= 10 else { return }
            write(ProgressLine(board.snapshot(), elapsed: now - began).plain + "\n")
        }
        shown = now
    }

    /// Clears the line of a terminal, so that what follows begins at its left edge.
    public mutating func finish() {
        if isDirty { write("\r\u{1B}[K") }
        isDirty = false
    }
}

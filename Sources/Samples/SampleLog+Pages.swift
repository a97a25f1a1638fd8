public import Gym

extension SampleLog {
    /// Passes the samples of a trial in order, as many as the summary counts, a thousand at a time: whoever reads a log
    /// of any length needs no more memory than that.
    ///
    /// - Throws: what reading or `body` throws.
    public func eachPage(of trial: TrialSummary, _ body: ([Sample]) throws -> Void) throws {
        var next: Int64 = 0
        while next < trial.samples {
            let page = try samples(of: trial.number, from: next, limit: Int(min(1_000, trial.samples - next)))
            guard let last = page.last else { return }
            try body(page)
            next = last.number + 1
        }
    }
}

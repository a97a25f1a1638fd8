import Gym

/// Lines of a batch that follow one another and name the same options.
struct DesignRun {
    /// What the lines say of options.
    let options: [String: Value]
    private var lines: [DesignFile.Line]

    /// Cuts lines where their options change. A key that is both is a parameter.
    static func runs(_ lines: [DesignFile.Line], options names: [String], _ space: Space) -> [DesignRun] {
        var runs: [DesignRun] = []
        for line in lines {
            let options = line.values.filter { names.contains($0.key) && space.index(of: $0.key) == nil }
            if runs.last?.options == options {
                runs[runs.count - 1].lines.append(line)
            } else {
                runs.append(DesignRun(options: options, lines: [line]))
            }
        }
        return runs
    }

    /// The designs; what a line does not name has its value in `base`, or its default.
    ///
    /// - Throws: `GymError` (`bad-input`) that points at the key that is wrong.
    func actions(_ base: [String: Value], _ space: Space) throws -> [Action] {
        try lines.map { line in
            let design = line.values.filter { options[$0.key] == nil }
            do {
                return try space.action(named: base.merging(design) { $1 }, code: .badInput)
            } catch let error as GymError {
                throw line.located(error)
            }
        }
    }

    /// The session for these options.
    ///
    /// - Throws: `GymError` that points at the first line where its options are wrong.
    func counter(at desk: DesignDesk) throws -> DesignDesk.Counter {
        do {
            return try desk.counter(options)
        } catch let error as GymError where error.place == nil && !options.isEmpty {
            throw lines[0].located(error)
        }
    }
}

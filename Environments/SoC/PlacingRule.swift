package import Gym

/// A rule of thumb that places ready tasks: what learned policies are compared with.
package enum PlacingRule: String, Sendable, CaseIterable {
    /// Minimum execution time; of equally fast elements an idle one with the fewest tasks (DS3's, its filter mended).
    case met
    /// Shortest task first: as MET, always on the first of equally fast elements.
    case stf
    /// Earliest finish time, in the order in which tasks got ready.
    case eft
    /// Earliest finish time of all ready tasks first.
    case etf
    /// ETF by times at the present frequencies, equal ones on the element with the fewest tasks so far.
    case etfLB = "etf-lb"
    /// HEFT of the ready tasks alone, at run time: the longest first, into gaps of the elements' plans.
    case heftRT = "heft-rt"
    /// Each job by the table of Topcuoglu's HEFT.
    case heft
    /// Each job by the table of Topcuoglu's CPOP.
    case cpop
    /// Each job by the table of Arabnejad and Barbosa's PEFT.
    case peft
    /// A uniform element that can run the task.
    case random

    /// As it is written.
    package var name: String { rawValue }
}

/// Places the ready tasks of one run by a rule.
package struct Placer: Sendable {
    /// The rule.
    package let rule: PlacingRule
    private var generator: Generator
    private var plan: ElementPlans
    private let table: JobTable?

    /// Prepares a rule for runs on these tables; `seed` matters to `random` alone.
    package init(_ rule: PlacingRule, on tables: TaskTables, seed: UInt64 = 0) {
        self.rule = rule
        generator = Generator(seed: seed, "placing")
        plan = ElementPlans(elements: rule == .heftRT ? tables.elementCount : 0)
        table = JobTable(rule, on: tables)
    }

    /// Places every ready task; the caller commits.
    package mutating func place(in simulation: inout Simulation) {
        switch rule {
        case .met: simulation.placeByMinimum(spreading: true)
        case .stf: simulation.placeByMinimum(spreading: false)
        case .eft: simulation.placeInOrder()
        case .etf: simulation.placeEarliest(balancing: false)
        case .etfLB: simulation.placeEarliest(balancing: true)
        case .heftRT: plan.place(in: &simulation)
        case .heft, .cpop, .peft: table?.place(in: &simulation)
        case .random: simulation.placeAnywhere(&generator)
        }
    }

    /// Runs a simulation to its end.
    package mutating func run(_ simulation: inout Simulation) {
        while simulation.advance() {
            place(in: &simulation)
            simulation.commit()
        }
    }

    /// Runs a simulation to its end, looking at a deadline now and then.
    ///
    /// - Throws: `DeadlineExpired`.
    package mutating func run(_ simulation: inout Simulation, _ deadline: Deadline) throws {
        var turns = 0
        while simulation.advance() {
            place(in: &simulation)
            simulation.commit()
            turns += 1
            if turns.isMultiple(of: 1_024) { try deadline.check() }
        }
    }
}

extension Simulation {
    /// MET and STF: the element with the shortest time.
    mutating func placeByMinimum(spreading: Bool) {
        if scratch.counts.count < elements.count { scratch.counts = [Int](repeating: 0, count: elements.count) }
        for element in elements.indices { scratch.counts[element] = 0 }
        for task in ready {
            let row = Int(tasks[task].row)
            let range = tables.choiceStart[row]..<tables.choiceStart[row + 1]
            var best = tables.choices[range.lowerBound]
            for choice in range.dropFirst() {
                let other = tables.choices[choice]
                if other.time < best.time
                    || (spreading && other.time == best.time && isFreer(other.element, than: best.element))
                {
                    best = other
                }
            }
            scratch.counts[best.element] += 1
            place(task, on: best.element)
        }
    }

    private func isFreer(_ element: Int, than other: Int) -> Bool {
        let (busy, otherBusy) = (elements[element].isBusy, elements[other].isBusy)
        return busy != otherBusy ? otherBusy : scratch.counts[element] < scratch.counts[other]
    }

    fileprivate mutating func placeAnywhere(_ generator: inout Generator) {
        for task in ready {
            let row = Int(tasks[task].row)
            let start = tables.choiceStart[row]
            place(task, on: tables.choices[start + generator.below(tables.choiceStart[row + 1] - start)].element)
        }
    }
}

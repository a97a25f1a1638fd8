/// A system of blocks, and what runs and lies where.
package struct BlockDesign: Sendable {
    /// What computes.
    package enum Element: Sendable, Hashable {
        /// An A53 at 1 GHz with two instructions a cycle.
        case core
        /// Hardware for one task, at a multiple of 100 MHz, so many iterations at once.
        case accelerator(task: Int, clock: Int, unroll: Int)
    }

    /// What stores.
    package struct Memory: Sendable, Hashable {
        /// Whether it is DRAM instead of SRAM.
        package var isDRAM: Bool
        /// Bytes a second, in each direction.
        package var bandwidth: Double
        /// The bus that it hangs on; nil for none.
        package var bus: Int?
        /// Bytes, where it is given; else what lies there at most.
        package var capacity: Double?

        /// A memory.
        package init(isDRAM: Bool, bandwidth: Double, bus: Int?, capacity: Double?) {
            (self.isDRAM, self.bandwidth, self.bus, self.capacity) = (isDRAM, bandwidth, bus, capacity)
        }
    }

    /// What computes.
    package var elements: [Element] = []
    /// The bus of each element; nil for none.
    package var elementBuses: [Int?] = []
    /// Bytes a second of each bus, in each direction.
    package var buses: [Double] = []
    /// Which buses are joined.
    package var links: [(Int, Int)] = []
    /// What stores.
    package var memories: [Memory] = []
    /// The element of each task.
    package var taskElements: [Int] = []
    /// The memory that each task writes to.
    package var taskMemories: [Int] = []

    /// An empty design.
    package init() {}

    /// A bandwidth in bytes a second from bytes a cycle and a multiple of 100 MHz.
    package static func bandwidth(width: Int, clock: Int) -> Double { Double(width) * 1e8 * Double(clock) }

    /// The least bandwidth from every bus to every other over the links; 0 where there is no way.
    func reach() -> [[Double]] {
        var table = buses.indices.map { row in buses.indices.map { row == $0 ? buses[row] : 0 } }
        for (one, other) in links where one != other {
            let least = min(buses[one], buses[other])
            (table[one][other], table[other][one]) = (least, least)
        }
        // The widest way (Floyd and Warshall).
        for middle in buses.indices {
            for from in buses.indices {
                for to in buses.indices {
                    table[from][to] = max(table[from][to], min(table[from][middle], table[middle][to]))
                }
            }
        }
        return table
    }
}

/// Why a design of blocks can't be built: a code and a sentence.
package struct BlockFlaw: Sendable, Hashable {
    /// `element`, `memory`, `bus`, `unreachable` or `capacity`.
    package let code: String
    /// What is wrong.
    package let text: String
}

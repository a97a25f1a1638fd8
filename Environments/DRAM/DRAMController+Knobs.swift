/// The datasheet's paragraphs about knobs and workloads.
extension DRAMController {
    static let knobs = """
        Inert knobs: `refresh_max_postponed` and `refresh_max_pulledin` under NoRefresh and `max_active_transactions` \
        under the arbiter Simple are inactive. Also without effect, but not declared so: the scheduler with a \
        Bankwise buffer of one request; OpenAdaptive against Open there; the arbiter Reorder against Fifo when the \
        response queue reorders already. The bankwise buffer asks for room in the bank that was stored to last, not in \
        that of the next request, as DRAMSys does. Refresh policies that the device does not know are no choices.
        """

    static let fullKnobs = """
        Beyond ArchGym's ten knobs: the schedulers GrpFrFcfs (reads and writes in queues of their own, each bank stays \
        with the direction of the last access while it can) and GrpFrFcfsWm (writes are drained when more than \
        `write_high_watermark` wait or no read does, until no more than `write_low_watermark` wait and some read \
        does), where no request overtakes an older one of the same address, which DRAMSys allows; `row_hit_cap`, \
        reads and writes of an open row after which waiting requests to other rows of the bank come first; \
        `power_down`, which switches the clock off when the channel has been idle for `power_down_timeout` cycles and \
        nothing is under way, at least for tCKE, and delays the command that wakes it by tXP; `address_mapping`. \
        The watermarks are inactive under other schedulers, the cap under Fifo and Closed, and the timeout without \
        power-down. `write_high_watermark` and `write_low_watermark` are also inert where so few writes wait that \
        they are served only when no read waits. A watermark that a ReadWrite or Shared buffer can't hold is refused. \
        With all of them at their defaults, results equal those of dram-controller-v0.
        """

    /// Measured by the tests, which compare it; largest over smallest in percent, total time before the slash.
    static let effects = """
        Effects of single knobs
        """

    static let workloads = """
        The table says by how many percent the largest total time, and behind the slash the largest mean latency, \
        exceeds the smallest when one knob alone leaves the default design (for the active limit: with the arbiter \
        Fifo) on DDR4-2400. `stream`, `random`, `mixed` and `idle` are the published traces; `conflict` changes rows \
        of one bank; `bursts` has dense bursts of reads and writes with pauses up to a refresh interval; `threads` \
        mixes eight streams; `chase` follows lists, each read waiting for the last; `writes` are mostly writes in \
        small blocks; `matmul`, `spmv`, `hashjoin` and `bfs` are kernels that emit their own addresses through caches \
        of 32 and 256 KiB. Timestamps are fixed in advance: a late response delays nothing but what waits behind it.
        """

    static let omissions = """
        Not modelled: several channels or initiators, self-refresh, input/output and controller energy, read \
        forwarding and write merging, temperature, and the delays of controller and PHY; dram-controller-v0 has no \
        write drain, row-hit cap or power-down. Energy of refreshes of single banks and all energy of DDR5, GDDR6 and \
        HBM2 is indicative only. NoRefresh is a bound: a memory that is never refreshed forgets.
        """
}

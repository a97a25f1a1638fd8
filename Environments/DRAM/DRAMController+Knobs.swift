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
                    page policy scheduler   buffer      queue size  in flight   responses   refresh     postponing
        stream      373/311     373/310     19/1        1038/575    381/117     0/44        3/3         1/1
        random      0/21        0/0         0/13        194/17      342/78      0/30        0/25        0/7
        mixed       94/216      0/21        0/23        46/146      151/225     0/203       0/7         0/4
        idle        0/34        0/0         0/0         0/3         0/11        0/0         0/11        0/1
        conflict    170/149     124/104     19/17       415/199     261/268     0/42        3/3         1/1
        bursts      0/105       0/37        0/47        0/258       0/337       0/70        0/1         0/4
        threads     59/49       10/2        3/47        241/1488    304/338     0/196       4/3         2/2
        chase       0/45        0/0         0/4         0/9         63/53       0/2         0/16        0/2
        writes      196/237     12/30       17/15       183/542     331/456     0/145       4/5         2/3
        matmul      1/3         0/1         43/207      735/4052    634/550     0/45        4/3         2/2
        spmv        120/8       28/6        24/120      561/4710    700/292     0/155       4/5         3/4
        hashjoin    64/6        12/1        27/116      483/4877    577/368     0/169       3/5         1/2
        bfs         7/4         5/2         36/195      566/6164    620/544     0/71        4/4         2/2
        """

    static let workloads = """
        The table says by how many percent the largest total time, and behind the slash the largest mean latency, \
        exceeds the smallest when one knob alone leaves the default design (for the requests in flight: with the \
        arbiter Fifo) on DDR4-2400. `stream`, `random`, `mixed` and `idle` are the published traces; `conflict` \
        changes rows of one bank; `bursts` has dense bursts of reads and writes with pauses up to a refresh \
        interval; `threads` mixes eight streams; `chase` follows lists, each read waiting for the last; `writes` are \
        mostly writes in small blocks; `matmul`, `spmv`, `hashjoin` and `bfs` are kernels that emit their own \
        addresses through caches of 32 and 256 KiB. Timestamps are fixed in advance: a late response delays nothing \
        but what waits behind it.
        """

    static let omissions = """
        Not modelled: several channels or initiators, self-refresh, input/output and controller energy, read \
        forwarding and write merging, temperature, and the delays of controller and PHY; dram-controller-v0 has no \
        write drain, row-hit cap or power-down. Energy of refreshes of single banks and all energy of DDR5, GDDR6 and \
        HBM2 is indicative only. NoRefresh is a bound: a memory that is never refreshed forgets.
        """
}

import Foundation
import Testing

extension Faults {
    @Suite(
        "A wall clock that jumps by an hour changes nothing",
        .enabled(if: JumpingClock.compiler != nil, "needs a C compiler"))
    struct ClockTests {
        @Test("a log is the same but for clocks, and no trial's minutes are over before their time")
        func jumps() throws {
            let study = try Study(.smallBatches, samples: 150)
            let clock = try JumpingClock(study.scratch)
            for _ in 0..<Dice.count(20) {
                let log = study.scratch.newPath("db")
                let words = ["run", study.manifest, "--log", log, "--set", "budget.minutes=60"]
                let outcome = try Program.run(words, in: study.scratch, environment: clock.environment)
                #expect(outcome.ending == .exit(0), "\(outcome.errors)")
                let found = try LogContents(log)
                #expect(found.trials.mapValues(\.rows) == study.wanted.trials.mapValues(\.rows))
                #expect(try clockRange(of: log).upperBound < outcome.seconds)
                #expect(try clockRange(of: log).lowerBound >= 0)
            }
        }

        @Test("Ctrl-C still stops a run in the middle of a long batch")
        func interrupted() throws {
            let scratch = try Scratch()
            let clock = try JumpingClock(scratch)
            let manifest = try scratch.write(
                """
                environment: dram-controller-v0
                agent: random
                budget: 100000
                batch: 1024
                """, to: "m.yaml")
            let child = try Program.begin(
                ["run", manifest, "--log", scratch.path("log.db"), "--workers", "1"], in: scratch,
                environment: clock.environment)
            try #require(child.wait { child.errors.contains("Study m") }, "\(child.errors)")
            // Some ten seconds of evaluations are in the first batch.
            #expect(child.wait(seconds: 0.5) == nil)
            child.signal(SIGINT)
            let asked = child.age
            #expect(child.wait(seconds: 60) == .exit(130), "\(child.errors)")
            #expect(child.age - asked < 5)
        }
    }
}

/// A library that makes the wall clock of a program jump by an hour back or forth whenever it is read.
private struct JumpingClock {
    static let compiler = ["/usr/bin/cc", "/usr/bin/clang", "/usr/bin/gcc"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    let environment: [String: String]

    init(_ scratch: Scratch) throws {
        let source = try scratch.write(JumpingClock.source, to: "clock.c")
        let library = scratch.path("clock.so")
        let compiler = try #require(JumpingClock.compiler)
        let build = try Child([compiler, "-shared", "-fPIC", "-O1", "-o", library, source], in: scratch)
        try #require(try build.end() == .exit(0), "\(build.errors)")
        environment = ["LD_PRELOAD": library]
        let outcome = try Child(["/bin/date", "+%s"], in: scratch, environment: environment)
        _ = try outcome.end()
        let seconds = try #require(Double(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)))
        try #require(abs(seconds - Date.now.timeIntervalSince1970) > 1_800, "the clock does not jump")
    }

    private static let source = """
        #define _GNU_SOURCE
        #include <stdatomic.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static atomic_uint calls;

        static long jump(void) {
            unsigned n = atomic_fetch_add(&calls, 1) * 2654435761u;
            return (n >> 16 & 1) ? 3600 : -3600;
        }

        int clock_gettime(clockid_t id, struct timespec *now) {
            int code = syscall(SYS_clock_gettime, id, now);
            if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) now->tv_sec += jump();
            return code;
        }

        int gettimeofday(struct timeval *restrict now, void *restrict zone) {
            struct timespec exact;
            clock_gettime(CLOCK_REALTIME, &exact);
            now->tv_sec = exact.tv_sec;
            now->tv_usec = exact.tv_nsec / 1000;
            return 0;
        }

        time_t time(time_t *now) {
            struct timespec exact;
            clock_gettime(CLOCK_REALTIME, &exact);
            if (now) *now = exact.tv_sec;
            return exact.tv_sec;
        }

        """
}

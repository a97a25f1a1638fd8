/// Prints the figures that the project quotes.
@main
struct Benchmarks {
    static func main() throws {
        for line in try logBenchmark() { print(line) }
    }
}

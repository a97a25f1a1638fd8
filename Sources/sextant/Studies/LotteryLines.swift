import Gym
import Learning
import Studies

extension LotteryResult {
    /// The whole table as one object: what the text says, and the curves that it leaves out.
    var json: JSONText {
        var fields: [String: JSONText] = [
            "lottery": .text(problem), "budget": .text(budget), "samples": JSONText(samples.map(Double.init)),
            "random": .number(yardstick.random), "best": .number(yardstick.best), "source": .text(source),
            "random_median": JSONText(randomMedian), "defaults_agreement": JSONText(defaultsAgreement),
            "best_agreement": JSONText(bestAgreement),
        ]
        fields["agents"] = .list(zip(contenders, firstPlaces).map { json(of: $0, firstPlace: $1) })
        fields["orders"] = .list(
            orders.map { order in
                .object([
                    "samples": .number(Double(order.samples)), "agents": .list(order.names.map(JSONText.text)),
                    "agreement": JSONText(order.agreement),
                ])
            })
        fields["comparisons"] = .list(
            comparisons.map { comparison in
                .object([
                    "better": .text(comparison.better), "worse": .text(comparison.worse),
                    "probability": .number(comparison.probability), "significance": .number(comparison.significance),
                ])
            })
        return .object(fields)
    }

    private func json(of contender: ContenderResult, firstPlace: Double) -> JSONText {
        let (mean, spread, split) = (contender.interquartileMean, contender.spread, contender.split)
        let runs = Spread(contender.runs)
        var fields: [String: JSONText] = [
            "agent": .text(contender.name), "draws": .number(Double(contender.drawn.count)),
            "runs": .number(Double(contender.runs.count)), "iqm": JSONText(mean?.value),
            "iqm_low": JSONText(mean?.interval?.lowerBound), "iqm_high": JSONText(mean?.interval?.upperBound),
            "least": JSONText(spread?.least), "lower_quartile": JSONText(spread?.quantile(0.25)),
            "median": JSONText(spread?.median), "upper_quartile": JSONText(spread?.quantile(0.75)),
            "most": JSONText(spread?.most), "archgym_spread": JSONText(contender.raw?.relativeRange),
            "optimality_gap": JSONText(runs?.optimalityGap()), "defaults": JSONText(contender.defaultScore),
            "beats_random": JSONText(randomMedian.flatMap(contender.winShare)),
            "beats_defaults": JSONText(contender.winShareOverDefaults), "first": .number(firstPlace),
            "variance_configurations": JSONText(split?.configurations), "variance_seeds": JSONText(split?.seeds),
            "configurations_share": JSONText(split?.share), "duplicates": .number(contender.duplicates),
            "infeasible": .number(contender.infeasible),
            "log_regret": JSONText(contender.raw.map { yardstick.logRegret($0.median) }),
        ]
        fields["profile"] = profile(contender)
        fields["best_of"] = contender.best.map { best($0) } ?? .null
        fields["importance"] = .list(
            contender.importance.map { part in
                .object(["names": .list(part.names.map(JSONText.text)), "share": .number(part.share)])
            })
        return .object(fields)
    }

    /// The share of runs above each score from 0 to 1, with its interval.
    private func profile(_ contender: ContenderResult) -> JSONText {
        let thresholds = (0...20).map { Double($0) / 20 }
        return .list(
            zip(thresholds, contender.profile(thresholds)).map { threshold, point in
                .object([
                    "score": .number(threshold), "share": .number(point.share),
                    "low": .number(point.interval.lowerBound), "high": .number(point.interval.upperBound),
                ])
            })
    }

    /// For every n up to half the draws: both forms of the expected best, the band of the median, and what it costs.
    private func best(_ best: BestOfDraws) -> JSONText {
        .list(
            best.curve(evaluationsPerDraw: samples ?? 0).enumerated().map { index, point in
                let band = best.median(of: index + 1)
                return .object([
                    "draws": .number(Double(index + 1)), "expected": .number(point.score),
                    "unbiased": JSONText(best.unbiased(of: index + 1)), "median": .number(band.middle),
                    "low": JSONText(band.low), "high": JSONText(band.high),
                    "evaluations": samples == nil ? .null : .number(Double(point.evaluations)),
                ])
            })
    }
}

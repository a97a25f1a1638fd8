import Learning
import Studies

/// A row per contender of a lottery: what can be expected of it.
enum LotteryTable {
    static func table(of lottery: LotteryResult) -> ReportTable {
        let rows = zip(lottery.contenders, lottery.firstPlaces).map { contender, firstPlace -> [ReportTable.Cell] in
            let (spread, mean) = (contender.spread, contender.interquartileMean)
            let interval = mean?.interval.map {
                "\(Figures.number($0.lowerBound)) – \(Figures.number($0.upperBound))"
            }
            let isReference = contender.name == "random"
            return [
                .word(contender.name), .count(contender.drawn.count), .number(mean?.value), .word(interval ?? "–"),
                .number(spread?.least), .number(spread?.median), .number(spread?.most),
                .number(contender.isSingle ? nil : spread?.interquartileRange),
                .share(contender.isSingle ? nil : contender.raw?.relativeRange), .number(contender.defaultScore),
                .share(isReference ? nil : lottery.randomMedian.flatMap(contender.winShare)),
                .share(contender.winShareOverDefaults), .share(contender.isSingle ? nil : contender.split?.share),
                .share(firstPlace), .share(contender.duplicates), .share(contender.infeasible),
            ]
        }
        return ReportTable(
            "Lottery · \(lottery.budget)",
            note: "Scores: 0 is the median random design (\(Figures.number(lottery.yardstick.random))), 1 the "
                + "\(lottery.source) (\(Figures.number(lottery.yardstick.best))). Least, median and most are of "
                + "configurations' means over seeds; spread is between their quartiles, beside it ArchGym's: of raw "
                + "results, over their median. Luck is the configurations' share of the variance; first is how often a "
                + "contender comes first by its median when configurations are drawn again.",
            [
                .word("agent"), .number("draws"), .number("IQM"), .word("95 % interval"), .number("least"),
                .number("median"), .number("most"), .number("spread"), .number("ArchGym's"), .number("defaults"),
                .number("> random"), .number("> defaults"), .number("luck"), .number("first"), .number("duplicates"),
                .number("infeasible"),
            ], rows: rows)
    }
}

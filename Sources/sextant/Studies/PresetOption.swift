import ArgumentParser
import Foundation
import Gym
import Studies

/// The option that turns a lottery into tuned defaults.
struct PresetOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "With a lottery, write each agent's best configuration here; a manifest's agent takes it as preset: FILE.",
            valueName: "file"))
    var presetOutput: String?

    /// Throws before anything runs where the file could not be written afterwards.
    func check(_ plan: Plan) throws {
        guard let presetOutput else { return }
        guard plan.kind == .lottery else {
            throw GymError(
                .usage, "--preset-output is for lotteries, and the study '\(plan.study)' is none",
                hint: "sextant lottery ENVIRONMENT --agents … --preset-output FILE")
        }
        let folder = URL(filePath: presetOutput).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder.isEmpty ? "." : folder) else {
            throw GymError(.usage, "'\(presetOutput)' can't be written", hint: "name a file in a folder that is there")
        }
    }

    /// Writes the file, whole or not at all.
    func write(_ plan: Plan, _ outcomes: [Runner.Outcome]) throws {
        guard let presetOutput else { return }
        let text = Preset.text(of: LotteryResult.all(of: plan, outcomes: outcomes), plan: plan)
        do {
            try Data(text.utf8).write(to: URL(filePath: presetOutput), options: .atomic)
        } catch {
            throw GymError(.usage, "'\(presetOutput)' can't be written: \(error.localizedDescription)")
        }
        Terminal.say(" Wrote \(presetOutput)\n")
    }
}

import Agents
import ArgumentParser
import Environments
import Files
import Gym
import Samples
import Studies

/// One episode of a logged trial, played again from its actions.
struct EpisodeReplay {
    let study: String
    /// The trial's label, and after `#` the number of an episode of its first slot; the last complete one without it.
    let name: String
    let samples: SampleLog

    /// What the episode's schedule is; every step must give what the log says.
    ///
    /// - Throws: `GymError`: no such trial or episode, an environment that has no schedules, or a step that differs.
    func schedule() throws -> (title: String, schedule: EpisodeSchedule) {
        let parts = name.split(separator: "#", maxSplits: 1).map(String.init)
        let summaries = try samples.trials(of: study)
        let label = parts.first ?? ""
        guard let trial = summaries.first(where: { $0.description.label == label }) else {
            throw GymError.unknown(.usage, "trial", label, among: summaries.map(\.description.label))
        }
        let plan = try Manifest.plan(
            YAMLDocument.parse(try samples.manifest(of: study), file: "the manifest of \(study)"), folder: "",
            defaultName: study,
            catalogs: Catalogs(
                environments: EnvironmentCatalog.entries, agents: AgentCatalog.entries,
                defaultAgent: AgentCatalog.defaultName))
        guard let planned = plan.trials.first(where: { $0.label == label }) else {
            throw GymError(.usage, "the manifest of '\(study)' has no trial '\(label)'")
        }
        let made = try planned.cell.environment.make(planned.cell.options)
        guard var environment = made as? any SchedulesEpisodes else {
            throw GymError(
                .usage, "'\(made.spec.id)' has no schedules to show", hint: "soc-scheduling-v0 and soc-ordering-v0 do")
        }
        let wanted = parts.count > 1 ? Int64(parts[1]) : nil
        guard parts.count < 2 || wanted != nil else {
            throw GymError(.usage, "'\(parts[1])' is no number of an episode", hint: "write it as \(label)#3")
        }
        let steps = try episode(wanted, of: trial)
        let first = planned.resetSeeds[0]
        let number = steps[0].episode
        let seed = number == 0 ? first : Generator.derive(first, ["episode", "\(number)"])
        environment.recordsSchedule = true
        _ = try environment.reset(seed: seed)
        for step in steps {
            let evaluation = try environment.step(step.action, deadline: .none)
            guard evaluation.metrics == step.evaluation.metrics else {
                throw GymError(
                    .replayMismatch, "sample \(step.number) of '\(label)' differs from the log",
                    hint: "the environment or the program changed since")
            }
        }
        guard let schedule = environment.schedule else { throw GymError(.internal, "there is no schedule") }
        return ("\(label), episode \(number) of its first slot", schedule)
    }

    /// The samples of an episode of the first slot, in order.
    private func episode(_ wanted: Int64?, of trial: TrialSummary) throws -> [Sample] {
        var (current, chosen): ([Sample], [Sample]) = ([], [])
        var next: Int64 = 0
        while true {
            let page = try samples.samples(of: trial.number, from: next, limit: 4_096)
            guard let last = page.last else { break }
            next = last.number + 1
            for sample in page where sample.slot == 0 {
                if current.first?.episode != sample.episode { current = [] }
                current.append(sample)
                let isOver = sample.evaluation.terminated || sample.truncated
                if wanted == nil ? isOver : sample.episode == wanted { chosen = current }
            }
        }
        if wanted == nil, chosen.isEmpty { chosen = current }
        guard !chosen.isEmpty else {
            throw GymError(
                .usage, "'\(trial.description.label)' has no episode \(wanted.map(String.init) ?? "") in its first slot"
            )
        }
        return chosen
    }
}

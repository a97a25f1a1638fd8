public import Gym

/// An environment that can tell what ran where in the episode that it is in.
public protocol SchedulesEpisodes: Environment {
    /// Whether episodes that begin from now on are written down.
    var recordsSchedule: Bool { get set }
    /// What has run so far; nil before the first reset.
    var schedule: EpisodeSchedule? { get }
}

extension SoCScheduling: SchedulesEpisodes {
    /// What has run so far; nil before the first reset.
    public var schedule: EpisodeSchedule? { episode.map { EpisodeSchedule($0.simulation, until: $0.now) } }
}

extension SoCOrdering: SchedulesEpisodes {
    /// What has run so far; nil before the first reset.
    public var schedule: EpisodeSchedule? { episode.map { EpisodeSchedule($0.simulation, until: $0.now) } }
}

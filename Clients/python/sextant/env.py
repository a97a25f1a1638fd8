"""One environment of a broker as a `gymnasium.Env`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, SupportsFloat

import gymnasium
import numpy as np
from gymnasium.error import ResetNeeded
from numpy.typing import NDArray

from ._wire import sextant_pb2 as wire
from .batch import Batch, Sample
from .connection import DEFAULT_ENDPOINT
from .errors import SextantError
from .keys import KeyFile
from .objective import ObjectiveLike
from .session import Session, make_request
from .spaces import ActionCodec, ActionKind, observation_space
from .spec import Design, Spec

# What `info` holds beside the metrics; a metric of such a name gets an underscore behind it.
_RESERVED = {"status", "reason", "violation", "action_mask", "final_obs", "final_info"}


def info_names(spec: Spec) -> list[str]:
    """The keys of the metrics in `info`."""
    return [name + "_" if name in _RESERVED else name for name in spec.metric_names]


class Env(gymnasium.Env[Any, Any]):
    """An environment of a broker, with the 5-tuple `step`, seeds, masks and spaces of Gymnasium.

    **Action space** and **observation space** are as the table in `sextant.spaces` says; `action(page_policy="Open")`
    gives the member of the action space that stands for a design by name, `design(action)` the way back.

    **Reward** is that of the objective: by default −log(metric / the reference design's metric), higher is better. A
    step whose status is not ok has none: it is `penalty` then.

    **Info** holds every metric by its name where the status is ok, `status` (`ok`, `infeasible`, `failed`, or `illegal`
    for an action that breaks a constraint or a mask, which is no sample and ends the episode), `reason`,
    `violation` (how far the objective's constraints are broken) and, where actions are counted, `action_mask` for
    `action_space.sample(mask=…)`. `sample` is the last step as it is logged, with its number.

    **Masks**: `action_masks()` has them in the form of sb3-contrib's maskable agents.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012

    def __init__(
        self, endpoint: Any = DEFAULT_ENDPOINT, environment: str = "", *, objective: ObjectiveLike = None,
        constraints: Sequence[str] = (), options: Mapping[str, Any] | None = None, study: str | None = None,
        trial: str | None = None, agent: str | None = None, seed: int | None = None, penalty: float = -10.0,
        actions: ActionKind = "auto", deadline: float | None = None, key: KeyFile | None = None, patience: float = 10,
        render_mode: None = None, **more_options: Any,
    ) -> None:  # fmt: skip
        request = make_request(
            environment, objective, constraints, {**(options or {}), **more_options}, study=study, trial=trial,
            agent=agent, seed=seed, slots=1, autoreset="same-step",
        )  # fmt: skip
        self.render_mode = render_mode
        self._session = Session(request, endpoint, key=key, deadline=deadline, patience=patience)
        self._codec = ActionCodec(self._session.spec, actions)
        self._names = info_names(self._session.spec)
        self._penalty = penalty
        self._batch: Batch | None = None
        # The observation that the next reset shows without asking; None where it has to ask.
        self._fresh: wire.Observation | None = None
        self._stands_in_episode = False
        self._values: NDArray[np.float64] = np.zeros(len(self.problem.observation_names))
        self._mask: NDArray[np.bool_] | None = None
        self.action_space = self._codec.space
        self.observation_space = observation_space(self._session.spec)

    @property
    def problem(self) -> Spec:
        """The environment's parameters, metrics and horizon; `spec` is Gymnasium's own word for something else."""
        return self._session.spec

    @property
    def study(self) -> str:
        """The study in the log that the samples go to."""
        return self._session.study

    @property
    def trial(self) -> str:
        """The trial's label in that study."""
        return self._session.trial

    @property
    def sample(self) -> Sample | None:
        """The last step as it is logged; None before the first."""
        return self._batch[0] if self._batch is not None else None

    def action(self, design: Design | None = None, /, **named: Any) -> Any:
        """The action that stands for a design by name; what is not named has its default."""
        return self._codec.member({**(design or {}), **named})

    def design(self, action: Any) -> dict[str, float | str]:
        """The design that an action stands for, by name."""
        return self.problem.design(self._codec.natural(action, 1)[0])

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins an episode: the one of `seed`, or else the next in the row that the last seed began."""
        super().reset(seed=seed)
        if seed is None and self._fresh is not None:
            observation = self._fresh
        else:
            # A row of seeds of its own, so that an environment without a seed does not repeat itself.
            start = seed if seed is not None else int(self.np_random.integers(1 << 63))
            observation = self._session.reset([start & (1 << 64) - 1])[0]
        self._fresh, self._stands_in_episode = None, True
        self._see(observation)
        return self._seen(np.array(observation.values)), self._masked({})

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """Takes a step; its sample is in the log when this returns."""
        if not self._stands_in_episode:
            raise ResetNeeded("the episode is over, or none has begun: call env.reset()")
        natural = self._codec.natural(action, 1)
        try:
            batch = self._session.step(natural)
        except SextantError as error:
            if error.code != "illegal-action":
                raise
            return self._refuse(error)
        self._batch, step = batch, batch.steps[0]
        over = step.terminated or step.truncated
        if over:
            self._fresh, self._stands_in_episode = step.observation, False
            if batch.observations.shape[1]:
                self._fresh.values[:] = batch.observations[0]
            self._see(step.final_observation)
            seen = self._seen(np.array(step.final_observation.values))
        else:
            self._see(step.observation)
            seen = self._seen(batch.observations[0])
        info: dict[str, Any] = {}
        if step.status == "ok":
            info.update(zip(self._names, batch.metrics[0].tolist(), strict=True))
        info.update(status=step.status, reason=step.reason, violation=step.violation)
        reward = step.reward if step.HasField("reward") else self._penalty
        return seen, reward, step.terminated, step.truncated, self._masked(info)

    def _refuse(self, error: SextantError) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """What an action gets that no sample can be: where the agent was, and the penalty."""
        self._stands_in_episode = False
        info = {"status": "illegal", "reason": str(error), "violation": 0.0}
        return self._seen(self._values), self._penalty, True, False, self._masked(info)

    def _seen(self, values: NDArray[np.float64]) -> Any:
        """An observation of the declared space: a one-shot problem shows nothing, and so does an end without values."""
        width = len(self.problem.observation_names)
        if width == 0:
            return 0
        self._values = values if len(values) == width else np.zeros(width)
        return self._values.copy()

    def _see(self, observation: wire.Observation) -> None:
        self._mask = self._codec.flat_mask(observation.legal) if observation.legal else None

    def _masked(self, info: dict[str, Any]) -> dict[str, Any]:
        if self._codec.has_masks:
            info["action_mask"] = self._codec.sample_mask(self._mask)
        return info

    def action_masks(self) -> NDArray[np.bool_]:
        """Which values are legal now, those of all parameters one after the other; all where nothing is masked."""
        return np.ones(self._codec.mask_width, dtype=np.bool_) if self._mask is None else self._mask.copy()

    def close(self) -> None:
        """Ends the session; the log keeps its samples."""
        self._session.close()


def make(endpoint: Any, environment: str, *, objective: ObjectiveLike = None, **options: Any) -> Env:
    """A `gymnasium.Env` of an environment that a broker serves; `endpoint` may also be what `sextant.start` gave.

    `objective` is what is sought, by default the environment's first metric: `"latency"`, `"minimize latency"`,
    `{"product": {"latency": 1, "energy": 1}}`, `{"target": {"power": 1.0}}` or any other that manifests know;
    `constraints=["power <= 2000"]` adds what a good design satisfies. `study`, `trial` and `agent` name what the log
    keeps, `seed` is noted there. `deadline` (seconds per evaluation), `penalty` (the reward where there is none),
    `actions="box"` (see `sextant.spaces`), `key` (a key file) and `patience` (seconds without a word from the broker)
    are of the client; every other name is an option of the environment, and so is all that `options={…}` holds.

    Raises `SextantError` with the broker's words: an unknown environment, option or metric, with a guess.
    """
    return Env(endpoint, environment, objective=objective, **options)

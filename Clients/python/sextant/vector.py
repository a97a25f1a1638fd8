"""Many slots of one environment as a `gymnasium.vector.VectorEnv`: one message there and one back for a whole batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from gymnasium.vector import VectorEnv as GymnasiumVectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from ._wire import sextant_pb2 as wire
from .batch import Batch
from .connection import DEFAULT_ENDPOINT
from .env import info_names
from .errors import SextantError
from .keys import KeyFile
from .objective import ObjectiveLike
from .session import Session, make_request
from .spaces import ActionCodec, ActionKind, observation_space
from .spec import Spec


class _Steps:
    """The steps of all slots as arrays; those that were not sent are over with the penalty."""

    def __init__(self, batch: Batch | None, sent: NDArray[np.bool_], penalty: float, problem: Spec) -> None:
        count = len(sent)
        if batch is not None and len(batch) == count:
            self.metrics, self.violations = batch.metrics, batch.violations
            self.rewards = batch.rewards_or(penalty)
            self.statuses = np.array(batch.statuses, dtype=object)
            self.terminated, self.truncated = batch.terminated, batch.truncated
            return
        self.metrics = np.full((count, len(problem.metrics)), np.nan)
        self.rewards, self.violations = np.full(count, penalty), np.zeros(count)
        self.statuses = np.full(count, "illegal", dtype=object)
        self.terminated, self.truncated = np.ones(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
        if batch is not None:
            self.metrics[sent], self.violations[sent] = batch.metrics, batch.violations
            self.rewards[sent] = batch.rewards_or(penalty)
            self.statuses[sent] = batch.statuses
            self.terminated[sent], self.truncated[sent] = batch.terminated, batch.truncated


class VectorEnv(GymnasiumVectorEnv[Any, Any, Any]):
    """`num_envs` slots of an environment of a broker, which evaluates them on all its workers.

    A slot whose episode ends begins the next one in the same step: `info["final_obs"]` has the last observation of the
    ended episode and the returned one is the next episode's first.

    **Info** has an array per metric, `info["latency"]`, with NaN where it is missing, and in `info["_latency"]` where
    it is there; `info["status"]` and `info["violation"]` likewise; `info["action_mask"]`, one row per slot in the form
    of sb3-contrib, only where the environment masks something. Unlike in Gymnasium's own vectors, the metrics of a step
    that ended an episode stand there too and not only in `info["final_info"]`, since in a one-shot problem every step
    does. `batch` has all of the last step, with a sample by name for each slot.

    A design that breaks a constraint between parameters is not sent: its `status` is `illegal`, its reward the penalty,
    and `batch` leaves it out. In an environment with longer episodes such an action is an error; so is a masked one.
    """

    def __init__(
        self, endpoint: Any = DEFAULT_ENDPOINT, environment: str = "", num_envs: int = 1, *,
        objective: ObjectiveLike = None, constraints: Sequence[str] = (), options: Mapping[str, Any] | None = None,
        study: str | None = None, trial: str | None = None, agent: str | None = None, seed: int | None = None,
        penalty: float = -10.0, actions: ActionKind = "auto", deadline: float | None = None,
        key: KeyFile | None = None, patience: float = 10, cache: bool = True, render_mode: None = None,
        **more_options: Any,
    ) -> None:  # fmt: skip
        request = make_request(
            environment, objective, constraints, {**(options or {}), **more_options}, study=study, trial=trial,
            agent=agent, seed=seed, slots=num_envs, autoreset="same-step", no_cache=not cache,
        )  # fmt: skip
        self._session = Session(request, endpoint, key=key, deadline=deadline, patience=patience)
        self._codec = ActionCodec(self._session.spec, actions)
        self._names = info_names(self._session.spec)
        self._penalty = penalty
        self._masks: NDArray[np.bool_] | None = None
        self.batch: Batch | None = None
        self.num_envs, self.render_mode = num_envs, render_mode
        self.metadata = {"render_modes": [], "autoreset_mode": AutoresetMode.SAME_STEP}
        self.single_action_space = self._codec.space
        self.single_observation_space = observation_space(self._session.spec)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.observation_space = batch_space(self.single_observation_space, num_envs)

    @property
    def problem(self) -> Spec:
        """The environment's parameters, metrics and horizon."""
        return self._session.spec

    @property
    def study(self) -> str:
        """The study in the log that the samples go to."""
        return self._session.study

    @property
    def trial(self) -> str:
        """The trial's label in that study."""
        return self._session.trial

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins an episode in every slot; one seed gives slot k the seed + k, none draws them."""
        super().reset(seed=seed if seed is None or isinstance(seed, int) else None)
        if isinstance(seed, int):
            seeds = [seed + slot & (1 << 64) - 1 for slot in range(self.num_envs)]
        else:
            given = list(seed) if seed is not None else [None] * self.num_envs
            seeds = [int(self.np_random.integers(1 << 63)) if each is None else int(each) for each in given]
        observations = self._session.reset(seeds)
        width = len(self.problem.observation_names)
        values = np.array([each.values for each in observations]).reshape(self.num_envs, width)
        self._see(observations)
        return self._shown(values), self._masked({})

    def step(
        self, actions: Any
    ) -> tuple[Any, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]:
        """Takes a step in every slot; all samples are in the log when this returns."""
        natural = self._codec.natural(actions, self.num_envs)
        legal = self.problem.legal(natural) if self.problem.constraints else np.ones(self.num_envs, dtype=np.bool_)
        if not legal.all() and not self.problem.is_oneshot:
            slot = int(np.argmin(legal))
            broken = "; ".join(self.problem.constraints)
            raise SextantError("illegal-action", f"the action of slot {slot} breaks one of: {broken}")
        # Slots of a one-shot problem are all alike, so the legal designs take the first ones.
        batch = self.batch = self._session.step(natural[legal]) if legal.any() else None
        steps = _Steps(batch, legal, self._penalty, self.problem)
        observations = np.zeros((self.num_envs, len(self.problem.observation_names)))
        if batch is not None:
            observations[legal] = batch.observations
            if not self.problem.is_oneshot:
                self._see([step.observation for step in batch.steps])
        info = self._info(steps)
        return self._shown(observations), steps.rewards, steps.terminated, steps.truncated, info

    def _info(self, steps: _Steps) -> dict[str, Any]:
        columns = steps.metrics.T.copy()
        info: dict[str, Any] = dict(zip(self._names, columns, strict=True))
        info.update(zip(["_" + name for name in self._names], ~np.isnan(columns), strict=True))
        everywhere, over = np.ones(self.num_envs, dtype=np.bool_), steps.terminated | steps.truncated
        info["status"], info["_status"] = steps.statuses, everywhere
        info["violation"], info["_violation"] = steps.violations, everywhere
        if over.any():
            # The same arrays, not copies: what an ended episode's last step gave is what this step gave.
            final = {key: value for key, value in info.items() if not key.startswith("_")}
            whole = bool(over.all())
            final.update({"_" + key: info["_" + key] if whole else info["_" + key] & over for key in final})
            info["final_info"], info["_final_info"] = final, over
            info["final_obs"], info["_final_obs"] = self._final(over), over
        return self._masked(info)

    def _final(self, over: NDArray[np.bool_]) -> NDArray[Any]:
        """The last observation of each ended episode; None for a slot whose episode goes on."""
        width = len(self.problem.observation_names)
        found = np.full(self.num_envs, None, dtype=object)
        if width == 0 or self.batch is None:
            found[over] = 0
            return found
        for slot in np.flatnonzero(over).tolist():
            values = np.array(self.batch.steps[slot].final_observation.values)
            found[slot] = values if len(values) == width else np.zeros(width)
        return found

    def _shown(self, values: NDArray[np.float64]) -> Any:
        if values.shape[1] == 0:
            return np.zeros(self.num_envs, dtype=np.int64)
        return np.nan_to_num(values)

    def _see(self, observations: Sequence[wire.Observation]) -> None:
        if any(each.legal for each in observations[:1]) or self._masks is not None:
            self._masks = np.stack([self._codec.flat_mask(each.legal) for each in observations])

    def _masked(self, info: dict[str, Any]) -> dict[str, Any]:
        if self._masks is not None:
            info["action_mask"], info["_action_mask"] = self._masks.copy(), np.ones(self.num_envs, dtype=np.bool_)
        return info

    def action_masks(self) -> NDArray[np.bool_]:
        """Which values are legal now: one row per slot, those of all parameters one after the other."""
        if self._masks is not None:
            return self._masks.copy()
        return np.ones((self.num_envs, self._codec.mask_width), dtype=np.bool_)

    def close_extras(self, **kwargs: Any) -> None:
        """Ends the session; the log keeps its samples."""
        self._session.close()


def make_vec(
    endpoint: Any, environment: str, num_envs: int, *, objective: ObjectiveLike = None, **options: Any
) -> VectorEnv:
    """A `gymnasium.vector.VectorEnv` of `num_envs` slots; everything else is as `sextant.make` has it.

    `cache=False` evaluates a design again that the trial has seen.
    """
    return VectorEnv(endpoint, environment, num_envs, objective=objective, **options)

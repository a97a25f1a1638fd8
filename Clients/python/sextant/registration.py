"""Sextant's environments under Gymnasium's ids: `gymnasium.make("sextant/dram-controller-v0", endpoint=…)`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gymnasium

from .connection import DEFAULT_ENDPOINT, listings
from .keys import KeyFile

# The environments that every server has; `register` adds what else one offers.
BUILT_IN = (
    "dram-controller-v0",
    "dram-controller-full-v0",
    "accelerator-attention-v0",
    "accelerator-codesign-v0",
    "accelerator-hardware-v0",
    "accelerator-mapping-v0",
    "archgym-maestro-v0",
    "archgym-timeloop-v0",
    "soc-composition-v0",
    "soc-mapping-v0",
    "soc-ordering-v0",
    "soc-scheduling-v0",
    "logic-synthesis-v0",
    "logic-synthesis-recipe-v0",
    "synthetic-dram10-v0",
    "synthetic-recipe20-v0",
)


def register(endpoint: Any = DEFAULT_ENDPOINT, key: KeyFile | None = None) -> list[str]:
    """Registers with Gymnasium everything that a broker offers, outside environments too, and returns the ids."""
    return register_ids(listing.datasheet.id for listing in listings(endpoint, key))


def register_ids(environments: Iterable[str]) -> list[str]:
    """Registers environments by their ids, as `sextant/ID`."""
    ids = []
    for environment in environments:
        ids.append(f"sextant/{environment}")
        if ids[-1] not in gymnasium.registry:
            gymnasium.register(
                ids[-1], entry_point="sextant.env:Env", vector_entry_point="sextant.vector:VectorEnv",
                kwargs={"environment": environment},
            )  # fmt: skip
    return ids

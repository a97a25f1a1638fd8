"""Every kind of space, there and back, without a server."""

import gymnasium.spaces as spaces
import numpy as np
import pytest
from sextant import Categorical, Integer, Ordinal, Real, SextantError, Spec
from sextant._wire import sextant_pb2 as wire
from sextant.spaces import ActionCodec
from sextant.spec import read_spec, spec_message

POLICY = Categorical("policy", ("Open", "Closed", "Adaptive"), default="Open")
SIZE = Integer("size", 4, 12, step=4, default=8)
BANKS = Ordinal("banks", (1, 2, 16), default=2)
VOLTAGE = Real("voltage", 0.5, 2.0, scale="log2", default=1.0)


def spec(*parameters, **more):
    return Spec("test-v0", parameters, [], **more)


CASES = {
    "one choice": ([POLICY], spaces.Discrete(3)),
    "countable": ([POLICY, SIZE, BANKS], spaces.MultiDiscrete([3, 3, 3])),
    "real": ([VOLTAGE], spaces.Box(0.5, 2.0, (1,), np.float64)),
    "mixed": (
        [POLICY, VOLTAGE, BANKS],
        spaces.Dict(
            {"policy": spaces.Discrete(3), "voltage": spaces.Box(0.5, 2.0, (), np.float64), "banks": spaces.Discrete(3)}
        ),
    ),
}


@pytest.mark.parametrize(("parameters", "space"), CASES.values(), ids=CASES)
def test_a_space_is_the_one_of_the_table_and_its_members_are_designs(parameters, space):
    problem = spec(*parameters)
    codec = ActionCodec(problem)
    assert codec.space == space
    codec.space.seed(1)
    for _ in range(50):
        action = codec.space.sample()
        natural = codec.natural(action, 1)
        design = problem.design(natural[0])
        again = codec.member(design)
        assert again in codec.space
        np.testing.assert_array_equal(codec.natural(again, 1), natural)
        assert problem.action(design) == natural[0].tolist()


def test_ranks_count_values_from_the_lowest():
    codec = ActionCodec(spec(POLICY, SIZE, BANKS))
    np.testing.assert_array_equal(codec.natural(np.array([[2, 0, 2], [0, 2, 0]]), 2), [[2, 4, 16], [0, 12, 1]])


def test_a_box_reaches_every_value_and_keeps_to_the_scale():
    codec = ActionCodec(spec(POLICY, SIZE, BANKS, VOLTAGE), "box")
    assert codec.space == spaces.Box(0, 1, (4,), np.float64)
    np.testing.assert_allclose(codec.natural(np.array([0, 0, 0, 0]), 1), [[0, 4, 1, 0.5]])
    np.testing.assert_allclose(codec.natural(np.array([0.5, 0.5, 0.5, 0.5]), 1), [[1, 8, 2, 1.0]])
    np.testing.assert_allclose(codec.natural(np.array([1, 1, 1, 1]), 1), [[2, 12, 16, 2.0]])
    np.testing.assert_allclose(codec.natural(np.array([9, -9, np.nan, 5]), 1), [[2, 4, 1, 2.0]])


def test_masks_stand_where_their_parameter_does():
    legal = [wire.Mask(choices=[True, False, True])]
    flat = ActionCodec(spec(SIZE, POLICY)).flat_mask(legal)
    assert flat.tolist() == [True, True, True, True, False, True]
    codec = ActionCodec(spec(SIZE, POLICY))
    draws = {tuple(codec.space.sample(mask=codec.sample_mask(flat))) for _ in range(100)}
    assert {choice for _, choice in draws} == {0, 2}
    single = ActionCodec(spec(POLICY))
    assert {single.space.sample(mask=single.sample_mask(single.flat_mask(legal))) for _ in range(50)} == {0, 2}
    mixed = ActionCodec(spec(POLICY, VOLTAGE))
    assert {mixed.space.sample(mask=mixed.sample_mask(mixed.flat_mask(legal)))["policy"] for _ in range(50)} == {0, 2}


@pytest.mark.parametrize(
    ("design", "words"),
    [
        ({"polcy": "Open"}, "no parameter named 'polcy' (did you mean 'policy'?)"),
        ({"policy": "open"}, "no choice of 'policy' named 'open' (did you mean 'Open'?)"),
        ({"banks": 3}, "'banks' is 3, which is not one of 1 | 2 | 16"),
        ({"size": "big"}, "'size' is 'big', not a number (it takes 4 … 12 by 4)"),
    ],
)
def test_a_design_that_is_none_is_told_in_words(design, words):
    with pytest.raises(SextantError) as caught:
        ActionCodec(spec(POLICY, SIZE, BANKS)).member(design)
    assert str(caught.value) == words
    assert caught.value.code == "illegal-action"


@pytest.mark.parametrize("action", [[3, 0], [-1, 0], [0.5, 0], [0]])
def test_an_action_outside_the_space_is_refused(action):
    with pytest.raises(SextantError, match="the action"):
        ActionCodec(spec(POLICY, SIZE)).natural(np.array(action), 1)


@pytest.mark.parametrize(
    ("text", "legal"),
    [
        ("size < 8", [True, False, False]),
        ("2 * size - 4 >= banks * 10 / 2", [False, True, False]),
        ("policy == Open or size == 12", [True, False, True]),
        ("policy in [Closed, 'Adaptive'] and not (size > 8)", [False, True, False]),
        ("policy != Closed", [True, False, True]),
        ("-size <= -8 and banks <= 2", [False, True, False]),
        ("what is this", [True, True, True]),
    ],
)
def test_constraints_are_read_as_the_broker_reads_them(text, legal):
    rows = np.array([[0, 4, 1], [1, 8, 2], [2, 12, 16]], dtype=float)
    assert spec(POLICY, SIZE, BANKS, constraints=[text]).legal(rows).tolist() == legal


def test_a_parameter_is_inactive_where_one_is_that_it_depends_on():
    problem = spec(POLICY, SIZE, BANKS, activity={"size": "policy == Closed", "banks": "size >= 4"})
    rows = np.array([[0, 12, 16], [1, 12, 16]], dtype=float)
    assert problem.canonical(rows).tolist() == [[0, 4, 1], [1, 12, 16]]


def test_a_spec_survives_the_wire():
    problem = spec(POLICY, SIZE, BANKS, VOLTAGE, constraints=["size > 4"], activity={"size": "policy == Open"})
    assert read_spec(wire.Spec.FromString(spec_message(problem).SerializeToString())).parameters == list(problem.parameters)

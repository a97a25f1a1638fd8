"""The generated messages are those of the schema."""

import re

from conftest import ROOT
from sextant._wire import sextant_pb2 as wire

SCHEMA = ROOT / "Sources" / "Wire" / "sextant.proto"


def test_every_field_of_the_schema_is_there_under_its_number():
    text = re.sub(r"//.*", "", SCHEMA.read_text())
    messages = dict(re.findall(r"^message (\w+) \{(.*?)^\}", text + "\n", re.MULTILINE | re.DOTALL))
    messages |= dict(re.findall(r"^message (\w+) \{(\s*)\}", text, re.MULTILINE))
    assert len(messages) > 30
    for name, body in messages.items():
        stated = {field: int(number) for field, number in re.findall(r"(\w+) = (\d+);", body)}
        generated = {field.name: field.number for field in getattr(wire, name).DESCRIPTOR.fields}
        assert generated == stated, f"{name} is out of date: the package's README has the command that renews it"

"""Sections told apart by a name: the keys of one are not those of another."""

# ruff: noqa: E501, the sentences stay in one piece

import json
from typing import Annotated, Literal

import pydantic
import pytest
from pydantic import Field

from trigger_ad.errors import ConfigError
from trigger_ad.sections import yaml12
from trigger_ad.sections.explanation import explain
from trigger_ad.sections.named import ByName, Choices, held_by
from trigger_ad.sections.section import Section


class ReaderSettings(Section):
    """What all readers have."""

    format: str
    path: str


class Text(ReaderSettings):
    """Columns of text."""

    format: Literal["text"] = "text"
    separator: str = ","


class Tree(ReaderSettings):
    """A tree of branches, whose friends are read by other readers."""

    format: Literal["tree"] = "tree"
    branch: str
    first: int = Field(0, ge=0, le=10)
    friends: tuple[
        Annotated[ReaderSettings, ByName("readers", key="format", default="text")], ...
    ] = ()


class Root(Section):
    """Everything."""

    events: Annotated[ReaderSettings, ByName("readers", key="format")]


TABLES = {"readers": Choices.of("reader", {"text": Text, "tree": Tree})}


def read(text):
    tree = yaml12.read(text, "f.yaml")
    try:
        return Root.model_validate_json(json.dumps(tree), context=TABLES).events
    except pydantic.ValidationError as error:
        raise explain(error, Root, tree, "f.yaml", TABLES) from None


def test_a_name_chooses_the_section():
    assert read("events: {format: text, path: a}") == Text(path="a")
    found = read("events: {format: tree, path: a, branch: b, friends: [{path: c}]}")
    assert found == Tree(path="a", branch="b", friends=(Text(path="c"),))
    again = json.loads(Root(events=found).model_dump_json())
    assert Root.model_validate_json(json.dumps(again), context=TABLES).events == found
    assert Root.model_validate({"events": found}).events is found
    assert Root.model_validate({"events": {"format": "text", "path": "a"}}, context=TABLES)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "events:\n  format: text\n  path: a\n  branch: b\n",
            (
                "key 'events.branch' at f.yaml:4 must be a key of text, not 'branch': "
                "choose from format, path, separator"
            ),
        ),
        (
            "events:\n  format: tree\n  path: a\n  branch: b\n  separator: ;\n",
            (
                "key 'events.separator' at f.yaml:5 must be a key of tree, not 'separator': "
                "choose from format, path, branch, first, friends"
            ),
        ),
        (
            (
                "events:\n  format: tree\n  path: a\n  branch: b\n  friends:\n    - path: c\n"
                "      first: 1\n"
            ),
            (
                "key 'events.friends.0.first' at f.yaml:7 must be a key of text, not 'first': "
                "choose from format, path, separator"
            ),
        ),
        (
            (
                "events:\n  format: tree\n  path: a\n  branch: b\n  friends:\n    - path: c\n"
                "      format: tree\n      branch: d\n      first: 11\n"
            ),
            (
                "key 'events.friends.0.first' at f.yaml:9 must be less than or equal to 10, not 11: "
                "give such a value"
            ),
        ),
        ("events: {path: a}\n", "key 'events.format' at f.yaml:1 must be given: add format"),
        (
            "events:\n  path: a\n  format: cvs\n",
            (
                "key 'events.format' at f.yaml:3 must be a known reader, not 'cvs': "
                "choose from text, tree"
            ),
        ),
        (
            "events:\n  path: a\n  format: [text]\n",
            (
                "key 'events.format' at f.yaml:3 must be a known reader, not ['text']: "
                "choose from text, tree"
            ),
        ),
        (
            "events: text\n",
            (
                "key 'events' at f.yaml:1 must hold keys and values, not \"text\": "
                "indent them below it"
            ),
        ),
        ("\nevents:\n  format: text\n", "key 'events.path' at f.yaml:2 must be given: add path"),
    ],
)
def test_sentence_of_each_mistake(text, sentence):
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert str(caught.value) == sentence


def test_what_a_field_holds():
    assert held_by(Root.model_fields["events"]) == ByName("readers", key="format")
    assert held_by(Tree.model_fields["friends"]).default == "text"
    assert held_by(Tree.model_fields["first"]) is None

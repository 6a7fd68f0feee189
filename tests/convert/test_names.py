import pytest

from trigger_ad.convert.names import check_names
from trigger_ad.errors import ConversionError
from trigger_ad.layers.architecture import Architecture, chain


def branch(name: str) -> Architecture:
    return chain(name, (4, 3, 4), (True, False), True)


def test_good_names_pass():
    check_names([branch("ae1"), branch("ae2")], "double_ae")


@pytest.mark.parametrize(
    ("names", "namespace", "sentence"),
    [
        (
            ["ae"],
            "a b",
            (
                "the namespace must match [A-Za-z][A-Za-z0-9_]{0,63}, not 'a b': "
                "use letters, digits and underscores"
            ),
        ),
        (
            ["../x"],
            "good",
            (
                "the name of a branch must match [A-Za-z][A-Za-z0-9_]{0,63}, not '../x': "
                "use letters, digits and underscores"
            ),
        ),
        (
            ["ae"],
            "namespace",
            "the namespace must not be a word of C++, not 'namespace': choose another name",
        ),
        (
            ["int"],
            "good",
            "the name of a branch must not be a word of C++, not 'int': choose another name",
        ),
        (
            ["ae", "ae"],
            "good",
            "the name ae_0 of a layer must be used once, not twice: rename a branch",
        ),
        (
            ["input"],
            "good",
            "the name input of a layer must be used once, not twice: rename a branch",
        ),
        (
            ["ae", "ae_0"],
            "good",
            "the name ae_0 of a layer must be used once, not twice: rename a branch",
        ),
        (
            ["same"],
            "same",
            "the name same of a layer must be used once, not twice: rename a branch",
        ),
    ],
)
def test_bad_names(names, namespace, sentence):
    with pytest.raises(ConversionError) as caught:
        check_names([branch(name) for name in names], namespace)
    assert str(caught.value) == sentence

"""Prescale tables: byte for byte through and back, and every fault is told with its place.

Forms and faults are those of the 92 tables of https://github.com/cms-l1-dpg/L1MenuRun3.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.menu.menus import abstract
from trigger_ad.errors import ConfigError
from trigger_ad.menu.prescale import hundredths, text
from trigger_ad.menu.table import applied, load, of_menu, parse, write

TABLE = (
    "Index,Name,Emergency,2p0E34+ZeroBias,2p0E34_NoL1CICADA\n"
    "4,s0,0,1,1\n"
    "9,s1,0.0,2.5,44000\n"
    "25,L1_ZeroBias,0,0,1.00\n"
)
MENU = abstract(1, 1)


def refused(content):
    with pytest.raises(ConfigError) as caught:
        parse(content, "t.csv")
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        TABLE,
        TABLE.replace("\n", "\r\n"),
        TABLE[:-1],
        TABLE.replace("Index,Name", "Bit,Algo name"),
        "Index,Name,x\n0,L1_A,1\n",
        "Default,x,\r\nBit,Algo name,x\r\n0,L1_A,1212.12",
    ],
)
def test_a_table_comes_back_byte_for_byte(content, tmp_path):
    (tmp_path / "t.csv").write_bytes(content.encode())
    table = load(tmp_path / "t.csv")
    write(tmp_path / "u.csv", table)
    assert (tmp_path / "u.csv").read_bytes() == content.encode()
    assert load(tmp_path / "u.csv") == table


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + TABLE.encode(),
        TABLE.replace("\n", "\r\n", 2).encode(),
        TABLE.replace("s0", '"s0"').replace("Emergency", ' "Emergency"').encode(),
        TABLE.replace(",", " , ").encode(),
        TABLE.replace("\n", " \n").encode(),
        TABLE.replace("\n", "\n,,,,\n\n").encode(),
    ],
)
def test_what_spreadsheets_add_changes_nothing(content, tmp_path):
    (tmp_path / "t.csv").write_bytes(content)
    table = load(tmp_path / "t.csv")
    assert table == parse(TABLE)
    assert table.text.replace("\r\n", "\n") == TABLE


def test_the_line_above_the_head_names_the_default_column():
    table = parse("Default,Emergency,,,\n" + TABLE)
    assert table.default == "Emergency"
    assert table.rows == parse(TABLE).rows
    assert table.column("Emergency") == parse(TABLE).column("Emergency")
    assert parse(TABLE).default == ""
    assert refused("Default,1p9E34,,,\n" + TABLE) == (
        "t.csv:1 must give one column as the default, not '1p9E34': "
        "choose from Emergency, 2p0E34+ZeroBias, 2p0E34_NoL1CICADA"
    )
    assert refused("Luminosity,2e34,,,\n" + TABLE) == (
        "t.csv:1 must be Index,Name and columns of different names, not 'Luminosity,2e34,,': "
        "begin with the names of the columns, each once"
    )


def test_a_column_is_exact():
    table = parse(TABLE)
    assert table.column("Emergency") == {"s0": 0, "s1": 0, "L1_ZeroBias": 0}
    assert table.column("2p0E34+ZeroBias") == {"s0": 100, "s1": 250, "L1_ZeroBias": 0}
    with pytest.raises(ConfigError) as caught:
        table.column("1p9E34")
    assert str(caught.value) == (
        "column 1p9E34 must be in the prescale table: "
        "choose from Emergency, 2p0E34+ZeroBias, 2p0E34_NoL1CICADA"
    )


def test_a_name_with_two_indices_is_told_with_both():
    assert refused(TABLE + "31,s1,0,0,0\n") == (
        "seed s1 at t.csv:5 must have one index, not 9 in line 3 and 31 here: "
        "remove one of the rows"
    )
    assert refused(TABLE + "9,other,0,0,0\n") == (
        "index 9 at t.csv:5 must have one seed, not s1 in line 3 and other here: "
        "give one of them another index"
    )


@pytest.mark.parametrize(
    "cell",
    ["-1", "0.5", "1e12", "2.005", "x", "", "nan", "inf", "1e999999999", "1_0", "9" * 400, "sNaN"],
)
def test_a_bad_prescale_is_told_with_its_line(cell):
    assert refused(f"Index,Name,a\n1,s,1\n2,u,{cell}\n") == (
        "a prescale of seed u at t.csv:3 must be 0 or from 1 to 42949672.95 with at most two "
        f"decimals, not {cell!r}: write such a prescale"
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "t.csv must be a prescale table, not an empty file: give the path of one"),
        (" \n,,\n", "t.csv must be a prescale table, not an empty file: give the path of one"),
        ("Index,Name,a\n", "t.csv must have rows of seeds, not a head alone: add a row for each"),
        (
            "Index,Name,a,\n0,s,1,\n",
            "column 4 at t.csv:1 must have a name: give it one, or remove the comma there from",
        ),
        ("Default,a\n", "t.csv:1 must be Index,Name and columns of different names, not 'Default"),
        ("Index,Name,a\n0,s,1,1\n", "t.csv:2 must have 3 cells, not 4: write one for each"),
        ("Index,Name,a\n0,,1\n", "the seed at t.csv:2 must have a name: write it there"),
        ('Index,Name,a\n0,"s,1\n1,u,2\n', "t.csv:2 must be CSV, not unexpected end of data: mend"),
        ('Index,Name,a\n0,"s"u,1\n', "t.csv:2 must be CSV, not ',' expected after '\"': mend"),
        (
            "Index,Name,a\r0,s,1\r",
            r"t.csv:1 must have lines that end in \n or \r\n, not in \r alone: save the",
        ),
        ("Index,Name,a\n0,s\x00,1\n", r"t.csv:2 must be text, not the control character '\x00': "),
        ("Index,Name\n", "t.csv:1 must be Index,Name and columns of different names, not 'Index"),
        ("Index,Name,a,a\n", "t.csv:1 must be Index,Name and columns of different names, not"),
        ("Index,Name,a\n1,s\n", "t.csv:2 must have 3 cells, not 2: write one for each column"),
        *(
            (
                f"Index,Name,a\n{index},s,1\n",
                f"the index at t.csv:2 must be a number of at most nine digits, not '{index}'",
            )
            for index in ("x", "01", "-1", "٣", "9" * 5000)
        ),
    ],
)
def test_a_broken_table_is_told_with_its_line(content, sentence):
    assert refused(content).startswith(sentence)


def test_a_column_on_a_menu():
    table = parse(TABLE)
    menu = applied(MENU, table, "2p0E34+ZeroBias")
    assert [seed.prescale for seed in menu.seeds] == [100, 250]
    assert menu.digest == MENU.digest
    with pytest.raises(ConfigError) as caught:
        applied(MENU, table, "2p0E34_NoL1CICADA")
    assert str(caught.value) == (
        "seed L1_ZeroBias of column 2p0E34_NoL1CICADA must be in menu abstract: "
        "add it to the menu or switch it off in the table"
    )
    with pytest.raises(ConfigError) as caught:
        applied(abstract(1, 1, 1), table, "Emergency")
    assert str(caught.value) == (
        "seed s2 of menu abstract must be in the prescale table: add a row for it"
    )


def test_a_menu_becomes_a_column():
    menu = abstract(1, 2.5, 0)
    table = of_menu(menu, "mine", 7)
    assert table.text == "Index,Name,mine\n7,s0,1\n8,s1,2.5\n9,s2,0\n"
    assert applied(abstract(1, 1, 1), table, "mine") == menu
    longer = parse(TABLE).with_column("new", abstract(3, 1.05))
    assert longer.text.splitlines()[1:] == [
        "4,s0,0,1,1,3",
        "9,s1,0.0,2.5,44000,1.05",
        "25,L1_ZeroBias,0,0,1.00,0",
    ]
    with pytest.raises(ConfigError, match="column new must be a new one, not in the table"):
        longer.with_column("new", MENU)


def test_a_column_is_replaced_where_it_stood_and_others_stay():
    """Cells of other seeds are those of the column that it is like, as they are written."""
    found = parse(TABLE).with_column(
        "2p0E34+ZeroBias", MENU, like="2p0E34_NoL1CICADA", replaced=True
    )
    assert found.text.splitlines()[1:] == [
        "4,s0,0,1,1",
        "9,s1,0.0,1,44000",
        "25,L1_ZeroBias,0,1.00,1.00",
    ]
    for options in ({"replaced": True}, {"like": "other"}):
        with pytest.raises(ConfigError, match="column other must be in the prescale table"):
            parse(TABLE).with_column("other", MENU, **options)


def test_rows_of_new_seeds_are_off_and_have_free_indices():
    found = parse(TABLE).with_rows(("a", "b"), 5)
    assert found.text.splitlines()[4:] == ["5,a,0,0,0", "6,b,0,0,0"]
    assert parse(TABLE).with_rows((), 4) == parse(TABLE)
    with pytest.raises(ConfigError) as caught:
        parse(TABLE).with_rows(("a", "b"), 24)
    assert str(caught.value) == (
        "index 25 for seed b must be free in the prescale table, not that of L1_ZeroBias: "
        "begin with 0, or with others that are free"
    )


@given(st.one_of(st.just(0), st.integers(100, 2**32 - 1)))
def test_the_text_of_a_prescale_is_exact(value):
    assert hundredths(text(value)) == value


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(ConfigError, match="must be a readable CSV file, not missing"):
        load(tmp_path / "none.csv")


def test_a_name_with_two_indices_is_read_where_it_is_off():
    """As L1_MinimumBiasHF1_AND_BptxAND in the table L1Menu_Collisions2026_v1_1_0."""
    content = TABLE + "30,s2,0,0,0.0\n31,s2,0,0,0\n"
    found = parse(content)
    assert found.text == content
    assert found.column("2p0E34+ZeroBias") == {"s0": 100, "s1": 250, "L1_ZeroBias": 0, "s2": 0}
    with pytest.raises(ConfigError) as caught:
        found.with_column("new", abstract(1, 1, 5))
    assert str(caught.value) == (
        "seed s2 of menu abstract must have one row of the prescale table, not those of 30 and 31: "
        "remove the others"
    )
    assert "seed s2 at t.csv:6 must have one index, not 30 in line 5 and 31 here" in refused(
        content.replace("31,s2,0,0,0", "31,s2,0,0,2")
    )

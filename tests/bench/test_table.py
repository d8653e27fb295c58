"""The table of figures: which files are figures, and how a line reads."""

import pytest

import bench.__main__ as table
from bench.figure import Figure


def test_a_file_is_a_figure_where_it_can_measure(tmp_path, monkeypatch):
    (tmp_path / "clocks.py").write_text("def measure():\n    return []\n")
    (tmp_path / "fill.py").write_text("def fill():\n    measure = 1\n")
    monkeypatch.setattr(table, "FOLDER", tmp_path)
    assert table.figures() == ["clocks"]


@pytest.mark.parametrize(
    ("figure", "line"),
    [
        (Figure("report a case", 4.2, "CPU-ms", aim=6, peer="Signalen 92"), ["≤ 6", "", "Signalen 92"]),
        (Figure("report a case", 7.0, "CPU-ms", aim=6), ["≤ 6", "missed", ""]),
        (Figure("due dates", 123_456.7, "/CPU-s", aim=100_000, more_is_better=True), ["≥ 100,000", "", ""]),
        (Figure("first start", 40.0, "s"), ["", "", ""]),
    ],
)
def test_a_line_says_whether_the_aim_is_met(figure, line):
    assert table.line(figure)[2:] == line


def test_numbers_are_as_precise_as_they_are_useful():
    assert [table.shown(number) for number in (123_456.7, 99.94, 4.256, 0.01234)] == [
        "123,457",
        "99.9",
        "4.26",
        "0.0123",
    ]

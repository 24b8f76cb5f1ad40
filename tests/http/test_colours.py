"""The issuer's colour can be read by day and by night, whatever it is."""

import re

import pytest

from billing.http.pages import colours


@pytest.mark.parametrize("accent", [None, "#000000", "#ffffff", "#ffcc00", "#8a5a00", "#1f4d80", "#00ff00", "#777777"])
def test_a_colour_is_moved_until_it_can_be_read(accent: str | None) -> None:
    day, night = re.findall(r"--accent:#(\w{6})", colours.sheet(accent))
    for written, ground, on in ((day, (243, 245, 248), (255, 255, 255)), (night, (34, 37, 43), (20, 22, 26))):
        red, green, blue = (int(written[n : n + 2], 16) for n in (0, 2, 4))
        assert colours.contrast((red, green, blue), ground) >= 4.5
        assert colours.contrast((red, green, blue), on) >= 4.5  # what stands on a button


def test_what_can_be_read_stays_as_it_is() -> None:
    assert "--accent:#1f4d80;" in colours.sheet("#1f4d80")
    assert round(colours.contrast((0, 0, 0), (255, 255, 255))) == 21

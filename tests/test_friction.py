"""An agent's acts take no more keys than a plain time tracker's, and do what they are for (`tests.bench.friction`)."""

import subprocess
import time
from pathlib import Path

from tests.bench.friction import ACTS, command, lived


def test_no_act_takes_more_keys_than_a_time_tracker() -> None:
    assert [act.what for act in ACTS if not act.holds] == []
    assert sum(bool(act.more) for act in ACTS) <= 1


def test_a_day_of_these_acts_is_done(tmp_path: Path) -> None:
    """Each line as it is counted is understood, and the day has what was logged and not taken back."""
    env = lived(tmp_path)
    for act in ACTS:
        if act.bill == "bill stop":
            time.sleep(1.1)  # a timer that has not run a second is not logged, and this machine may be that quick
        done = subprocess.run(command(act.bill), env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (act.bill, done.stderr)
    assert "vpn" in done.stdout and "T-17" in done.stdout

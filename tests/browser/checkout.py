"""A small checkout whose run gives each verdict: a suite for SoundCloud, and a part of Audiosocket's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
CLAIMS = ("--claim=SC-*", "--claim=AS-TRACK-*")
COMMAND = (sys.executable, "-m", "tuningfork", "run", "-n", "0", *CLAIMS)
SUITE = '''
from tuningfork import claim, not_verified

@claim("SC-TRACK-01")
def test_tracks_are_listed(api):
    """GET /tracks returns three tracks."""
    api.get("/tracks", limit=3, q="a").expect_ok()

@claim("SC-TRACK-02")
def test_unknown_track(api):
    api.get("/tracks/999999999").expect_ok()

@claim("SC-TRACK-02")
def test_unknown_user(api):
    """Another violation of the claim."""
    api.get("/users/999999999").expect_status(203)

@claim("SC-TRACK-03")
def test_bpm(api):
    assert api.get("/tracks", limit=1).status == 418, "expected a teapot, found 200"

@claim("SC-TRACK-06")
def test_deletion(api):
    api.get("/me")
    {}["nothing"]

@claim("SC-AUTH-10")
def test_challenge(unauthenticated):
    unauthenticated.get("/tracks").expect_status(418)

@claim("SC-ERR-01")
def test_envelope(unauthenticated):
    unauthenticated.get("/me").expect_ok()

@claim("SC-ERR-09")
def test_server_error(api):
    """A long body breaks the claim."""
    api.get("/tracks", limit=3, q="a").expect_status(202)

@claim("SC-RATE-01")
def test_clock():
    not_verified("needs control:clock")
'''
DEVIATION = """
[[deviations]]
claim = "SC-AUTH-10"
target = "mock"
reason = "The gateway removes the header"
link = "https://tracker.example/17"
owner = "ann"
expiry = 2999-12-31
"""


def run(folder: Path) -> Path:
    """Run tuningfork in a new checkout in `folder`; return the folder of its reports."""
    shutil.copytree(REPOSITORY / "tests/plugin/small", folder, dirs_exist_ok=True)
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    for tree in ("specs", "suites"):
        shutil.copytree(REPOSITORY / tree / "audiosocket", folder / tree / "audiosocket")
    suite = folder / "suites/soundcloud/test_small.py"
    suite.parent.mkdir(parents=True)
    suite.write_text(SUITE, encoding="utf-8")
    (folder / "deviations.toml").write_text(DEVIATION, encoding="utf-8")
    environment = os.environ | {"XDG_STATE_HOME": str(folder / ".state")}
    subprocess.run(COMMAND, cwd=folder, env=environment, check=False)  # exits 1: claims failed
    return folder / "reports"

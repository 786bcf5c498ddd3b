"""The register is replaced again and again while it is asked on an event loop: no connection is closed in use.

A process of its own asks, for what went wrong here was a segmentation fault.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.conftest import ALONE, Report
from tests.faults.test_new_releases import variant
from tests.support.commands import environment
from tests.support.serving import ROOT, SMALL_SEED, loaded, sqlite_settings

pytestmark = pytest.mark.slow

REPLACEMENTS = 1000 if ALONE else 30
ASKERS = 16

SCRIPT = f"""
import asyncio, itertools, shutil, sys, threading, time
from pathlib import Path
from sqlalchemy import text
from app.db.register import Register, WouldBlock
from app.settings import Settings

register, path, releases = Register(Settings()), Path(sys.argv[1]), itertools.cycle(sys.argv[2:])
ended, answers, faults = threading.Event(), [], []
statement = text("SELECT id FROM evidence")

def answer(snapshot):
    return [len(snapshot.execute(statement).all()) for _ in range(30)]

async def ask():
    while not ended.is_set():
        await asyncio.sleep(0)
        try:
            answers.append(register.try_inline(answer))
        except WouldBlock:
            pass
        except Exception as error:
            faults.append(repr(error))

async def ask_all():
    await asyncio.gather(*(ask() for _ in range({ASKERS})))

register.run(answer)
loop = threading.Thread(target=asyncio.run, args=[ask_all()])
loop.start()
for _ in range({REPLACEMENTS}):
    asked = len(answers)
    while len(answers) == asked and not faults:
        time.sleep(0.001)
    shutil.copy(next(releases), path.with_name("next.db")).replace(path)
    register.run(answer)  # closes what was open before
ended.set()
loop.join()
register.close()
print(len(answers), *set(faults))
"""


def test_a_register_replaced_under_requests(tmp_path: Path, report: Report) -> None:
    settings = loaded(sqlite_settings(tmp_path, SMALL_SEED))
    releases: list[Path] = []
    for number in range(2):
        (folder := tmp_path / f"release{number}").mkdir()
        loaded(sqlite_settings(folder, variant(folder / "seed", number)))
        releases.append(folder / "register.db")
    command: list[str | Path] = [sys.executable, "-c", SCRIPT, tmp_path / "register.db", *releases]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(settings), capture_output=True, text=True, timeout=60 + REPLACEMENTS
    )
    answered, _, faults = done.stdout.strip().partition(" ")
    report.add("register replaced", REPLACEMENTS, answered, answered, 0, 0, f"{ASKERS} askers on one event loop")

    assert (done.returncode, faults, done.stderr) == (0, "", "")
    assert int(answered) >= REPLACEMENTS

"""What is left on disk of what was said."""

import os
from pathlib import Path

from watchword.telephone.fastagi.sounds import LEFT_BEHIND, Sounds

NOW = 1_800_000_000.0


def written(folder: Path, name: str, age: float) -> Path:
    path = folder / name
    path.write_bytes(b"RIFF")
    os.utime(path, (NOW - age, NOW - age))
    return path


def test_a_pin_that_a_dead_process_left_as_sound_goes(tmp_path: Path) -> None:
    left = [
        written(tmp_path, "once-5e1f.wav", LEFT_BEHIND + 1),
        written(tmp_path, "once-5e1f.spoken.wav", LEFT_BEHIND + 1),
    ]

    count = Sounds(tmp_path).clear(NOW)

    assert count == 2
    assert not any(each.exists() for each in left)


def test_a_pin_that_is_just_being_said_and_all_other_sounds_stay(tmp_path: Path) -> None:
    being_said = written(tmp_path, "once-77aa.wav", LEFT_BEHIND - 1)
    welcome = written(tmp_path, "00ff00ff.wav", 400 * LEFT_BEHIND)

    Sounds(tmp_path).clear(NOW)

    assert being_said.exists()
    assert welcome.exists()

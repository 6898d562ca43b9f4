"""Law of the preview: everything named is there, and the mix is the sum of the stems."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from engine.synthetic.preview import preview


def test_the_previewed_mix_is_the_sum_of_its_stems(tmp_path: Path) -> None:
    written = preview(11, tmp_path)
    assert all(path.stat().st_size > 0 for path in written)
    mix, _ = soundfile.read(tmp_path / "mix.wav")
    stems = [soundfile.read(path)[0] for path in written if path.suffix == ".wav" and path.name != "mix.wav"]
    assert np.abs(np.sum(stems, axis=0) - mix).max() < 1e-6
    assert {"score.mid", "labels.json"} <= {path.name for path in written}

"""Sound from scores: General MIDI voices of a soundfont, our own synthesised voices and drum machines, and the mix."""

from engine.synthetic.rendering.render import render
from engine.synthetic.rendering.soundfont import default_soundfont

__all__ = ["default_soundfont", "render"]

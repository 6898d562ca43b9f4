"""Render scores to audio: soundfont voices, synthesised voices, drum machines and the mix."""

from engine.synthetic.rendering.render import render
from engine.synthetic.rendering.soundfont import default_soundfonts

__all__ = ["default_soundfonts", "render"]

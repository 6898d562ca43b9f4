"""Moods: the energy each gives to tempo, loudness and density (0 calm .. 1 wild), and other words for it."""

from __future__ import annotations

MOOD_ENERGY: dict[str, float] = {
    "mellow": 0.2, "chill": 0.25, "dreamy": 0.2, "calm": 0.1, "warm": 0.35, "happy": 0.65, "uplifting": 0.7,
    "energetic": 0.9, "funky": 0.7,
    "groovy": 0.6, "romantic": 0.3, "nostalgic": 0.35, "playful": 0.6, "sunny": 0.6, "triumphant": 0.8, "hopeful": 0.5,
    "laid-back": 0.25,
    "sad": 0.2, "dark": 0.55, "melancholic": 0.25, "aggressive": 1.0, "tense": 0.7, "moody": 0.4, "mysterious": 0.4,
    "epic": 0.85, "driving": 0.85,
    "hypnotic": 0.6, "gritty": 0.75, "bittersweet": 0.35, "lonely": 0.15, "smoky": 0.3, "cool": 0.45, "menacing": 0.8,
    "ethereal": 0.15,
    "euphoric": 0.9, "soulful": 0.45, "rowdy": 0.85, "tender": 0.15, "peaceful": 0.1, "passionate": 0.7,
    "festive": 0.85, "cinematic": 0.5,
}  # fmt: skip

BRIGHT_MODES = ("major", "mixolydian")  # where a genre's bright moods are at home; its dark ones in the others

MOOD_SYNONYMS: dict[str, tuple[str, ...]] = {
    "mellow": ("soft", "smooth", "easygoing"), "chill": ("relaxed", "chilled out", "chilling"),
    "dreamy": ("hazy", "floating"),
    "calm": ("quiet", "relaxing"), "warm": ("cosy", "cozy"), "happy": ("cheerful", "joyful", "feel-good"),
    "uplifting": ("inspiring", "positive"),
    "energetic": ("high-energy", "powerful", "lively"), "funky": ("tight", "grooving"),
    "groovy": ("grooving", "danceable"),
    "romantic": ("loving", "intimate"), "nostalgic": ("wistful", "vintage"), "playful": ("quirky", "fun"),
    "sunny": ("bright", "summery"),
    "triumphant": ("heroic", "victorious"), "hopeful": ("optimistic",), "laid-back": ("lazy", "relaxed"),
    "sad": ("sorrowful", "heartbroken"),
    "dark": ("gloomy", "shadowy"), "melancholic": ("melancholy", "blue"), "aggressive": ("angry", "heavy", "brutal"),
    "tense": ("suspenseful", "nervous"),
    "moody": ("brooding",), "mysterious": ("enigmatic",), "epic": ("grand", "huge"),
    "driving": ("relentless", "propulsive"),
    "hypnotic": ("trance-like", "repetitive"), "gritty": ("raw", "dirty"), "bittersweet": ("wistful",),
    "lonely": ("late-night", "solitary"),
    "smoky": ("late-night",), "cool": ("stylish",), "menacing": ("threatening", "evil"),
    "ethereal": ("otherworldly", "airy"),
    "euphoric": ("ecstatic", "hands in the air"), "soulful": ("heartfelt",), "rowdy": ("wild", "boisterous"),
    "tender": ("gentle", "delicate"),
    "peaceful": ("serene", "tranquil"), "passionate": ("fiery", "intense"), "festive": ("party", "celebratory"),
    "cinematic": ("sweeping", "atmospheric"),
}  # fmt: skip

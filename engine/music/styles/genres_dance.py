"""Rows of GENRES: reggaeton, afrobeat, UK garage and dubstep."""

from __future__ import annotations

from engine.music.styles import progressions as p
from engine.music.styles.genre import Genre, Groove, idiom, instruments

_CLUB = ("intro", "groove", "drop")

REGGAETON = Genre(
    name="reggaeton", synonyms=("dembow", "perreo", "latin urban", "reggaetón"), tempo_bpm=(86, 104),
    progressions={
        "minor": ("i bVI bIII bVII", "i bVII bVI V", "i iv bVII bIII", "i bVI", "i bVII bVI bVII", "i iv bVI V7"),
        "major": ("vi IV I V", "I V vi IV", "IV V vi vi"),
    },
    modes=("minor", "minor", "minor", "major"),
    grooves=(
        Groove("dembow", {
            "kick": "x...x...x...x...", "snare": "...x..x....x..x.", "closed_hat": "x.x.x.x.x.x.x.x."
        }),
        Groove("dembow with rim", {
            "kick": "x...x...x...x...", "rim": "...x..x....x..x.", "snare": "......x.......x.",
            "shaker": "oxoxoxoxoxoxoxox"
        }),
        Groove("dembow with timbales", {
            "kick": "x...x...x...x...", "snare": "...x..x....x..x.", "high_tom": "..............xx",
            "closed_hat": "..x...x...x...x."
        }),
        Groove("slow perreo", {
            "kick": "X.......X.......", "snare": "...x..x....x..x.", "clap": "......x.......x.",
            "closed_hat": "x.o.x.o.x.o.x.o."
        }),
    ),
    kits=instruments("electronic kit", "TR-808 kit", "808 drum machine", "909 drum machine"), fills="electronic",
    bass=(
        idiom("tresillo", "sub bass", "808 bass", "synth bass"),
        idiom("dembow bass", "sub bass", "synth bass", "808 bass"),
        idiom("kick-locked", "sub bass", "saw bass"),
    ),
    comping=(
        idiom("plucked pattern", "synth pluck", "marimba", "nylon guitar", "kalimba"),
        idiom("off-beat chords", "synth pluck", "electric piano", "FM keys"),
        idiom("pad", "warm pad", "saw pad", "choir pad"),
        idiom("arpeggio", "nylon guitar", "synth pluck"),
    ),
    melody=(
        idiom("hook", "synth pluck", "square lead", "pan flute", "vocal oohs"),
        idiom("synth hook", "saw lead", "synth pluck", "steel drums"),
        idiom("latin", "trumpet", "nylon guitar", "flute"),
    ),
    bright_moods=("festive", "sunny", "playful", "energetic"), dark_moods=("moody", "passionate", "dark", "groovy"),
    eras=("2000s", "2010s", "2020s", "modern"), textures=("club", "dance", "urban", "dembow rhythm"), sevenths=0.08,
    inversions=0.02, looseness=0.15, wetness=0.2, section_names=("intro", "verse", "chorus"),
)  # fmt: skip

AFROBEAT = Genre(
    name="afrobeat", synonyms=("afrobeats", "afro-pop", "highlife", "afro groove"), tempo_bpm=(96, 126),
    progressions={
        "dorian": ("i7 IV7", "i7", "i7 i7 bVII IV7", "i9 IV9", "i7 bIII IV7 i7"),
        "minor": ("i7 iv7", "i bVI bVII i", "i7 bVII", "i bVII bVI bVII"),
        "major": ("I IV V IV", "I IV I V", "vi IV I V", "I ii IV V"),
    },
    modes=("dorian", "dorian", "minor", "major"), chord_bars=(1.0, 1.0, 2.0),
    grooves=(
        Groove("afrobeat groove", {
            "kick": "x.....x...x.x...", "snare": "....x..g.g..x..g", "closed_hat": "x.xxx.xxx.xxx.xx",
            "shaker": "x.oox.oox.oox.oo"
        }),
        Groove("afrobeat with bell", {
            "kick": "x..x......x..x..", "snare": "....x..x....x.g.", "cowbell": "x..x..x...x.x...",
            "closed_hat": "..x...x...x...x."
        }),
        Groove("afrobeats log drum groove", {
            "kick": "x...x...x...x...", "rim": "...x..x...x.....", "low_tom": "......x..x..x...",
            "shaker": "oxooxoxooxooxoxo"
        }),
        Groove("highlife groove", {
            "kick": "x.......x.......", "rim": "..x..x....x..x..", "clave": "x..x..x...x.x...",
            "conga_high": "....x.......x...", "conga_low": "......xx......xx", "closed_hat": "x.x.x.x.x.x.x.x."
        }),
    ),
    kits=instruments("acoustic kit", "room kit", "acoustic kit", "electronic kit"), fills="latin",
    bass=(
        idiom("afrobeat bass", "finger bass", "picked bass"),
        idiom("syncopated", "finger bass", "synth bass"),
        idiom("tresillo", "sub bass", "finger bass"),
    ),
    comping=(
        idiom("interlocking guitar", "clean electric guitar", "muted guitar", "clean electric guitar"),
        idiom("funk scratch", "clean electric guitar", "muted guitar"),
        idiom("stabs", "brass section", "drawbar organ", "electric piano"),
        idiom("plucked pattern", "kalimba", "marimba"),
    ),
    melody=(
        idiom("funk horn", "brass section", "tenor sax", "baritone sax", "trumpet"),
        idiom("soul", "tenor sax", "alto sax", "vocal oohs"),
        idiom("hook", "flute", "clean electric guitar", "kalimba"),
    ),
    bright_moods=("festive", "sunny", "groovy", "happy"), dark_moods=("hypnotic", "groovy", "driving", "funky"),
    eras=("70s", "80s", "2010s", "modern"), textures=("polyrhythmic", "percussion", "dance", "horns"), sevenths=0.2,
    inversions=0.02, swing=(0.0, 0.25), ghosts=0.1, looseness=0.8, wetness=0.16,
)  # fmt: skip

UK_GARAGE = Genre(
    name="UK garage", synonyms=("2-step", "garage", "speed garage", "two-step garage"), tempo_bpm=(128, 136),
    progressions={
        **p.HOUSE,
        "minor": (*p.HOUSE["minor"], "i7 iv7 bVImaj7 v7", "i9 bVImaj7"),
    },
    modes=("minor", "minor", "dorian", "major"),
    grooves=(
        Groove("2-step", {
            "kick": "x.........x.....", "snare": "....x.......x...", "closed_hat": "..xo..x...xo..x.",
            "rim": ".......x.o......"
        }),
        Groove("skipping 2-step", {
            "kick": "x.....x...x.....x..x......x.....", "clap": "....x.......x...", "closed_hat": "x.xx.xx.x.xx.xx.",
            "open_hat": "..............x."
        }),
        Groove("2-step with shaker", {
            "kick": "x..x......x.....", "snare": "....x.......x..o", "shaker": "oxooxoxooxooxoxo",
            "closed_hat": "..x...x...x...x."
        }),
        Groove("four-to-the-floor garage", {
            "kick": "x...x...x...x...", "clap": "....x.......x...", "open_hat": "..x...x...x...x.",
            "closed_hat": "xo.oxo.oxo.oxo.o"
        }),
    ),
    kits=instruments("909 drum machine", "electronic kit", "909 drum machine"), fills="electronic",
    bass=(
        idiom("garage bass", "sub bass", "FM bass", "square bass"),
        idiom("sliding", "sub bass", "saw bass"),
        idiom("syncopated", "FM bass", "sub bass"),
    ),
    comping=(
        idiom("stabs", "synth organ", "FM keys", "Rhodes", "saw pad"),
        idiom("off-beat chords", "synth organ", "FM keys", "grand piano"),
        idiom("pad", "warm pad", "string ensemble"),
    ),
    melody=(
        idiom("soul", "vocal oohs", "Rhodes", "saw lead"),
        idiom("synth hook", "synth pluck", "square lead", "FM keys"),
        idiom("sparse", "vocal oohs", "vibraphone"),
    ),
    bright_moods=("groovy", "sunny", "uplifting", "playful"), dark_moods=("groovy", "moody", "cool", "dark"),
    eras=("90s", "2000s", "2020s"), textures=("club", "shuffled", "skippy", "bass-heavy"), sevenths=0.35,
    swing=(0.45, 0.8), looseness=0.1, wetness=0.2, section_names=_CLUB,
)  # fmt: skip

DUBSTEP = Genre(
    name="dubstep", synonyms=("brostep", "wobble bass music", "bass music", "140"), tempo_bpm=(136, 144),
    progressions={"minor": ("i", "i bVI", "i bII", "i i bVI bVII", "i bVII bVI V"), "dorian": ("i7", "i IV")},
    modes=("minor", "minor", "minor", "dorian"), chord_bars=(2.0, 2.0, 1.0),
    grooves=(
        Groove("half-time dubstep beat", {
            "kick": "X.........x.....", "snare": "........X.......", "closed_hat": "x.oox.oox.oox.oo"
        }),
        Groove("syncopated dubstep beat", {
            "kick": "X..x......x..x..", "snare": "........X.......", "closed_hat": "x.x.x.xrx.x.x.rr"
        }),
        Groove("deep dubstep beat", {
            "kick": "X.....x.........X.........x..x..", "snare": "........X.......", "rim": "...o..o......o..",
            "shaker": "g.ogg.ogg.ogg.og"
        }),
        Groove("heavy dubstep beat", {
            "kick": "X...............X.....x...x.....", "snare": "........X.......", "clap": "........x.......",
            "open_hat": "....x.......x..."
        }),
    ),
    kits=instruments("electronic kit", "909 drum machine", "808 drum machine"), fills="electronic",
    bass=(
        idiom("wobble", "saw bass", "square bass"),
        idiom("wobble", "saw bass"),
        idiom("wobble", "square bass"),
        idiom("half-time", "sub bass", "FM bass"),
    ),
    comping=(
        idiom("pad", "saw pad", "warm pad", "choir pad", "halo pad"),
        idiom("stabs", "saw pad", "supersaw", "FM keys"),
        idiom("sixteenth arpeggio", "synth pluck", "square lead"),
    ),
    melody=(
        idiom("synth hook", "saw lead", "square lead", "supersaw"),
        idiom("sparse", "vocal oohs", "grand piano", "synth pluck"),
        idiom("anthem", "supersaw", "synth brass"),
    ),
    bright_moods=("epic", "energetic"), dark_moods=("dark", "aggressive", "menacing", "tense", "epic"),
    eras=("2000s", "2010s", "modern"), textures=("wobble", "half-time", "bass-heavy", "festival"), sevenths=0.05,
    inversions=0.0, secondary_dominants=0.0, looseness=0.0, wetness=0.22, section_names=_CLUB,
)  # fmt: skip

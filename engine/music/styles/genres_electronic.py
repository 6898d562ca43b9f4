"""Rows of GENRES: house, techno, trance, drum and bass, synthwave and ambient."""

from __future__ import annotations

from engine.music.styles import progressions as p
from engine.music.styles.genre import Genre, Groove, idiom, instruments

_CLUB = ("intro", "groove", "drop")

HOUSE = Genre(
    name="house", synonyms=("house music", "deep house", "dance", "club house"), tempo_bpm=(116, 128),
    progressions=p.HOUSE, modes=("minor", "minor", "dorian", "major", "mixolydian"), chord_bars=(1.0, 1.0, 2.0, 0.5),
    grooves=(
        Groove("four-on-the-floor house beat", {
            "kick": "x...x...x...x...", "clap": "....x.......x...", "open_hat": "..x...x...x...x.",
            "closed_hat": "o.o.o.o.o.o.o.o."
        }),
        Groove("shuffled house beat", {
            "kick": "x...x...x...x...", "clap": "....x.......x...", "open_hat": "..x...x...x...x.",
            "closed_hat": "xo.oxo.oxo.oxo.o", "shaker": "gogogogogogogogo"
        }),
        Groove("deep house beat", {
            "kick": "x...x...x...x...", "rim": "...x..x....x..x.", "clap": "....x.......x...",
            "closed_hat": "..x...x...x...x."
        }),
        Groove("percussive house beat", {
            "kick": "x...x...x...x...", "clap": "....x.......x..o", "conga_high": "..o..o....o..o..",
            "conga_low": "......o.......oo", "open_hat": "..x...x...x...x."
        }),
        Groove("garage beat", {
            "kick": "x.........x.....", "clap": "....x.......x...", "closed_hat": "x.xxo.x.xoxxo.xo",
            "open_hat": "..x...x...x...x."
        }),
    ),
    kits=instruments("909 drum machine", "909 drum machine", "electronic kit", "808 drum machine"), fills="electronic",
    bass=(
        idiom("off-beat", "saw bass", "square bass", "FM bass", "sub bass", "synth bass"),
        idiom("syncopated", "FM bass", "square bass", "sub bass"),
        idiom("octave", "FM bass", "saw bass", "synth bass"),
    ),
    comping=(
        idiom("stabs", "FM keys", "Rhodes", "synth organ", "saw pad", "grand piano"),
        idiom("off-beat chords", "grand piano", "synth organ", "FM keys", "bright piano"),
        idiom("pad", "warm pad", "saw pad", "string ensemble"),
        idiom("plucked pattern", "synth pluck", "FM keys"),
    ),
    melody=(
        idiom("synth hook", "synth pluck", "square lead", "saw lead", "marimba", "FM keys"),
        idiom("hook", "vocal oohs", "alto sax", "saw lead", "flute"),
        idiom("arpeggio", "synth pluck", "square lead"),
        idiom("sparse", "vocal oohs", "vibraphone", "FM keys"),
    ),
    bright_moods=("groovy", "uplifting", "sunny", "euphoric", "warm"),
    dark_moods=("groovy", "hypnotic", "moody", "cool", "dreamy"), eras=("90s", "2000s", "2010s", "modern"),
    textures=("club", "four on the floor", "dancefloor", "deep"), sevenths=0.35, swing=(0.0, 0.45), looseness=0.1,
    wetness=0.25, section_names=_CLUB,
)  # fmt: skip

TECHNO = Genre(
    name="techno", synonyms=("minimal techno", "detroit techno", "warehouse techno", "acid techno"),
    tempo_bpm=(122, 142), progressions=p.TECHNO, modes=("minor", "minor", "dorian"), chord_bars=(2.0, 1.0, 2.0),
    grooves=(
        Groove("pounding techno beat", {
            "kick": "X...X...X...X...", "open_hat": "..x...x...x...x.", "closed_hat": "oooooooooooooooo"
        }),
        Groove("minimal techno beat", {
            "kick": "x...x...x...x...", "rim": "...x.....x......", "closed_hat": "..x...x...x..ox.",
            "shaker": "gogogogogogogogo"
        }),
        Groove("techno beat with claps", {
            "kick": "x...x...x...x...", "clap": "....x.......x...", "ride": "..x...x...x...x.",
            "low_tom": "...o..o....o..o."
        }),
        Groove("broken techno beat", {
            "kick": "x..x..x...x..x..", "clap": "....x.......x...", "closed_hat": "oxo.oxo.oxo.oxo.",
            "ride": "x...x...x...x..."
        }),
        Groove("percussive techno beat", {
            "kick": "x...x...x...x...", "conga_low": "..o..o.o..o..o.o", "cowbell": "...x......x.....",
            "open_hat": "..x...x...x...x."
        }),
    ),
    kits=instruments("909 drum machine", "909 drum machine", "808 drum machine", "electronic kit"), fills="electronic",
    bass=(
        idiom("rolling sixteenth-note", "saw bass", "sub bass", "FM bass", "square bass"),
        idiom("off-beat", "sub bass", "FM bass", "saw bass"),
        idiom("eighth-note", "square bass", "sub bass"),
    ),
    comping=(
        idiom("stabs", "saw pad", "FM keys", "synth organ"),
        idiom("sixteenth arpeggio", "synth pluck", "square lead", "FM keys"),
        idiom("pad", "warm pad", "saw pad", "sweep pad"),
    ),
    melody=(
        idiom("synth hook", "saw lead", "square lead", "synth pluck", "FM keys"),
        idiom("arpeggio", "square lead", "synth pluck", "saw lead"),
        idiom("sparse", "FM keys", "vocal oohs", "synth pluck"),
    ),
    bright_moods=("hypnotic", "driving"), dark_moods=("hypnotic", "dark", "driving", "tense", "menacing", "mysterious"),
    eras=("90s", "2000s", "2010s", "modern"),
    textures=("club", "four on the floor", "warehouse", "minimal", "repetitive"), sevenths=0.15, inversions=0.0,
    secondary_dominants=0.0, looseness=0.0, wetness=0.25, section_names=_CLUB,
)  # fmt: skip

TRANCE = Genre(
    name="trance", synonyms=("uplifting trance", "EDM", "vocal trance", "progressive trance"), tempo_bpm=(126, 142),
    progressions=p.TRANCE, modes=("minor", "minor", "major"), chord_bars=(1.0, 1.0, 2.0),
    grooves=(
        Groove("four-on-the-floor trance beat", {
            "kick": "x...x...x...x...", "clap": "....x.......x...", "open_hat": "..x...x...x...x.",
            "closed_hat": "xo.oxo.oxo.oxo.o"
        }),
        Groove("driving trance beat", {
            "kick": "x...x...x...x...", "snare": "....x.......x...", "open_hat": "..x...x...x...x.",
            "ride": "x...x...x...x...", "shaker": "gogogogogogogogo"
        }),
        Groove("big-room beat", {
            "kick": "X...X...X...X...", "clap": "....x.......x...", "closed_hat": "..x...x...x...x."
        }),
    ),
    kits=instruments("909 drum machine", "electronic kit"), fills="electronic",
    bass=(
        idiom("off-beat", "saw bass", "square bass"),
        idiom("rolling sixteenth-note", "saw bass", "FM bass"),
        idiom("octave", "saw bass", "square bass"),
    ),
    comping=(
        idiom("trance gate", "supersaw", "saw pad"),
        idiom("pad", "supersaw", "warm pad", "saw pad", "choir pad"),
        idiom("plucked pattern", "synth pluck"),
        idiom("sixteenth arpeggio", "synth pluck", "saw lead"),
        idiom("block chords", "supersaw", "grand piano"),
    ),
    melody=(
        idiom("anthem", "supersaw", "saw lead"),
        idiom("arpeggio", "synth pluck", "saw lead", "square lead"),
        idiom("synth hook", "supersaw", "synth pluck", "saw lead"),
    ),
    bright_moods=("euphoric", "uplifting", "energetic", "triumphant"),
    dark_moods=("euphoric", "epic", "driving", "dreamy", "energetic"), eras=("90s", "2000s", "2010s"),
    textures=("four on the floor", "festival", "supersaws", "rave"), sevenths=0.05, looseness=0.0, wetness=0.4,
    section_names=_CLUB,
)  # fmt: skip

DRUM_AND_BASS = Genre(
    name="drum and bass", synonyms=("drum & bass", "dnb", "jungle", "liquid drum and bass"), tempo_bpm=(164, 178),
    progressions=p.DRUM_AND_BASS, modes=("minor", "minor", "dorian", "major"), chord_bars=(2.0, 2.0, 1.0),
    grooves=(
        Groove("two-step breakbeat", {
            "kick": "x.........x.....", "snare": "....x.......x...", "closed_hat": "x.x.x.x.x.x.x.x."
        }),
        Groove("chopped break", {
            "kick": "x.x.......xx....x.x.......x.....", "snare": "....x..g.g..x..g....x..g.g....x.",
            "closed_hat": "x.x.x.x.x.x.x.x."
        }),
        Groove("rolling break", {
            "kick": "x.........x..x..", "snare": "....x..g.g..x.g.", "ride": "x.x.x.x.x.x.x.x.",
            "shaker": "gogogogogogogogo"
        }),
        Groove("half-time drum and bass beat", {
            "kick": "x.....x.........", "snare": "........X.......", "closed_hat": "x.oox.oox.oox.oo"
        }),
        Groove("stepping beat", {
            "kick": "x..x......x.....", "snare": "....X.......X...", "open_hat": "..x...x...x...x.",
            "closed_hat": "oo.ooo.ooo.ooo.o"
        }),
    ),
    kits=instruments("electronic kit", "909 drum machine", "room kit", "lo-fi drum machine"), fills="electronic",
    bass=(
        idiom("half-time", "sub bass", "saw bass", "FM bass"),
        idiom("droning", "sub bass", "saw bass"),
        idiom("sliding", "sub bass", "808 bass"),
        idiom("syncopated", "FM bass", "square bass", "saw bass"),
    ),
    comping=(
        idiom("pad", "warm pad", "saw pad", "string ensemble", "halo pad"),
        idiom("stabs", "FM keys", "Rhodes", "saw pad"),
        idiom("block chords", "Rhodes", "grand piano", "FM keys"),
        idiom("sixteenth arpeggio", "synth pluck"),
    ),
    melody=(
        idiom("sparse", "vocal oohs", "saw lead", "Rhodes", "flute"),
        idiom("synth hook", "synth pluck", "square lead", "saw lead"),
        idiom("anthem", "saw lead", "supersaw"),
        idiom("slow", "vocal oohs", "string ensemble", "saw lead"),
    ),
    bright_moods=("energetic", "uplifting", "euphoric", "dreamy"),
    dark_moods=("dark", "energetic", "driving", "menacing", "moody", "dreamy"),
    eras=("90s", "2000s", "2010s", "modern"), textures=("breakbeat", "rave", "fast breaks", "jungle breaks"),
    sevenths=0.3, looseness=0.15, wetness=0.3, section_names=_CLUB,
)  # fmt: skip

SYNTHWAVE = Genre(
    name="synthwave", synonyms=("retrowave", "outrun", "synth-pop", "retro synth"), tempo_bpm=(82, 124),
    progressions=p.SYNTHWAVE, modes=("minor", "minor", "major", "dorian"), chord_bars=(1.0, 2.0),
    grooves=(
        Groove("gated-snare beat", {
            "kick": "x.......x.......", "snare": "....X.......X...", "closed_hat": "x.x.x.x.x.x.x.x."
        }),
        Groove("four-on-the-floor synth beat", {
            "kick": "x...x...x...x...", "snare": "....X.......X...", "closed_hat": "xoxoxoxoxoxoxoxo"
        }),
        Groove("driving synth beat", {
            "kick": "x.....x.x.......", "snare": "....X.......X...", "closed_hat": "x.x.x.x.x.x.x.x.",
            "open_hat": "..............x."
        }),
        Groove("drum machine with toms", {
            "kick": "x.......x.x.....", "snare": "....X.......X...", "low_tom": "..............oo",
            "high_tom": "...........oo...", "closed_hat": "x.o.x.o.x.o.x.o."
        }),
        Groove("half-time synth beat", {
            "kick": "x.........x.....", "snare": "........X.......", "closed_hat": "x.o.x.o.x.o.x.o.",
            "clap": "........x......."
        }),
    ),
    kits=instruments("808 drum machine", "909 drum machine", "electronic kit", "power kit"), fills="electronic",
    bass=(
        idiom("eighth-note", "saw bass", "square bass", "synth bass"),
        idiom("octave", "saw bass", "square bass", "FM bass"),
        idiom("rolling sixteenth-note", "saw bass", "synth bass"),
        idiom("root-note", "saw bass"),
    ),
    comping=(
        idiom("pad", "saw pad", "warm pad", "string ensemble", "polysynth"),
        idiom("sixteenth arpeggio", "synth pluck", "square lead", "saw lead"),
        idiom("block chords", "FM keys", "saw pad", "synth brass"),
        idiom("stabs", "synth brass", "FM keys", "polysynth"),
        idiom("pulse", "FM keys", "synth pluck"),
    ),
    melody=(
        idiom("singing", "saw lead", "square lead", "calliope lead"),
        idiom("anthem", "saw lead", "synth brass", "supersaw"),
        idiom("arpeggio", "square lead", "synth pluck"),
        idiom("rock lead", "overdriven guitar", "saw lead"),
        idiom("singing", "alto sax"),
    ),
    bright_moods=("nostalgic", "uplifting", "dreamy", "energetic"),
    dark_moods=("nostalgic", "dark", "dreamy", "driving", "mysterious", "cinematic"),
    eras=("80s", "80s", "retro", "modern"), textures=("analog synths", "neon", "retro", "night drive", "synths"),
    sevenths=0.12, looseness=0.05, wetness=0.35,
)  # fmt: skip

AMBIENT = Genre(
    name="ambient", synonyms=("ambient music", "soundscape", "chillout", "meditation music"), tempo_bpm=(60, 92),
    progressions=p.AMBIENT, modes=("major", "minor", "dorian", "mixolydian"), chord_bars=(2.0, 1.0, 2.0),
    grooves=(
        Groove("sparse percussion", {"kick": "o...............", "shaker": "..g...g...g...g."}),
        Groove("heartbeat", {"kick": "o.o.....o.o.....", "rim": "............g..."}),
        Groove("soft pulse", {"kick": "o...g...o...g...", "closed_hat": "..g...g...g...g."}),
        Groove("slow toms", {"low_tom": "o.....g.........o.....g...o.....", "ride": "g.......g......."}),
        Groove("downtempo beat", {
            "kick": "o.........o.....", "rim": "....o.......o...", "closed_hat": "g.o.g.o.g.o.g.o."
        }),
        Groove("drifting six-eight", {"kick": "o...........", "rim": "......g.....", "shaker": "g.g.g.g.g.g."}, 6),
    ),
    kits=instruments("808 drum machine", "lo-fi drum machine", "brushed kit", "TR-808 kit"), fills="soft",
    bass=(
        idiom("droning", "sub bass", "FM bass", "fretless bass"),
        idiom("root-note", "sub bass", "fretless bass", "upright bass"),
    ),
    comping=(
        idiom("pad", "warm pad", "saw pad", "slow strings", "choir", "new age pad", "halo pad"),
        idiom("swells", "slow strings", "warm pad", "choir pad", "sweep pad"),
        idiom("arpeggio", "harp", "vibraphone", "FM keys", "kalimba"),
        idiom("lazy chords", "grand piano", "Rhodes", "FM keys"),
    ),
    melody=(
        idiom("sparse", "grand piano", "vibraphone", "music box", "flute", "celesta", "FM keys"),
        idiom("slow", "cello", "french horn", "pan flute", "vocal oohs", "square lead"),
        idiom("slow arpeggio", "harp", "music box", "synth pluck", "kalimba"),
        idiom("bells", "celesta", "glockenspiel", "music box"),
    ),
    bright_moods=("peaceful", "dreamy", "ethereal", "calm", "hopeful"),
    dark_moods=("mysterious", "ethereal", "dreamy", "melancholic", "lonely", "cinematic"),
    eras=("70s", "90s", "modern", "timeless"), textures=("atmospheric", "spacious", "pads", "drifting", "reverb"),
    sevenths=0.3, inversions=0.12, secondary_dominants=0.0, looseness=0.8, wetness=0.6,
)  # fmt: skip

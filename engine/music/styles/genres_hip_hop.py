"""Rows of GENRES: lo-fi hip hop, boom bap and trap."""

from __future__ import annotations

from engine.music.styles import progressions as p
from engine.music.styles.genre import Genre, Groove, idiom, instruments

_RAP = ("intro", "verse", "hook")

LOFI_HIP_HOP = Genre(
    name="lo-fi hip hop", synonyms=("lofi", "lo-fi", "lofi beats", "chillhop", "lofi hip hop", "study beats"),
    tempo_bpm=(68, 94), progressions=p.LOFI, modes=("minor", "major", "dorian"), chord_bars=(1.0, 1.0, 0.5, 2.0),
    grooves=(
        Groove("dusty swung beat", {
            "kick": "x.....x..x......", "snare": "....x.......x...", "closed_hat": "x.o.x.o.x.o.x.o."
        }),
        Groove("lazy lo-fi beat", {
            "kick": "x......xx.......", "rim": "....x.......x...", "closed_hat": "x.oox.o.x.oox.o."
        }),
        Groove("mellow boom-bap beat", {
            "kick": "x..x......x.....", "snare": "....x.......x..g", "closed_hat": "o.o.o.o.o.o.o.oo",
            "shaker": "..g...g...g...g."
        }),
        Groove("half-time lo-fi beat", {
            "kick": "x.....x.........x.....x...x.....", "snare": "........x.......", "closed_hat": "o.x.o.x.o.x.o.x."
        }),
        Groove("rim-click beat", {
            "kick": "x.......x.x.....", "rim": "....x.......x..o", "closed_hat": "x.x.x.x.x.x.x.x.",
            "open_hat": "..............o."
        }),
    ),
    kits=instruments("lo-fi drum machine", "lo-fi drum machine", "jazz kit", "acoustic kit"), fills="soft",
    bass=(
        idiom("root-note", "finger bass", "upright bass", "sub bass"),
        idiom("syncopated", "upright bass", "finger bass", "sub bass"),
        idiom("kick-locked", "sub bass", "finger bass", "upright bass"),
        idiom("root-and-fifth", "fretless bass", "upright bass"),
    ),
    comping=(
        idiom("lazy chords", "Rhodes", "electric piano", "grand piano", "jazz guitar", "FM keys"),
        idiom("lazy chords", "Rhodes", "nylon guitar", "grand piano"),
        idiom("block chords", "Rhodes", "electric piano"),
        idiom("arpeggio", "jazz guitar", "nylon guitar", "Rhodes"),
        idiom("pad", "warm pad"),
    ),
    melody=(
        idiom("lo-fi", "jazz guitar", "vibraphone", "flute", "Rhodes", "muted trumpet", "tenor sax", "kalimba"),
        idiom("sparse", "grand piano", "vibraphone", "vocal oohs", "music box"),
        idiom("bells", "celesta", "kalimba", "glockenspiel"),
    ),
    bright_moods=("mellow", "chill", "dreamy", "warm", "nostalgic"),
    dark_moods=("mellow", "chill", "nostalgic", "bittersweet", "lonely", "dreamy"),
    eras=("90s", "2010s", "modern", "vintage"),
    textures=("vinyl", "dusty", "study", "tape", "vinyl crackle", "late night", "jazzy"), sevenths=0.7,
    swing=(0.3, 0.7), looseness=1.3, ghosts=0.06, wetness=0.28, section_names=_RAP,
)  # fmt: skip

BOOM_BAP = Genre(
    name="boom bap", synonyms=("hip hop", "hip-hop", "boom-bap hip hop", "rap beat", "east coast hip hop"),
    tempo_bpm=(82, 98), progressions={**p.LOFI, "minor": (*p.LOFI["minor"], *p.TRAP["minor"])},
    modes=("minor", "minor", "dorian", "major"), chord_bars=(1.0, 2.0, 0.5),
    grooves=(
        Groove("boom-bap beat", {
            "kick": "x.x....x..x.....", "snare": "....X.......X...", "closed_hat": "x.x.x.x.x.x.x.x."
        }),
        Groove("swung boom-bap beat", {
            "kick": "x......x.xx.....", "snare": "....X.......X..g", "closed_hat": "x.x.x.xxx.x.x.x."
        }),
        Groove("head-nod beat", {
            "kick": "x..x...x..x....x", "snare": "....X..g....X...", "closed_hat": "x.o.x.o.x.o.x.o."
        }),
        Groove("breakbeat", {
            "kick": "x.x.......xx....", "snare": "....x..g.g..x..g", "closed_hat": "x.x.x.x.x.x.x.x.",
            "open_hat": "..............x."
        }),
        Groove("sparse hip hop beat", {
            "kick": "x.....x...x.....x..x......x..x..", "snare": "....X.......X...", "closed_hat": "x...x...x...x...",
            "rim": ".......o........"
        }),
    ),
    kits=instruments("lo-fi drum machine", "acoustic kit", "room kit", "808 drum machine"),
    bass=(
        idiom("kick-locked", "sub bass", "finger bass", "upright bass"),
        idiom("syncopated", "upright bass", "finger bass", "sub bass"),
        idiom("root-note", "upright bass", "sub bass"),
    ),
    comping=(
        idiom("lazy chords", "grand piano", "Rhodes", "vibraphone"),
        idiom("stabs", "brass section", "string ensemble", "grand piano", "Rhodes"),
        idiom("block chords", "grand piano", "harpsichord", "electric piano"),
        idiom("arpeggio", "jazz guitar", "harp", "grand piano"),
    ),
    melody=(
        idiom("lo-fi", "muted trumpet", "flute", "alto sax", "vibraphone", "jazz guitar"),
        idiom("funk horn", "brass section", "trumpet", "tenor sax"),
        idiom("bells", "grand piano", "celesta", "pizzicato strings", "vibraphone"),
        idiom("riff", "pizzicato strings", "clavinet", "square lead"),
    ),
    bright_moods=("groovy", "laid-back", "soulful", "nostalgic", "playful"),
    dark_moods=("gritty", "moody", "laid-back", "dark", "cool", "smoky"),
    eras=("90s", "90s", "80s", "golden age", "modern"), textures=("dusty", "vinyl", "sampled", "head-nod", "breakbeat"),
    sevenths=0.4, swing=(0.15, 0.55), looseness=1.1, ghosts=0.06, fills="soft", wetness=0.18, section_names=_RAP,
)  # fmt: skip

TRAP = Genre(
    name="trap", synonyms=("trap beat", "trap music", "trap hip hop", "southern rap beat"), tempo_bpm=(128, 156),
    progressions=p.TRAP, modes=("minor", "minor", "minor", "dorian", "major"), chord_bars=(2.0, 1.0, 2.0),
    grooves=(
        Groove("half-time trap beat", {
            "kick": "x.........x.....", "clap": "........X.......", "closed_hat": "x.x.x.x.x.x.r.x."
        }),
        Groove("rolling hi-hat trap beat", {
            "kick": "x.....x.....x...", "snare": "........X.......", "closed_hat": "x.x.x.ttx.x.rrx."
        }),
        Groove("hard trap beat", {
            "kick": "x..x......x..x..", "clap": "........X.......", "closed_hat": "xxx.xxx.rrx.xxtt",
            "open_hat": "...............x"
        }),
        Groove("drill beat", {
            "kick": "x..........x....x.....x.........", "snare": "......x.....................x...",
            "closed_hat": "x..x..x.x..x..x."
        }),
        Groove("sparse trap beat", {
            "kick": "x...............x.....x...x.....", "clap": "........X.......", "closed_hat": "x...x...x...x.r.",
            "rim": "..............o."
        }),
        Groove("bouncy trap beat", {
            "kick": "x.....x...x...x.", "clap": "........X.......", "closed_hat": "x.xxx.xxx.xxx.rr",
            "cowbell": "x..x..x.....x..."
        }),
    ),
    kits=instruments("808 drum machine", "808 drum machine", "TR-808 kit"), fills="trap",
    bass=(
        idiom("sliding", "808 bass"),
        idiom("kick-locked", "808 bass", "sub bass"),
        idiom("sliding", "808 bass", "sub bass"),
    ),
    comping=(
        idiom("block chords", "grand piano", "FM keys", "choir", "harp"),
        idiom("pad", "warm pad", "choir", "saw pad", "string ensemble"),
        idiom("arpeggio", "synth pluck", "harp", "music box", "grand piano"),
        idiom("plucked pattern", "synth pluck", "pizzicato strings", "nylon guitar"),
    ),
    melody=(
        idiom("bells", "celesta", "music box", "FM keys", "glockenspiel", "vibraphone"),
        idiom("riff", "flute", "synth pluck", "grand piano", "pan flute"),
        idiom("sparse", "square lead", "saw lead", "flute", "vocal oohs"),
        idiom("slow arpeggio", "synth pluck", "music box"),
    ),
    bright_moods=("dreamy", "playful", "cool", "triumphant"),
    dark_moods=("dark", "menacing", "moody", "aggressive", "mysterious", "cool"), eras=("2010s", "2020s", "modern"),
    textures=("808s", "hi-hat rolls", "hard-hitting", "half-time"), sevenths=0.1, looseness=0.1, wetness=0.25,
    section_names=_RAP,
)  # fmt: skip

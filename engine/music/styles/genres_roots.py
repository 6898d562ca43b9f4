"""Rows of GENRES: punk, bluegrass, gospel and salsa."""

from __future__ import annotations

from engine.music.styles import progressions as p
from engine.music.styles.genre import Genre, Groove, idiom, instruments

PUNK = Genre(
    name="punk", synonyms=("punk rock", "pop punk", "hardcore punk", "skate punk"), tempo_bpm=(148, 190),
    progressions={
        "major": ("I IV V IV", "I V vi IV", "I IV I V", "I bVII IV I", "I V IV V", "vi IV I V", "I IV vi V"),
        "minor": ("i bVI bVII i", "i bVI bIII bVII", "i bVII bVI bVII", "i iv bVI bVII"),
    },
    modes=("major", "major", "minor"), chord_bars=(1.0, 1.0, 1.0, 0.5),
    grooves=(
        Groove("punk beat", {
            "kick": "x...x...x...x...", "snare": "..x...x...x...x.", "closed_hat": "x.x.x.x.x.x.x.x."
        }),
        Groove("pop punk beat", {
            "kick": "x.....x.x.x.....", "snare": "....X.......X...", "open_hat": "x...x...x...x..."
        }),
        Groove("d-beat", {"kick": "x.....x...x.....", "snare": "....X.......X...", "open_hat": "x...x...x...x..."}),
        Groove("driving tom beat", {
            "kick": "x...x...x...x...", "low_tom": "x.x.x.x.x.x.x.x.", "snare": "....x.......x..x"
        }),
        Groove("half-time punk beat", {
            "kick": "x.....x...x.....", "snare": "........X.......", "crash": "o...o...o...o..."
        }),
    ),
    kits=instruments("acoustic kit", "room kit", "power kit"),
    bass=(
        idiom("eighth-note", "picked bass"),
        idiom("eighth-note", "picked bass"),
        idiom("kick-locked", "picked bass"),
        idiom("root-and-fifth", "picked bass"),
    ),
    comping=(
        idiom("palm-muted eighths", "distorted guitar", "overdriven guitar"),
        idiom("palm-muted eighths", "distorted guitar"),
        idiom("power chords", "distorted guitar", "overdriven guitar"),
        idiom("strum", "overdriven guitar"),
    ),
    melody=(
        idiom("rock lead", "overdriven guitar", "distorted guitar"),
        idiom("hook", "overdriven guitar", "rock organ", "vocal oohs"),
        idiom("riff", "overdriven guitar", "distorted guitar"),
    ),
    bright_moods=("rowdy", "energetic", "playful", "driving"), dark_moods=("aggressive", "gritty", "driving", "tense"),
    eras=("70s", "80s", "90s", "2000s"), textures=("fast", "raw", "loud guitars", "garage band"), sevenths=0.0,
    inversions=0.0, secondary_dominants=0.0, looseness=0.8, wetness=0.1,
)  # fmt: skip

BLUEGRASS = Genre(
    name="bluegrass", synonyms=("bluegrass music", "hoedown", "old-time string band", "newgrass"), tempo_bpm=(96, 144),
    progressions={
        "major": ("I I IV I I I V I", "I IV I V", "I IV V I", "I V I I IV I V I", "I vi IV V", "I I V V IV I V I"),
        "mixolydian": ("I bVII I IV", "I I bVII bVII I bVII IV I", "I bVII IV I"),
    },
    modes=("major", "major", "major", "mixolydian"), chord_bars=(1.0, 1.0, 2.0),
    grooves=(
        Groove("train beat", {"kick": "x...x...x...x...", "snare": "ogxoogxoogxoogxo"}),
        Groove("brushed boom-chick", {"kick": "x.......x.......", "snare": "....x.g.....x.g."}),
        Groove("brushed sixteenths", {"kick": "o...o...o...o...", "snare": "ogXgogXgogXgogXg"}),
        Groove("mandolin chop on the rim", {
            "kick": "o.......o.......", "rim": "....x.......x...", "shaker": "g.g.g.g.g.g.g.g."
        }),
        Groove("bluegrass waltz", {"kick": "x...........", "rim": "....o...o...", "snare": "g.g.g.g.g.g."}, 3),
    ),
    kits=instruments("brushed kit", "brushed kit", "acoustic kit"), fills="soft",
    bass=(
        idiom("root-and-fifth", "upright bass"),
        idiom("root-and-fifth", "upright bass"),
        idiom("walking", "upright bass"),
    ),
    comping=(
        idiom("banjo roll", "banjo"),
        idiom("banjo roll", "banjo", "acoustic guitar"),
        idiom("country strum", "acoustic guitar", "banjo"),
        idiom("skank", "acoustic guitar"),
    ),
    melody=(
        idiom("breakdown", "fiddle", "banjo", "acoustic guitar"),
        idiom("country lead", "fiddle", "banjo", "acoustic guitar"),
        idiom("folk tune", "fiddle", "harmonica"),
    ),
    bright_moods=("happy", "playful", "rowdy", "energetic", "sunny"), dark_moods=("lonely", "nostalgic", "driving"),
    eras=("traditional", "40s", "50s", "modern"), textures=("acoustic", "string band", "front porch", "pickin'"),
    sevenths=0.03, inversions=0.0, looseness=0.7, wetness=0.15,
)  # fmt: skip

GOSPEL = Genre(
    name="gospel", synonyms=("gospel music", "black gospel", "praise and worship", "church music"),
    tempo_bpm=(66, 148),
    progressions={
        "major": (
            "I I7 IV #ivo7 I^5 vi7 ii7 V7", "I IV I V7", "IV I^3 ii7 I", "I V7/vi vi I7 IV ivm6 I V7sus4",
            "Imaj7 iii7 vi7 ii7 V7sus4 V7", "I IV I^3 ii7 V7sus4", "IVmaj7 III7 vi7 I7", "I7 IV7 I7 V7",
        ),
        "mixolydian": ("I7 IV7", "I7 bVII IV I7", "I7 I7 IV7 I7"),
        "minor": ("i iv i V7", "i7 iv7 bVII7 bIIImaj7", "i bVI iv V7"),
    },
    modes=("major", "major", "major", "mixolydian", "minor"),
    grooves=(
        Groove("gospel shout", {
            "kick": "x...x...x...x...", "snare": "..x...x...x...x.", "tambourine": "x.xxx.xxx.xxx.xx",
            "clap": "..x...x...x...x."
        }),
        Groove("gospel two-beat", {
            "kick": "x.......x.......", "snare": "....x.......x...", "tambourine": "..o.x.o...o.x.o.",
            "closed_hat": "x.x.x.x.x.x.x.x."
        }),
        Groove("contemporary gospel beat", {
            "kick": "x..x..x...x.x...", "snare": "....x..g.g..x..g", "closed_hat": "x.oox.oox.oox.oo"
        }),
        Groove("gospel choir claps", {
            "kick": "x.....x.x.......", "clap": "....x.......x...", "tambourine": "o.o.x.o.o.o.x.o."
        }),
        Groove("slow gospel six-eight", {
            "kick": "x.......x.x.", "snare": "......x.....", "ride": "x.o.o.x.o.o."
        }, 6),
        Groove("gospel waltz", {"kick": "x...........", "snare": "....o...o...", "tambourine": "....o...o.o."}, 3),
    ),
    kits=instruments("acoustic kit", "room kit"),
    bass=(
        idiom("walking", "finger bass", "upright bass"),
        idiom("syncopated", "finger bass", "fretless bass"),
        idiom("arpeggiated", "finger bass"),
        idiom("root-and-fifth", "finger bass"),
    ),
    comping=(
        idiom("gospel piano", "grand piano", "grand piano", "bright piano"),
        idiom("gospel piano", "drawbar organ", "percussive organ"),
        idiom("pad", "drawbar organ", "choir"),
        idiom("block chords", "drawbar organ", "grand piano", "electric piano"),
    ),
    melody=(
        idiom("singing", "choir", "vocal oohs", "drawbar organ"),
        idiom("soul", "vocal oohs", "tenor sax", "alto sax", "trumpet"),
        idiom("anthem", "choir", "brass section"),
    ),
    bright_moods=("uplifting", "soulful", "triumphant", "hopeful", "energetic"),
    dark_moods=("soulful", "passionate", "bittersweet"), eras=("50s", "60s", "70s", "90s", "modern"),
    textures=("choir", "church", "hand claps", "Hammond organ"), sevenths=0.4, inversions=0.1,
    secondary_dominants=0.15, swing=(0.0, 0.6), swing_unit_beats=0.5, ghosts=0.06, wetness=0.3,
)  # fmt: skip

SALSA = Genre(
    name="salsa", synonyms=("salsa dura", "son montuno", "mambo", "timba"), tempo_bpm=(82, 110),
    progressions={
        **p.LATIN,
        "major": (*p.LATIN["major"], "I IV V7 IV", "ii7 V7 I VI7", "I V7/ii ii7 V7"),
        "minor": (*p.LATIN["minor"], "i7 iv7 V7 i7", "i bVII bVI V7", "iiø V7 i i"),
    },
    modes=("minor", "major", "minor", "dorian"), chord_bars=(1.0, 1.0, 0.5),
    grooves=(
        Groove("salsa with 3-2 clave", {
            "clave": "x..x..x...x.x...", "conga_high": "....x.......x...", "conga_low": "......xx......xx",
            "shaker": "x.oox.oox.oox.oo", "kick": "......o.......o."
        }),
        Groove("salsa with 2-3 clave", {
            "clave": "..x.x...x..x..x.", "conga_high": "....x.......x...", "conga_low": "......xx......xx",
            "rim": "x.x.xx.xx.x.xx.x"
        }),
        Groove("cascara", {
            "rim": "x.x.xx.x.xx.x.x.", "clave": "x..x..x...x.x...", "conga_high": "....x.......x...",
            "conga_low": "......xx......xx", "kick": "......x.......x."
        }),
        Groove("mambo bell", {
            "cowbell": "x...x.x.x.x.x.x.", "clave": "..x.x...x..x..x.", "conga_high": "....x.......x...",
            "conga_low": "......xx......xx", "snare": "............g..x", "kick": "......x.......x."
        }),
        Groove("bongo martillo", {
            "bongo_high": "xoxoxo.oxoxoxo.o", "bongo_low": "......x.......x.", "clave": "x..x..x...x.x...",
            "conga_low": "......xx......xx", "shaker": "x.oox.oox.oox.oo"
        }),
    ),
    kits=instruments("acoustic kit", "room kit"), fills="latin",
    bass=(
        idiom("tumbao", "upright bass", "finger bass"),
        idiom("tumbao", "upright bass", "fretless bass"),
        idiom("tresillo", "upright bass", "finger bass"),
    ),
    comping=(
        idiom("montuno", "grand piano", "bright piano"),
        idiom("montuno", "grand piano", "electric piano", "nylon guitar"),
        idiom("stabs", "brass section"),
    ),
    melody=(
        idiom("off-beat horns", "brass section", "trombone", "trumpet"),
        idiom("latin", "trumpet", "flute", "trombone", "brass section"),
        idiom("riff", "brass section", "trumpet"),
    ),
    bright_moods=("festive", "happy", "energetic", "sunny"), dark_moods=("passionate", "festive", "driving"),
    eras=("50s", "70s", "90s", "modern"), textures=("clave", "brass", "percussion", "dance hall"), sevenths=0.25,
    inversions=0.02, looseness=0.8, wetness=0.2, section_names=("intro", "verse", "montuno"),
)  # fmt: skip

"""Rows of GENRES: funk, soul, disco, reggae and ska."""

from __future__ import annotations

from engine.music.styles import progressions as p
from engine.music.styles.genre import Genre, Groove, idiom, instruments

FUNK = Genre(
    name="funk", synonyms=("funk music", "funky groove", "funk jam", "jazz funk"), tempo_bpm=(92, 118),
    progressions=p.FUNK, modes=("dorian", "mixolydian", "minor"), chord_bars=(1.0, 1.0, 2.0),
    grooves=(
        Groove("sixteenth-note funk beat", {
            "kick": "x.x...x..x....x.", "snare": "....X..g.g..X..g", "closed_hat": "xoxoxoxoxoxoxoxo"
        }),
        Groove("tight funk beat", {
            "kick": "x..x..x...x..x..", "snare": "....x..g....x.g.", "closed_hat": "x.xxx.xxx.xxx.xx"
        }),
        Groove("displaced funk beat", {
            "kick": "x.x.......xx.x..", "snare": "....x..g.g.g....", "closed_hat": "x.o.x.o.x.o.x.o.",
            "open_hat": "..............x."
        }),
        Groove("linear funk beat", {
            "kick": "x....x..x.x.....", "snare": "....x..g..g.x..g", "closed_hat": "xoxo.oxo.x.o.oxo",
            "cowbell": "x...x...x...x..."
        }),
        Groove("open-hat funk beat", {
            "kick": "x..x....x..x....", "snare": "....x.......x..g", "closed_hat": "x.x.x.x.x.x.x...",
            "open_hat": "..............x."
        }),
    ),
    kits=instruments("acoustic kit", "room kit"),
    bass=(
        idiom("funky sixteenth-note", "slap bass", "finger bass"),
        idiom("syncopated", "slap bass", "finger bass", "synth bass"),
        idiom("kick-locked", "finger bass", "slap bass"),
        idiom("octave", "slap bass"),
    ),
    comping=(
        idiom("funk scratch", "clean electric guitar", "muted guitar"),
        idiom("clav", "clavinet", "Rhodes"),
        idiom("stabs", "brass section", "drawbar organ", "Rhodes", "electric piano"),
    ),
    melody=(
        idiom("funk horn", "brass section", "alto sax", "trumpet", "tenor sax", "synth brass"),
        idiom("riff", "clavinet", "square lead", "clean electric guitar"),
        idiom("hook", "square lead", "saw lead", "tenor sax"),
    ),
    bright_moods=("funky", "groovy", "energetic", "playful", "happy"), dark_moods=("funky", "groovy", "cool", "gritty"),
    eras=("70s", "80s", "90s", "modern"), textures=("groove", "slap", "tight", "syncopated"), sevenths=0.6,
    inversions=0.0, swing=(0.0, 0.25), ghosts=0.12, wetness=0.12,
)  # fmt: skip

SOUL = Genre(
    name="soul", synonyms=("soul music", "rhythm and blues", "motown"), tempo_bpm=(68, 112), progressions=p.SOUL,
    modes=("major", "minor", "dorian", "mixolydian"),
    grooves=(
        Groove("soul beat", {
            "kick": "x.....x.x.x.....", "snare": "....x.......x...", "closed_hat": "x.o.x.o.x.o.x.o."
        }),
        Groove("motown beat", {
            "kick": "x.....x.x.....x.", "snare": "x...x...x...x...", "tambourine": "o.o.x.o.o.o.x.o."
        }),
        Groove("neo-soul beat", {
            "kick": "x......x..x.....", "rim": "....x.......x...", "closed_hat": "x.oox.o.x.oox.o."
        }),
        Groove("slow jam beat", {
            "kick": "x..x......x.....", "snare": "....x.......x...", "closed_hat": "x.o.x.o.x.o.x.o.",
            "shaker": "o.o.o.o.o.o.o.o."
        }),
        Groove("slow six-eight soul beat", {
            "kick": "x.......x...", "snare": "......x.....", "closed_hat": "x.o.o.x.o.o."
        }, 6),
    ),
    kits=instruments("acoustic kit", "room kit", "jazz kit"),
    bass=(
        idiom("syncopated", "finger bass", "fretless bass", "synth bass"),
        idiom("kick-locked", "finger bass"),
        idiom("arpeggiated", "finger bass"),
        idiom("root-and-fifth", "finger bass"),
    ),
    comping=(
        idiom("block chords", "Rhodes", "electric piano", "grand piano", "drawbar organ"),
        idiom("lazy chords", "Rhodes", "FM keys"),
        idiom("stabs", "brass section", "clean electric guitar"),
        idiom("pad", "string ensemble", "drawbar organ"),
    ),
    melody=(
        idiom("soul", "alto sax", "tenor sax", "vocal oohs", "trumpet", "jazz guitar"),
        idiom("singing", "flute", "soprano sax", "vocal oohs", "violin"),
        idiom("funk horn", "brass section", "muted trumpet"),
    ),
    bright_moods=("soulful", "warm", "romantic", "groovy", "uplifting"),
    dark_moods=("soulful", "smoky", "moody", "bittersweet"), eras=("60s", "70s", "90s", "2000s", "modern"),
    textures=("smooth", "groove", "vintage"), sevenths=0.5, secondary_dominants=0.12, swing=(0.0, 0.4), ghosts=0.1,
    wetness=0.22,
)  # fmt: skip

DISCO = Genre(
    name="disco", synonyms=("disco music", "disco funk", "dance disco"), tempo_bpm=(108, 126),
    progressions={**p.SOUL, "minor": (*p.SOUL["minor"], *p.POP["minor"][:5])}, modes=("minor", "major", "dorian"),
    grooves=(
        Groove("four-on-the-floor disco beat", {
            "kick": "x...x...x...x...", "snare": "....x.......x...", "open_hat": "..x...x...x...x.",
            "closed_hat": "x...x...x...x..."
        }),
        Groove("sixteenth-note disco beat", {
            "kick": "x...x...x...x...", "snare": "....x.......x..g", "closed_hat": "xo.oxo.oxo.oxo.o",
            "open_hat": "..x...x...x...x."
        }),
        Groove("disco beat with claps and tambourine", {
            "kick": "x...x...x...x...", "clap": "....x.......x...", "closed_hat": "x.x.x.x.x.x.x.x.",
            "tambourine": "..x...x...x...x."
        }),
        Groove("disco beat with cowbell", {
            "kick": "x...x...x...x...", "snare": "....x.......x...", "open_hat": "..x...x...x...x.",
            "cowbell": "x.x..x.xx.x..x.x", "conga_low": "..o...oo..o...oo"
        }),
    ),
    kits=instruments("acoustic kit", "room kit", "909 drum machine"),
    bass=(
        idiom("octave", "finger bass", "slap bass", "synth bass", "saw bass"),
        idiom("octave", "finger bass", "picked bass"),
        idiom("syncopated", "finger bass", "slap bass"),
        idiom("funky sixteenth-note", "finger bass"),
    ),
    comping=(
        idiom("funk scratch", "clean electric guitar", "muted guitar"),
        idiom("stabs", "string ensemble", "brass section", "Rhodes"),
        idiom("pad", "string ensemble"),
        idiom("off-beat chords", "bright piano", "Rhodes", "clavinet"),
    ),
    melody=(
        idiom("hook", "string ensemble", "brass section", "saw lead", "vibraphone"),
        idiom("singing", "string ensemble", "flute", "vocal oohs"),
        idiom("funk horn", "brass section", "trumpet", "tenor sax"),
    ),
    bright_moods=("groovy", "euphoric", "happy", "energetic", "festive"),
    dark_moods=("groovy", "hypnotic", "cool", "driving"), eras=("70s", "late 70s", "80s", "modern"),
    textures=("dancefloor", "four on the floor", "glitter"), sevenths=0.4, looseness=0.6, wetness=0.2,
)  # fmt: skip

REGGAE = Genre(
    name="reggae", synonyms=("roots reggae", "reggae music", "reggae groove"), tempo_bpm=(66, 92),
    progressions=p.REGGAE, modes=("major", "minor", "dorian", "mixolydian"),
    grooves=(
        Groove("one drop", {"kick": "........x.......", "rim": "........x.......", "closed_hat": "x.o.x.o.x.o.x.o."}),
        Groove("rockers", {"kick": "x...x...x...x...", "snare": "........x.......", "closed_hat": "x.o.x.o.x.o.x.o."}),
        Groove("steppers", {
            "kick": "x...x...x...x...", "rim": "......x...x...x.", "closed_hat": "x.oox.oox.oox.oo",
            "snare": "........x......."
        }),
        Groove("one drop with bongos", {
            "kick": "........x.......", "snare": "........x.......", "closed_hat": "x.x.x.x.x.x.x.x.",
            "bongo_high": "..o..o....o..o..", "bongo_low": "......o.......oo"
        }),
    ),
    kits=instruments("acoustic kit", "room kit", "jazz kit"),
    bass=(
        idiom("reggae", "finger bass", "sub bass", "fretless bass"),
        idiom("reggae", "finger bass", "sub bass"),
        idiom("root-and-fifth", "finger bass"),
        idiom("syncopated", "finger bass"),
    ),
    comping=(
        idiom("skank", "clean electric guitar", "muted guitar", "grand piano", "drawbar organ"),
        idiom("skank", "clean electric guitar", "drawbar organ", "percussive organ"),
        idiom("bubble", "drawbar organ", "percussive organ", "synth organ"),
    ),
    melody=(
        idiom("off-beat horns", "brass section", "trombone", "trumpet", "alto sax"),
        idiom("singing", "harmonica", "vocal oohs", "flute", "square lead"),
        idiom("sparse", "drawbar organ", "trombone", "harmonica", "clean electric guitar"),
    ),
    bright_moods=("laid-back", "sunny", "happy", "chill", "warm"),
    dark_moods=("laid-back", "moody", "hypnotic", "mysterious"), eras=("70s", "80s", "90s", "modern"),
    textures=("off-beat", "island", "dubby", "one drop"), sevenths=0.15, inversions=0.0, swing=(0.0, 0.35), ghosts=0.04,
    wetness=0.35,
)  # fmt: skip

SKA = Genre(
    name="ska", synonyms=("ska music", "two-tone", "skank"), tempo_bpm=(126, 172), progressions=p.SKA,
    modes=("major", "major", "minor", "mixolydian"),
    grooves=(
        Groove("ska beat", {"kick": "x.......x.......", "snare": "....x.......x...", "closed_hat": "..x...x...x...x."}),
        Groove("driving ska beat", {
            "kick": "x.......x.x.....", "snare": "....x.......x...", "closed_hat": "x.x.x.x.x.x.x.x."
        }),
        Groove("one-drop ska beat", {
            "kick": "....x.......x...", "rim": "....x.......x...", "closed_hat": "x.o.x.o.x.o.x.o."
        }),
        Groove("ska punk beat", {
            "kick": "x...x.x.x...x.x.", "snare": "..x...x...x...x.", "closed_hat": "x.x.x.x.x.x.x.x."
        }),
    ),
    kits=instruments("acoustic kit", "room kit"),
    bass=(
        idiom("walking ska", "finger bass", "picked bass", "upright bass"),
        idiom("walking", "finger bass", "upright bass"),
        idiom("eighth-note", "picked bass"),
    ),
    comping=(
        idiom("off-beat chords", "clean electric guitar", "grand piano", "drawbar organ"),
        idiom("skank", "clean electric guitar", "muted guitar"),
        idiom("bubble", "drawbar organ"),
    ),
    melody=(
        idiom("off-beat horns", "brass section", "trombone", "trumpet", "tenor sax"),
        idiom("hook", "trumpet", "alto sax", "rock organ"),
        idiom("riff", "brass section", "trombone"),
    ),
    bright_moods=("happy", "energetic", "playful", "rowdy", "festive"), dark_moods=("cool", "driving", "tense"),
    eras=("60s", "80s", "90s"), textures=("off-beat", "horns", "skanking"), sevenths=0.1, ghosts=0.04,
)  # fmt: skip

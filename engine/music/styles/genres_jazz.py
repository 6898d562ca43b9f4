"""Rows of GENRES: jazz swing, bossa nova, blues and latin."""

from __future__ import annotations

from engine.music.styles import progressions as p
from engine.music.styles.genre import Genre, Groove, idiom, instruments

JAZZ_SWING = Genre(
    name="jazz swing", synonyms=("swing", "jazz", "swing jazz", "straight-ahead jazz"), tempo_bpm=(96, 178),
    progressions=p.JAZZ, modes=("major", "major", "minor", "dorian"), chord_bars=(1.0, 1.0, 0.5, 2.0),
    grooves=(
        Groove("swing ride", {"ride": "x...x.o.x...x.o.", "pedal_hat": "....o.......o...", "kick": "g...g...g...g..."}),
        Groove("swing ride with comping snare", {
            "ride": "x...x.o.x...x.o.", "pedal_hat": "....o.......o...", "snare": "......g.......o...o.........g...",
            "kick": "g...g...g...g..."
        }),
        Groove("hi-hat swing", {
            "open_hat": "o.......o.......", "closed_hat": "....x.o.....x.o.", "kick": "o...g...o...g..."
        }),
        Groove("brushed swing", {
            "snare": "o.g.o.g.o.g.o.g.", "pedal_hat": "....o.......o...", "kick": "g.......g......."
        }),
        Groove("jazz waltz", {
            "ride": "x...x.o.x...", "pedal_hat": "....o.......", "snare": "......g...o.", "kick": "o..........."
        }, 3),
        Groove("shuffle", {
            "ride": "x.o.x.o.x.o.x.o.", "snare": "....o.......o...", "kick": "o.......o.......",
            "pedal_hat": "....o.......o..."
        }),
    ),
    kits=instruments("jazz kit", "brushed kit", "acoustic kit"), fills="jazz",
    bass=(
        idiom("walking", "upright bass", "fretless bass"),
        idiom("walking", "upright bass"),
        idiom("walking", "upright bass"),
        idiom("root-and-fifth", "upright bass"),
    ),
    comping=(
        idiom("charleston", "grand piano", "jazz guitar", "Rhodes", "vibraphone"),
        idiom("charleston", "grand piano", "jazz guitar", "drawbar organ"),
        idiom("quarter chords", "jazz guitar"),
        idiom("block chords", "vibraphone", "grand piano"),
    ),
    melody=(
        idiom("swing", "tenor sax", "trumpet", "clarinet", "alto sax", "muted trumpet", "trombone"),
        idiom("bebop", "alto sax", "tenor sax", "trumpet", "grand piano", "jazz guitar", "vibraphone"),
        idiom("soul", "tenor sax", "muted trumpet"),
    ),
    bright_moods=("playful", "happy", "cool", "romantic", "warm"), dark_moods=("smoky", "cool", "moody", "mysterious"),
    eras=("30s", "40s", "50s", "60s"), textures=("swinging", "jazz combo", "jazz club", "walking bass"), sevenths=0.8,
    inversions=0.02, secondary_dominants=0.1, swing=(0.75, 1.0), swing_unit_beats=0.5, ghosts=0.04, wetness=0.22,
    section_names=("intro", "head", "solo"),
)  # fmt: skip

BOSSA_NOVA = Genre(
    name="bossa nova", synonyms=("bossa", "brazilian jazz", "bossa lounge", "latin jazz"), tempo_bpm=(108, 148),
    progressions=p.BOSSA, modes=("major", "major", "minor", "dorian"),
    grooves=(
        Groove("bossa clave", {
            "rim": "x..x..x...x..x..", "kick": "x.....x.x.....x.", "closed_hat": "o.o.o.o.o.o.o.o."
        }),
        Groove("bossa with shaker", {
            "rim": "x.....x...x.....x...x.....x.....", "kick": "x.....x.x.....x.", "shaker": "ogogogogogogogog"
        }),
        Groove("soft bossa ride", {
            "ride": "o.o.o.o.o.o.o.o.", "rim": "..x..x....x..x..", "kick": "o.....o.o.....o.",
            "pedal_hat": "....o.......o..."
        }),
        Groove("brushed bossa", {"snare": "ogogogogogogogog", "kick": "o.....o.o.....o.", "rim": "x..x..x....x..x."}),
    ),
    kits=instruments("brushed kit", "jazz kit", "acoustic kit"), fills="soft",
    bass=(
        idiom("bossa", "upright bass", "finger bass", "fretless bass"),
        idiom("bossa", "upright bass"),
        idiom("root-and-fifth", "upright bass"),
    ),
    comping=(
        idiom("bossa guitar", "nylon guitar", "nylon guitar", "jazz guitar"),
        idiom("bossa guitar", "nylon guitar", "grand piano", "Rhodes"),
        idiom("charleston", "Rhodes", "grand piano"),
    ),
    melody=(
        idiom("bossa", "flute", "tenor sax", "nylon guitar", "vocal oohs", "muted trumpet", "clarinet"),
        idiom("singing", "flute", "vocal oohs", "alto sax"),
        idiom("swing", "vibraphone", "grand piano", "tenor sax"),
    ),
    bright_moods=("mellow", "sunny", "romantic", "laid-back", "warm"),
    dark_moods=("smoky", "bittersweet", "nostalgic", "tender"), eras=("50s", "60s", "70s", "timeless"),
    textures=("lounge", "beach", "brazilian", "café"), sevenths=0.9, secondary_dominants=0.08, inversions=0.02,
    looseness=0.9, wetness=0.25, section_names=("intro", "head", "solo"),
)  # fmt: skip

BLUES = Genre(
    name="blues", synonyms=("blues music", "chicago blues", "electric blues", "blues rock"), tempo_bpm=(64, 136),
    progressions=p.BLUES, modes=("mixolydian", "mixolydian", "minor"), chord_bars=(1.0,),
    grooves=(
        Groove("shuffle", {"kick": "x.......x.......", "snare": "....x.......x...", "closed_hat": "x.o.x.o.x.o.x.o."}),
        Groove("driving shuffle", {
            "kick": "x...x...x...x...", "snare": "..g.x.g...g.x.g.", "ride": "x.o.x.o.x.o.x.o."
        }),
        Groove("swung blues beat", {
            "kick": "x.....x.x.......", "snare": "....x.......x.g.", "closed_hat": "x...x.o.x...x.o."
        }),
        Groove("slow blues beat", {"kick": "x.......x.....o.", "rim": "....x.......x...", "ride": "x.o.x.o.x.o.x.o."}),
        Groove("slow six-eight blues beat", {
            "kick": "x.........x.", "snare": "......x.....", "ride": "x.o.o.x.o.o."
        }, 6),
    ),
    kits=instruments("acoustic kit", "room kit", "jazz kit", "brushed kit"),
    bass=(
        idiom("boogie", "finger bass", "upright bass", "picked bass"),
        idiom("walking", "upright bass", "finger bass"),
        idiom("root-and-fifth", "finger bass", "upright bass"),
        idiom("arpeggiated", "finger bass"),
    ),
    comping=(
        idiom("shuffle riff", "overdriven guitar", "clean electric guitar", "honky-tonk piano"),
        idiom("block chords", "drawbar organ", "grand piano", "honky-tonk piano"),
        idiom("charleston", "grand piano", "clean electric guitar"),
        idiom("strum", "acoustic guitar"),
    ),
    melody=(
        idiom("blues licks", "overdriven guitar", "harmonica", "clean electric guitar", "tenor sax"),
        idiom("blues licks", "harmonica", "overdriven guitar", "jazz guitar"),
        idiom("soul", "tenor sax", "harmonica"),
    ),
    bright_moods=("gritty", "laid-back", "rowdy", "soulful", "playful"),
    dark_moods=("smoky", "lonely", "sad", "gritty", "moody"), eras=("30s", "50s", "60s", "70s"),
    textures=("bluesy", "juke joint"), sevenths=0.8, inversions=0.0, secondary_dominants=0.0,
    swing=(0.65, 1.0), swing_unit_beats=0.5, ghosts=0.05, wetness=0.2,
)  # fmt: skip

LATIN = Genre(
    name="latin", synonyms=("latin pop", "latin groove", "afro-cuban", "tropical"), tempo_bpm=(88, 126),
    progressions=p.LATIN, modes=("minor", "minor", "major", "dorian"),
    grooves=(
        Groove("son clave with congas", {
            "clave": "x..x..x...x.x...", "conga_high": "....x.......x...", "conga_low": "......xx......xx",
            "shaker": "o.o.o.o.o.o.o.o."
        }),
        Groove("cascara", {
            "rim": "x.x.xx.xx.x.xx.x", "clave": "..x.x...x..x..x.", "conga_low": "......xx......xx",
            "kick": "......x.......x.", "cowbell": "x...x...x...x..."
        }),
        Groove("reggaeton beat", {
            "kick": "x...x...x...x...", "snare": "...x..x....x..x.", "closed_hat": "x.x.x.x.x.x.x.x."
        }),
        Groove("cha-cha", {
            "cowbell": "x...x...x...x...", "conga_high": "o...x...o...x...", "conga_low": "......xx......xx",
            "kick": "x.......x......."
        }),
        Groove("cumbia", {
            "kick": "x.......x.......", "shaker": "x.oox.oox.oox.oo", "rim": "....x..x....x..x",
            "conga_low": "..x...x...x...x.", "cowbell": "x...x...x...x..."
        }),
        Groove("bongo groove", {
            "bongo_high": "xoxoxo.oxoxoxo.o", "bongo_low": "......x.......x.", "kick": "x.......x.......",
            "clave": "x..x..x...x.x..."
        }),
    ),
    kits=instruments("acoustic kit", "room kit"), fills="latin",
    bass=(
        idiom("tumbao", "upright bass", "finger bass"),
        idiom("tresillo", "finger bass", "synth bass", "upright bass", "sub bass"),
        idiom("root-and-fifth", "finger bass"),
    ),
    comping=(
        idiom("montuno", "grand piano", "bright piano", "electric piano"),
        idiom("strum", "nylon guitar"),
        idiom("off-beat chords", "accordion", "grand piano", "nylon guitar"),
        idiom("stabs", "brass section"),
    ),
    melody=(
        idiom("latin", "trumpet", "brass section", "flute", "trombone", "accordion"),
        idiom("off-beat horns", "brass section", "trumpet"),
        idiom("hook", "nylon guitar", "synth pluck", "steel drums", "marimba"),
    ),
    bright_moods=("festive", "happy", "sunny", "energetic", "playful"),
    dark_moods=("passionate", "festive", "romantic", "driving"), eras=("50s", "70s", "90s", "2010s", "modern"),
    textures=("percussion", "dance", "clave"), sevenths=0.2, inversions=0.03, looseness=0.8, wetness=0.2,
)  # fmt: skip

"""Rows of GENRES: pop, rock, metal, ballad, country and folk."""

from __future__ import annotations

from engine.music.styles import progressions as p
from engine.music.styles.genre import Genre, Groove, idiom, instruments

_ROCK_BEATS = (
    Groove("straight eighth-note beat", {
        "kick": "x.......x.......", "snare": "....x.......x...", "closed_hat": "x.o.x.o.x.o.x.o."
    }),
    Groove("driving beat", {"kick": "x.....x.x.......", "snare": "....x.......x...", "closed_hat": "x.x.x.x.x.x.x.x."}),
    Groove("syncopated beat", {
        "kick": "x.....xx..x.....", "snare": "....x.......x...", "closed_hat": "x.o.x.o.x.o.x.o."
    }),
    Groove("half-time beat", {
        "kick": "x.........x.....", "snare": "........x.......", "closed_hat": "x.o.x.o.x.o.x.o."
    }),
    Groove("ride beat", {"kick": "x..x....x.x.....", "snare": "....x.......x...", "ride": "x.o.x.o.x.o.x.o."}),
)  # fmt: skip
_SIX_EIGHT = Groove(
    "six-eight beat", {"kick": "x.......o...", "snare": "......x.....", "closed_hat": "x.o.o.x.o.o."}, 6
)
_WALTZ = Groove("waltz", {"kick": "x...........", "snare": "....o...o...", "closed_hat": "x...o...o..."}, 3)

POP = Genre(
    name="pop", synonyms=("pop music", "radio pop", "chart pop", "indie pop"), tempo_bpm=(88, 130), progressions=p.POP,
    modes=("major", "major", "minor", "mixolydian", "dorian"),
    grooves=(
        *_ROCK_BEATS[:3],
        Groove("four on the floor", {
            "kick": "x...x...x...x...", "clap": "....x.......x...", "closed_hat": "..x...x...x...x."
        }),
        Groove("pop beat with claps", {
            "kick": "x..x..x...x.....", "clap": "....x.......x...", "closed_hat": "x.x.x.x.x.x.x.xx",
            "tambourine": "..o...o...o...o."
        }),
        Groove("tom-led beat", {
            "kick": "x.......x.x.....", "low_tom": "..o...o...o...oo", "snare": "....x.......x...",
            "shaker": "o.o.o.o.o.o.o.o."
        }),
        _SIX_EIGHT,
    ),
    kits=instruments("acoustic kit", "room kit", "electronic kit", "909 drum machine"),
    bass=(
        idiom("root-note", "finger bass", "picked bass", "synth bass", "sub bass"),
        idiom("eighth-note", "picked bass", "saw bass", "finger bass"),
        idiom("kick-locked", "finger bass", "synth bass", "square bass"),
        idiom("syncopated", "finger bass", "slap bass"),
        idiom("octave", "synth bass", "finger bass"),
        idiom("arpeggiated", "finger bass"),
    ),
    comping=(
        idiom("block chords", "grand piano", "bright piano", "electric piano", "Rhodes"),
        idiom("strum", "acoustic guitar", "clean electric guitar"),
        idiom("pulse", "bright piano", "electric piano", "muted guitar"),
        idiom("arpeggio", "clean electric guitar", "grand piano", "synth pluck", "acoustic guitar"),
        idiom("pad", "warm pad", "string ensemble", "saw pad"),
        idiom("plucked pattern", "synth pluck", "marimba", "kalimba"),
    ),
    melody=(
        idiom("singing", "vocal oohs", "flute", "square lead", "saw lead", "violin"),
        idiom("hook", "square lead", "saw lead", "bright piano", "whistle", "synth pluck"),
        idiom("riff", "clean electric guitar", "synth pluck", "marimba", "glockenspiel"),
        idiom("anthem", "supersaw", "saw lead", "synth brass"),
    ),
    bright_moods=("happy", "uplifting", "sunny", "energetic", "playful", "hopeful", "nostalgic"),
    dark_moods=("bittersweet", "moody", "melancholic", "driving"), eras=("80s", "90s", "2000s", "2010s", "2020s"),
    textures=("catchy", "polished", "radio-friendly"), looseness=0.7, sevenths=0.12,
)  # fmt: skip

ROCK = Genre(
    name="rock", synonyms=("rock music", "alternative rock", "classic rock", "indie rock", "guitar rock"),
    tempo_bpm=(96, 160), progressions=p.ROCK, modes=("major", "minor", "mixolydian", "dorian"),
    grooves=(
        *_ROCK_BEATS,
        Groove("punk beat", {
            "kick": "x...x...x...x...", "snare": "..x...x...x...x.", "closed_hat": "x.x.x.x.x.x.x.x."
        }),
        Groove("tom groove", {"kick": "x..x..x.x..x..x.", "low_tom": "x.o.x.o.x.o.x.o.", "snare": "....x.......x..."}),
        _SIX_EIGHT,
    ),
    kits=instruments("acoustic kit", "room kit", "power kit"),
    bass=(
        idiom("eighth-note", "picked bass", "finger bass"),
        idiom("kick-locked", "picked bass", "finger bass"),
        idiom("root-and-fifth", "finger bass", "picked bass"),
        idiom("syncopated", "picked bass", "finger bass"),
        idiom("root-note", "picked bass"),
    ),
    comping=(
        idiom("power chords", "overdriven guitar", "distorted guitar"),
        idiom("strum", "clean electric guitar", "acoustic guitar", "overdriven guitar"),
        idiom("pulse", "overdriven guitar", "muted guitar", "grand piano"),
        idiom("block chords", "rock organ", "grand piano"),
        idiom("arpeggio", "clean electric guitar"),
    ),
    melody=(
        idiom("rock lead", "overdriven guitar", "distorted guitar", "clean electric guitar"),
        idiom("riff", "overdriven guitar", "distorted guitar"),
        idiom("singing", "overdriven guitar", "rock organ", "harmonica"),
        idiom("hook", "clean electric guitar", "rock organ"),
    ),
    bright_moods=("energetic", "triumphant", "driving", "sunny", "rowdy", "nostalgic"),
    dark_moods=("gritty", "moody", "tense", "dark", "driving", "melancholic"),
    eras=("60s", "70s", "80s", "90s", "2000s"), textures=("guitars", "loud", "live band", "electric guitars"),
    sevenths=0.05, ghosts=0.04, wetness=0.18,
)  # fmt: skip

METAL = Genre(
    name="metal", synonyms=("heavy metal", "thrash metal", "hard rock", "metalcore"), tempo_bpm=(100, 178),
    progressions=p.METAL, modes=("minor", "minor", "dorian"),
    grooves=(
        Groove("double-kick beat", {
            "kick": "xxxxxxxxxxxxxxxx", "snare": "....X.......X...", "ride": "x...x...x...x..."
        }),
        Groove("thrash beat", {
            "kick": "x.x.x.x.x.x.x.x.", "snare": "..X...X...X...X.", "closed_hat": "x.x.x.x.x.x.x.x."
        }),
        Groove("gallop beat", {
            "kick": "x.xxx.xxx.xxx.xx", "snare": "....X.......X...", "closed_hat": "x...x...x...x..."
        }),
        Groove("half-time breakdown", {
            "kick": "x..x..x....x.x..", "snare": "........X.......", "crash": "o...o...o...o..."
        }),
        Groove("blast beat", {"kick": "x.x.x.x.x.x.x.x.", "snare": ".x.x.x.x.x.x.x.x", "ride": "x.x.x.x.x.x.x.x."}),
        Groove("heavy beat", {"kick": "x.x...xxx.x.....", "snare": "....X.......X...", "open_hat": "x...x...x...x..."}),
        Groove("six-eight march", {"kick": "x.xxx.x.xxx.", "snare": "......X.....", "ride": "x.....x....."}, 6),
    ),
    kits=instruments("power kit", "power kit", "room kit"),
    bass=(
        idiom("kick-locked", "picked bass"),
        idiom("eighth-note", "picked bass"),
        idiom("galloping", "picked bass", "finger bass"),
        idiom("root-note", "picked bass"),
    ),
    comping=(
        idiom("chugging", "distorted guitar", "overdriven guitar"),
        idiom("power chords", "distorted guitar"),
    ),
    melody=(
        idiom("shredding", "distorted guitar", "overdriven guitar"),
        idiom("rock lead", "distorted guitar", "overdriven guitar"),
        idiom("riff", "distorted guitar"),
        idiom("slow", "choir", "string ensemble", "distorted guitar"),
    ),
    bright_moods=("epic", "energetic"), dark_moods=("aggressive", "dark", "menacing", "epic", "driving", "gritty"),
    eras=("80s", "90s", "2000s", "modern"), textures=("heavy", "distorted guitars", "double bass drums", "headbanging"),
    sevenths=0.0, inversions=0.0, secondary_dominants=0.0, chord_bars=(1.0, 1.0, 2.0, 0.5), looseness=0.5, wetness=0.12,
)  # fmt: skip

BALLAD = Genre(
    name="ballad", synonyms=("slow ballad", "power ballad", "piano ballad", "love song"), tempo_bpm=(60, 86),
    progressions=p.BALLAD, modes=("major", "major", "minor"),
    grooves=(
        Groove("slow ballad beat", {
            "kick": "x.......x.......", "rim": "....x.......x...", "closed_hat": "o.o.o.o.o.o.o.o."
        }),
        Groove("power ballad beat", {
            "kick": "x.....x.x.......", "snare": "....X.......X...", "closed_hat": "x.o.x.o.x.o.x.o."
        }),
        Groove("half-time ballad beat", {
            "kick": "x.........o.....", "snare": "........x.......", "ride": "x...o...x...o..."
        }),
        Groove("brushed ballad beat", {
            "kick": "o.......o.......", "snare": "..g.o.g...g.o.g.", "pedal_hat": "....o.......o..."
        }),
        Groove("six-eight ballad beat", {
            "kick": "x.......o...", "rim": "......x.....", "closed_hat": "o.o.o.o.o.o."
        }, 6),
        _WALTZ,
    ),
    kits=instruments("acoustic kit", "room kit", "brushed kit"),
    bass=(
        idiom("root-note", "finger bass", "fretless bass", "upright bass"),
        idiom("root-and-fifth", "fretless bass", "finger bass"),
        idiom("arpeggiated", "fretless bass", "finger bass"),
    ),
    comping=(
        idiom("ballad piano", "grand piano", "electric piano", "Rhodes"),
        idiom("arpeggio", "grand piano", "nylon guitar", "harp", "electric piano"),
        idiom("pad", "string ensemble", "slow strings", "warm pad", "choir"),
        idiom("fingerpicking", "nylon guitar", "acoustic guitar"),
    ),
    melody=(
        idiom("singing", "violin", "alto sax", "flute", "vocal oohs", "oboe", "cello", "soprano sax"),
        idiom("slow", "violin", "cello", "french horn", "clarinet", "pan flute"),
        idiom("rock lead", "overdriven guitar"),
    ),
    bright_moods=("romantic", "tender", "hopeful", "warm", "nostalgic"),
    dark_moods=("sad", "melancholic", "bittersweet", "lonely", "cinematic"), eras=("70s", "80s", "90s", "timeless"),
    textures=("slow dance", "heartfelt", "lush"), sevenths=0.3, inversions=0.15, secondary_dominants=0.08,
    chord_bars=(1.0, 1.0, 0.5), wetness=0.35, fills="acoustic",
)  # fmt: skip

COUNTRY = Genre(
    name="country", synonyms=("country music", "nashville country", "americana", "honky-tonk"), tempo_bpm=(84, 144),
    progressions=p.COUNTRY, modes=("major", "major", "major", "mixolydian"),
    grooves=(
        Groove("train beat", {"kick": "x...x...x...x...", "snare": "ogxoogxoogxoogxo"}),
        Groove("two-step", {"kick": "x.......x.......", "snare": "....x.......x...", "closed_hat": "x.o.x.o.x.o.x.o."}),
        Groove("country rock beat", {
            "kick": "x.....x.x.......", "snare": "....x.......x...", "closed_hat": "x.x.x.x.x.x.x.x.",
            "tambourine": "....o.......o..."
        }),
        Groove("cross-stick country beat", {
            "kick": "x......xx.......", "rim": "....x.......x...", "closed_hat": "o.o.o.o.o.o.o.o."
        }),
        Groove("country waltz", {"kick": "x...........", "rim": "....o...o...", "closed_hat": "x.o.o.o.o.o."}, 3),
    ),
    kits=instruments("acoustic kit", "room kit", "brushed kit"),
    bass=(
        idiom("root-and-fifth", "upright bass", "finger bass", "picked bass"),
        idiom("root-and-fifth", "upright bass", "finger bass"),
        idiom("walking", "upright bass"),
        idiom("root-note", "finger bass"),
    ),
    comping=(
        idiom("country strum", "acoustic guitar", "banjo", "clean electric guitar"),
        idiom("strum", "acoustic guitar"),
        idiom("fingerpicking", "banjo", "acoustic guitar"),
        idiom("block chords", "honky-tonk piano", "grand piano", "drawbar organ"),
    ),
    melody=(
        idiom("country lead", "clean electric guitar", "banjo", "harmonica"),
        idiom("folk tune", "fiddle", "harmonica", "accordion"),
        idiom("singing", "fiddle", "harmonica", "honky-tonk piano"),
    ),
    bright_moods=("happy", "sunny", "warm", "rowdy", "nostalgic", "laid-back"),
    dark_moods=("lonely", "bittersweet", "moody"), eras=("50s", "60s", "70s", "90s", "modern"),
    textures=("twang", "americana", "roots"), sevenths=0.1, secondary_dominants=0.08, swing=(0.0, 0.5),
    swing_unit_beats=0.5, ghosts=0.05,
)  # fmt: skip

FOLK = Genre(
    name="folk", synonyms=("folk music", "acoustic folk", "folk song", "indie folk"), tempo_bpm=(76, 124),
    progressions=p.FOLK, modes=("major", "minor", "dorian", "mixolydian"),
    grooves=(
        Groove("light hand percussion", {
            "kick": "o.......o.......", "shaker": "o.g.o.g.o.g.o.g.", "tambourine": "....o.......o..."
        }),
        Groove("stomp and clap", {"kick": "x...x...x...x...", "clap": "....x.......x..."}),
        Groove("brushed folk beat", {"kick": "o.......o.o.....", "snare": "g.g.o.g.g.g.o.gg"}),
        Groove("frame drum", {"low_tom": "x.....o.x.o.....", "shaker": "o.o.o.o.o.o.o.o.", "rim": "....o.......o..."}),
        Groove("folk waltz", {"kick": "o...........", "tambourine": "....o...o...", "shaker": "o.g.o.g.o.g."}, 3),
        Groove("jig", {"kick": "x.....x.....", "tambourine": "..o.o...o.o.", "rim": "......o....."}, 6),
    ),
    kits=instruments("acoustic kit", "brushed kit", "room kit"), fills="soft",
    bass=(
        idiom("root-and-fifth", "upright bass", "fretless bass"),
        idiom("root-note", "upright bass", "finger bass"),
        idiom("arpeggiated", "upright bass"),
    ),
    comping=(
        idiom("fingerpicking", "acoustic guitar", "nylon guitar", "banjo"),
        idiom("strum", "acoustic guitar", "nylon guitar"),
        idiom("arpeggio", "harp", "acoustic guitar", "grand piano"),
        idiom("pad", "accordion", "string ensemble"),
    ),
    melody=(
        idiom("folk tune", "fiddle", "whistle", "flute", "accordion", "recorder", "ocarina"),
        idiom("singing", "violin", "harmonica", "vocal oohs", "cello"),
        idiom("slow", "cello", "clarinet", "pan flute"),
    ),
    bright_moods=("warm", "peaceful", "hopeful", "sunny", "playful", "nostalgic"),
    dark_moods=("melancholic", "bittersweet", "lonely", "mysterious"), eras=("traditional", "60s", "70s", "2010s"),
    textures=("acoustic", "organic", "campfire"), sevenths=0.06, inversions=0.12, wetness=0.25,
)  # fmt: skip

"""Rows of GENRES: R&B, singer-songwriter, waltz and film score."""

from __future__ import annotations

from engine.music.styles import progressions as p
from engine.music.styles.genre import Genre, Groove, idiom, instruments

R_AND_B = Genre(
    name="R&B", synonyms=("contemporary R&B", "rnb", "slow jam", "neo-soul"), tempo_bpm=(62, 106),
    progressions={
        "major": (*p.SOUL["major"], "IVmaj9 iii7 vi9 V", "IVmaj7 V vi7 iii7", "ii9 iii7 IVmaj9 V7sus4"),
        "minor": (*p.SOUL["minor"], "i9 iv9 bVImaj7 v7", "bVImaj7 v7 i9 i9", "i7 bVImaj7 bIIImaj7 bVII"),
        "dorian": p.SOUL["dorian"],
    },
    modes=("major", "minor", "minor", "dorian"),
    grooves=(
        Groove("slow jam beat", {
            "kick": "x..x......x.....", "snare": "....x.......x...", "closed_hat": "x.o.x.o.x.o.x.oo"
        }),
        Groove("trap soul beat", {
            "kick": "x.....x...x.....", "clap": "........x.......", "closed_hat": "x.x.x.xrx.x.x.tt"
        }),
        Groove("new jack swing beat", {
            "kick": "x..x..x...x..x..", "snare": "....X.......X...", "closed_hat": "x.xxx.xxx.xxx.xx",
            "tambourine": "..o...o...o...o."
        }),
        Groove("finger-snap beat", {
            "kick": "x......x..x.....", "rim": "....x.......x...", "shaker": "o.ogo.ogo.ogo.og"
        }),
        Groove("six-eight slow jam", {
            "kick": "x.......x.x.", "clap": "......x.....", "closed_hat": "x.o.oox.o.oo"
        }, 6),
    ),
    kits=instruments("808 drum machine", "electronic kit", "909 drum machine", "acoustic kit"), fills="trap",
    bass=(
        idiom("syncopated", "sub bass", "finger bass", "synth bass"),
        idiom("kick-locked", "sub bass", "808 bass", "finger bass"),
        idiom("half-time", "sub bass", "fretless bass"),
        idiom("root-note", "sub bass", "finger bass"),
    ),
    comping=(
        idiom("lazy chords", "Rhodes", "electric piano", "FM keys"),
        idiom("block chords", "Rhodes", "grand piano", "electric piano"),
        idiom("pad", "warm pad", "string ensemble", "saw pad"),
        idiom("arpeggio", "clean electric guitar", "nylon guitar", "Rhodes"),
    ),
    melody=(
        idiom("soul", "vocal oohs", "alto sax", "saw lead", "clean electric guitar"),
        idiom("singing", "vocal oohs", "flute", "soprano sax"),
        idiom("sparse", "synth pluck", "Rhodes", "square lead"),
    ),
    bright_moods=("romantic", "warm", "groovy", "mellow"), dark_moods=("moody", "romantic", "smoky", "soulful"),
    eras=("90s", "2000s", "2010s", "2020s"), textures=("smooth", "late-night", "silky", "urban"), sevenths=0.6,
    inversions=0.06, secondary_dominants=0.08, swing=(0.0, 0.5), ghosts=0.05, looseness=0.5, wetness=0.25,
)  # fmt: skip

SINGER_SONGWRITER = Genre(
    name="singer-songwriter", synonyms=("acoustic singer-songwriter", "acoustic pop", "coffeehouse", "unplugged"),
    tempo_bpm=(70, 122),
    progressions={
        "major": (
            "I V vi IV", "I IV vi V", "I iii IV V", "I V^3 vi IV", "IV I V vi", "vi IV I V", "Iadd9 V vi7 IVadd9",
            "I IV I V", "I Imaj7 IV ivm", "I ii7 IV I^3",
        ),
        "minor": ("i bVI bIII bVII", "i bVII bVI bVII", "i iv bVI V", "i bIII bVII iv"),
        "mixolydian": ("I bVII IV I", "I v IV I"),
    },
    modes=("major", "major", "major", "minor", "mixolydian"),
    grooves=(
        Groove("brushed beat", {"kick": "x.......x.....o.", "snare": "..g.o.g...g.o.g."}),
        Groove("cross-stick beat", {
            "kick": "x.....x.x.......", "rim": "....x.......x...", "closed_hat": "o.o.o.o.o.o.o.o."
        }),
        Groove("cajon groove", {
            "conga_low": "x.....x.x.......", "rim": "....x..o....x...", "shaker": "o.ogo.ogo.ogo.og"
        }),
        Groove("foot stomp and tambourine", {"kick": "x...x...x...x...", "tambourine": "....x.......x..."}),
        Groove("folk waltz", {"kick": "x...........", "rim": "....o...o...", "shaker": "o.g.o.g.o.g."}, 3),
        Groove("gentle six-eight", {"kick": "x.......o...", "rim": "......x.....", "shaker": "o.g.g.o.g.g."}, 6),
    ),
    kits=instruments("brushed kit", "acoustic kit", "room kit"), fills="soft",
    bass=(
        idiom("root-note", "finger bass", "upright bass", "fretless bass"),
        idiom("root-and-fifth", "upright bass", "finger bass"),
        idiom("arpeggiated", "fretless bass", "finger bass"),
    ),
    comping=(
        idiom("fingerpicking", "acoustic guitar", "nylon guitar", "acoustic guitar"),
        idiom("strum", "acoustic guitar", "acoustic guitar", "clean electric guitar"),
        idiom("ballad piano", "grand piano", "electric piano"),
        idiom("arpeggio", "acoustic guitar", "grand piano", "clean electric guitar"),
    ),
    melody=(
        idiom("singing", "vocal oohs", "harmonica", "violin", "cello"),
        idiom("folk tune", "harmonica", "acoustic guitar", "whistle"),
        idiom("sparse", "cello", "clean electric guitar", "glockenspiel"),
    ),
    bright_moods=("warm", "hopeful", "tender", "nostalgic", "sunny"),
    dark_moods=("melancholic", "bittersweet", "lonely", "sad"), eras=("60s", "70s", "2000s", "2010s", "timeless"),
    textures=("acoustic", "intimate", "stripped-down", "unplugged"), sevenths=0.12, inversions=0.12,
    wetness=0.18, looseness=0.9,
)  # fmt: skip

WALTZ = Genre(
    name="waltz", synonyms=("viennese waltz", "musette", "3/4 dance", "valse"), tempo_bpm=(90, 178),
    progressions={
        "major": (
            "I I V7 V7 V7 V7 I I", "I V7 V7 I", "I vi ii V7", "I I IV IV V7 V7 I I", "I V7/ii ii V7", "I IV V7 I",
            "I #io7 ii7 V7",
        ),
        "minor": ("i i V7 V7 V7 V7 i i", "i iv V7 i", "i bVI iiø V7", "i bVII bVI V7", "iv i V7 i"),
    },
    modes=("major", "major", "minor"), chord_bars=(1.0, 1.0, 2.0),
    grooves=(
        Groove("waltz", {"kick": "x...........", "snare": "....o...o...", "closed_hat": "x...o...o..."}, 3),
        Groove("viennese waltz", {"kick": "X...........", "snare": "....x...o..."}, 3),
        Groove("brushed waltz", {"kick": "o...........", "snare": "..g.o.g.o.g.", "pedal_hat": "....o...o..."}, 3),
        Groove("jazz waltz", {
            "ride": "x...x.o.x...", "pedal_hat": "....o.......", "snare": "......g...o.", "kick": "o..........."
        }, 3),
        Groove("musette waltz", {"kick": "x...........", "rim": "....x...x...", "tambourine": "....o...o.o."}, 3),
    ),
    kits=instruments("brushed kit", "acoustic kit", "jazz kit"), fills="soft",
    bass=(
        idiom("root-and-fifth", "upright bass", "upright bass", "finger bass"),
        idiom("root-note", "upright bass", "fretless bass"),
        idiom("walking", "upright bass"),
        idiom("arpeggiated", "upright bass"),
    ),
    comping=(
        idiom("oom-pah", "accordion", "grand piano", "string ensemble"),
        idiom("oom-pah", "nylon guitar", "grand piano", "acoustic guitar"),
        idiom("arpeggio", "harp", "grand piano"),
        idiom("pad", "string ensemble", "slow strings"),
    ),
    melody=(
        idiom("singing", "violin", "clarinet", "flute", "accordion", "oboe"),
        idiom("folk tune", "accordion", "violin", "music box", "celesta"),
        idiom("slow", "violin", "french horn", "cello"),
    ),
    bright_moods=("romantic", "playful", "nostalgic", "happy", "warm"),
    dark_moods=("melancholic", "mysterious", "bittersweet", "romantic"), eras=("traditional", "30s", "50s", "timeless"),
    textures=("ballroom", "three-four time", "elegant", "dance"), sevenths=0.15, inversions=0.05,
    secondary_dominants=0.1, wetness=0.3,
)  # fmt: skip

FILM_SCORE = Genre(
    name="film score", synonyms=("film music", "soundtrack", "orchestral", "cinematic music", "movie score"),
    tempo_bpm=(64, 148),
    progressions={
        "minor": ("i bVI bIII bVII", "i bVI iv V", "i bVI", "i bII i bVII", "i iv bVI V", "i v bVI iv",
            "i bIII bVI iv"),
        "major": ("I bVI IV I", "I V^3 vi IV", "I bIII bVI I", "I II IV I", "I iii IV iv", "vi IV I V"),
        "dorian": ("i IV i bVII", "i bIII IV i", "i IV"),
    },
    modes=("minor", "minor", "major", "dorian"), chord_bars=(1.0, 2.0, 2.0),
    grooves=(
        Groove("epic tom ostinato", {
            "low_tom": "X..x..x.X..x..x.", "kick": "X.......X.......", "mid_tom": "......x.......xx"
        }),
        Groove("cinematic pulse", {"kick": "x...x...x...x...", "low_tom": "..o...o...o...oo"}),
        Groove("heartbeat", {"kick": "x.x.............", "shaker": "g.g.g.g.g.g.g.g."}),
        Groove("action percussion", {
            "low_tom": "X.xx.xX.x.xX.xx.", "snare": "....x..o....x.oo", "crash": "o..............."
        }),
        Groove("sparse hits", {"kick": "X...............", "low_tom": "........x.....x."}),
        Groove("six-eight march", {"low_tom": "X.o.o.X.o.oo", "snare": "......x...oo"}, 6),
        Groove("dark waltz", {"low_tom": "X...o...o...", "kick": "x..........."}, 3),
    ),
    kits=instruments("power kit", "room kit", "acoustic kit"),
    bass=(
        idiom("droning", "upright bass", "sub bass", "synth bass"),
        idiom("root-note", "upright bass", "sub bass"),
        idiom("eighth-note", "upright bass", "synth bass"),
    ),
    comping=(
        idiom("pad", "string ensemble", "slow strings", "choir", "brass section"),
        idiom("ostinato", "string ensemble", "pizzicato strings", "marimba", "cello"),
        idiom("swells", "slow strings", "string ensemble", "choir pad"),
        idiom("arpeggio", "harp", "grand piano", "celesta"),
    ),
    melody=(
        idiom("slow", "french horn", "cello", "violin", "choir", "oboe"),
        idiom("anthem", "brass section", "french horn", "string ensemble", "choir"),
        idiom("singing", "violin", "oboe", "clarinet", "flute", "cello"),
    ),
    bright_moods=("triumphant", "hopeful", "epic", "peaceful", "cinematic"),
    dark_moods=("cinematic", "dark", "mysterious", "tense", "epic", "lonely"),
    eras=("80s", "90s", "modern", "timeless"),
    textures=("orchestral", "sweeping strings", "trailer", "atmospheric"), sevenths=0.08, inversions=0.1,
    secondary_dominants=0.0, looseness=0.7, wetness=0.5, section_names=("intro", "theme", "climax"),
)  # fmt: skip

"""Rows of GENRES: funk, soul, disco, reggae, ska, jazz swing, bossa nova, blues and latin."""

from __future__ import annotations

from engine.data.writing import progressions as p
from engine.data.writing.genre import Genre, Groove, line
from engine.data.writing.voices import voices

FUNK = Genre(
    name="funk", synonyms=("funk music", "funky groove", "funk jam", "jazz funk"), tempo_bpm=(92, 118), progressions=p.FUNK, modes=("dorian", "mixolydian", "minor"), chord_bars=(1.0, 1.0, 2.0),
    grooves=(
        Groove("sixteenth-note funk beat", {"kick": "x.x...x..x....x.", "snare": "....X..g.g..X..g", "closed_hat": "xoxoxoxoxoxoxoxo"}),
        Groove("tight funk beat", {"kick": "x..x..x...x..x..", "snare": "....x..g....x.g.", "closed_hat": "x.xxx.xxx.xxx.xx"}),
        Groove("displaced funk beat", {"kick": "x.x.......xx.x..", "snare": "....x..g.g.g....", "closed_hat": "x.o.x.o.x.o.x.o.", "open_hat": "..............x."}),
        Groove("linear funk beat", {"kick": "x....x..x.x.....", "snare": "....x..g..g.x..g", "closed_hat": "xoxo.oxo.x.o.oxo", "cowbell": "x...x...x...x..."}),
        Groove("open-hat funk beat", {"kick": "x..x....x..x....", "snare": "....x.......x..g", "closed_hat": "x.x.x.x.x.x.x...", "open_hat": "..............x."}),
    ),
    kits=voices("acoustic kit", "room kit"),
    bass=(line("funky sixteenth-note", "slap bass", "finger bass"), line("syncopated", "slap bass", "finger bass", "synth bass"), line("kick-locked", "finger bass", "slap bass"), line("octave", "slap bass")),
    comping=(line("funk scratch", "clean electric guitar", "muted guitar"), line("clav", "clavinet", "Rhodes"), line("stabs", "brass section", "drawbar organ", "Rhodes", "electric piano")),
    melody=(line("funk horn", "brass section", "alto sax", "trumpet", "tenor sax", "synth brass"), line("riff", "clavinet", "square lead", "clean electric guitar"), line("hook", "square lead", "saw lead", "tenor sax")),
    bright_moods=("funky", "groovy", "energetic", "playful", "happy"), dark_moods=("funky", "groovy", "cool", "gritty"), eras=("70s", "80s", "90s", "modern"),
    sevenths=0.6, inversions=0.0, swing=(0.0, 0.25), ghosts=0.12, wetness=0.12,
)  # fmt: skip

SOUL = Genre(
    name="soul", synonyms=("R&B", "soul music", "rhythm and blues"), tempo_bpm=(68, 112), progressions=p.SOUL, modes=("major", "minor", "dorian", "mixolydian"),
    grooves=(
        Groove("soul beat", {"kick": "x.....x.x.x.....", "snare": "....x.......x...", "closed_hat": "x.o.x.o.x.o.x.o."}),
        Groove("motown beat", {"kick": "x.....x.x.....x.", "snare": "x...x...x...x...", "tambourine": "o.o.x.o.o.o.x.o."}),
        Groove("neo-soul beat", {"kick": "x......x..x.....", "rim": "....x.......x...", "closed_hat": "x.oox.o.x.oox.o."}),
        Groove("slow jam beat", {"kick": "x..x......x.....", "snare": "....x.......x...", "closed_hat": "x.o.x.o.x.o.x.o.", "shaker": "o.o.o.o.o.o.o.o."}),
        Groove("slow six-eight soul beat", {"kick": "x.......x...", "snare": "......x.....", "closed_hat": "x.o.o.x.o.o."}, 6),
    ),
    kits=voices("acoustic kit", "room kit", "jazz kit"),
    bass=(line("syncopated", "finger bass", "fretless bass", "synth bass"), line("kick-locked", "finger bass"), line("arpeggiated", "finger bass"), line("root-and-fifth", "finger bass")),
    comping=(line("block chords", "Rhodes", "electric piano", "grand piano", "drawbar organ"), line("lazy chords", "Rhodes", "FM keys"), line("stabs", "brass section", "clean electric guitar"),
             line("pad", "string ensemble", "drawbar organ")),
    melody=(line("soul", "alto sax", "tenor sax", "vocal oohs", "trumpet", "jazz guitar"), line("singing", "flute", "soprano sax", "vocal oohs", "violin"), line("funk horn", "brass section", "muted trumpet")),
    bright_moods=("soulful", "warm", "romantic", "groovy", "uplifting"), dark_moods=("soulful", "smoky", "moody", "bittersweet"), eras=("60s", "70s", "90s", "2000s", "modern"),
    sevenths=0.5, secondary_dominants=0.12, swing=(0.0, 0.4), ghosts=0.1, wetness=0.22,
)  # fmt: skip

DISCO = Genre(
    name="disco", synonyms=("disco music", "disco funk", "dance disco"), tempo_bpm=(108, 126), progressions={**p.SOUL, "minor": (*p.SOUL["minor"], *p.POP["minor"][:5])},
    modes=("minor", "major", "dorian"),
    grooves=(
        Groove("four-on-the-floor disco beat", {"kick": "x...x...x...x...", "snare": "....x.......x...", "open_hat": "..x...x...x...x.", "closed_hat": "x...x...x...x..."}),
        Groove("sixteenth-note disco beat", {"kick": "x...x...x...x...", "snare": "....x.......x..g", "closed_hat": "xo.oxo.oxo.oxo.o", "open_hat": "..x...x...x...x."}),
        Groove("disco beat with claps and tambourine", {"kick": "x...x...x...x...", "clap": "....x.......x...", "closed_hat": "x.x.x.x.x.x.x.x.", "tambourine": "..x...x...x...x."}),
        Groove("disco beat with cowbell", {"kick": "x...x...x...x...", "snare": "....x.......x...", "open_hat": "..x...x...x...x.", "cowbell": "x.x..x.xx.x..x.x", "conga_low": "..o...oo..o...oo"}),
    ),
    kits=voices("acoustic kit", "room kit", "909 drum machine"),
    bass=(line("octave", "finger bass", "slap bass", "synth bass", "saw bass"), line("octave", "finger bass", "picked bass"), line("syncopated", "finger bass", "slap bass"), line("funky sixteenth-note", "finger bass")),
    comping=(line("funk scratch", "clean electric guitar", "muted guitar"), line("stabs", "string ensemble", "brass section", "Rhodes"), line("pad", "string ensemble"), line("off-beat chords", "bright piano", "Rhodes", "clavinet")),
    melody=(line("hook", "string ensemble", "brass section", "saw lead", "vibraphone"), line("singing", "string ensemble", "flute", "vocal oohs"), line("funk horn", "brass section", "trumpet", "tenor sax")),
    bright_moods=("groovy", "euphoric", "happy", "energetic", "festive"), dark_moods=("groovy", "hypnotic", "cool", "driving"), eras=("70s", "late 70s", "80s", "modern"),
    sevenths=0.4, looseness=0.6, wetness=0.2,
)  # fmt: skip

REGGAE = Genre(
    name="reggae", synonyms=("roots reggae", "reggae music", "reggae groove"), tempo_bpm=(66, 92), progressions=p.REGGAE, modes=("major", "minor", "dorian", "mixolydian"),
    grooves=(
        Groove("one drop", {"kick": "........x.......", "rim": "........x.......", "closed_hat": "x.o.x.o.x.o.x.o."}),
        Groove("rockers", {"kick": "x...x...x...x...", "snare": "........x.......", "closed_hat": "x.o.x.o.x.o.x.o."}),
        Groove("steppers", {"kick": "x...x...x...x...", "rim": "......x...x...x.", "closed_hat": "x.oox.oox.oox.oo", "snare": "........x......."}),
        Groove("one drop with bongos", {"kick": "........x.......", "snare": "........x.......", "closed_hat": "x.x.x.x.x.x.x.x.", "bongo_high": "..o..o....o..o..", "bongo_low": "......o.......oo"}),
    ),
    kits=voices("acoustic kit", "room kit", "jazz kit"),
    bass=(line("reggae", "finger bass", "sub bass", "fretless bass"), line("reggae", "finger bass", "sub bass"), line("root-and-fifth", "finger bass"), line("syncopated", "finger bass")),
    comping=(line("skank", "clean electric guitar", "muted guitar", "grand piano", "drawbar organ"), line("skank", "clean electric guitar", "drawbar organ", "percussive organ"), line("bubble", "drawbar organ", "percussive organ", "synth organ")),
    melody=(line("off-beat horns", "brass section", "trombone", "trumpet", "alto sax"), line("singing", "harmonica", "vocal oohs", "flute", "square lead"), line("sparse", "drawbar organ", "trombone", "harmonica", "clean electric guitar")),
    bright_moods=("laid-back", "sunny", "happy", "chill", "warm"), dark_moods=("laid-back", "moody", "hypnotic", "mysterious"), eras=("70s", "80s", "90s", "modern"),
    sevenths=0.15, inversions=0.0, swing=(0.0, 0.35), ghosts=0.04, wetness=0.35,
)  # fmt: skip

SKA = Genre(
    name="ska", synonyms=("ska music", "two-tone", "skank"), tempo_bpm=(126, 172), progressions=p.SKA, modes=("major", "major", "minor", "mixolydian"),
    grooves=(
        Groove("ska beat", {"kick": "x.......x.......", "snare": "....x.......x...", "closed_hat": "..x...x...x...x."}),
        Groove("driving ska beat", {"kick": "x.......x.x.....", "snare": "....x.......x...", "closed_hat": "x.x.x.x.x.x.x.x."}),
        Groove("one-drop ska beat", {"kick": "....x.......x...", "rim": "....x.......x...", "closed_hat": "x.o.x.o.x.o.x.o."}),
        Groove("ska punk beat", {"kick": "x...x.x.x...x.x.", "snare": "..x...x...x...x.", "closed_hat": "x.x.x.x.x.x.x.x."}),
    ),
    kits=voices("acoustic kit", "room kit"),
    bass=(line("walking ska", "finger bass", "picked bass", "upright bass"), line("walking", "finger bass", "upright bass"), line("eighth-note", "picked bass")),
    comping=(line("off-beat chords", "clean electric guitar", "grand piano", "drawbar organ"), line("skank", "clean electric guitar", "muted guitar"), line("bubble", "drawbar organ")),
    melody=(line("off-beat horns", "brass section", "trombone", "trumpet", "tenor sax"), line("hook", "trumpet", "alto sax", "rock organ"), line("riff", "brass section", "trombone")),
    bright_moods=("happy", "energetic", "playful", "rowdy", "festive"), dark_moods=("cool", "driving", "tense"), eras=("60s", "80s", "90s"), sevenths=0.1, ghosts=0.04,
)  # fmt: skip

JAZZ_SWING = Genre(
    name="jazz swing", synonyms=("swing", "jazz", "swing jazz", "straight-ahead jazz"), tempo_bpm=(96, 178), progressions=p.JAZZ, modes=("major", "major", "minor", "dorian"), chord_bars=(1.0, 1.0, 0.5, 2.0),
    grooves=(
        Groove("swing ride", {"ride": "x...x.o.x...x.o.", "pedal_hat": "....o.......o...", "kick": "g...g...g...g..."}),
        Groove("swing ride with comping snare", {"ride": "x...x.o.x...x.o.", "pedal_hat": "....o.......o...", "snare": "......g.......o...o.........g...", "kick": "g...g...g...g..."}),
        Groove("hi-hat swing", {"open_hat": "o.......o.......", "closed_hat": "....x.o.....x.o.", "kick": "o...g...o...g..."}),
        Groove("brushed swing", {"snare": "o.g.o.g.o.g.o.g.", "pedal_hat": "....o.......o...", "kick": "g.......g......."}),
        Groove("jazz waltz", {"ride": "x...x.o.x...", "pedal_hat": "....o.......", "snare": "......g...o.", "kick": "o..........."}, 3),
        Groove("shuffle", {"ride": "x.o.x.o.x.o.x.o.", "snare": "....o.......o...", "kick": "o.......o.......", "pedal_hat": "....o.......o..."}),
    ),
    kits=voices("jazz kit", "brushed kit", "acoustic kit"), fills="jazz",
    bass=(line("walking", "upright bass", "fretless bass"), line("walking", "upright bass"), line("walking", "upright bass"), line("root-and-fifth", "upright bass")),
    comping=(line("charleston", "grand piano", "jazz guitar", "Rhodes", "vibraphone"), line("charleston", "grand piano", "jazz guitar", "drawbar organ"), line("quarter chords", "jazz guitar"), line("block chords", "vibraphone", "grand piano")),
    melody=(line("swing", "tenor sax", "trumpet", "clarinet", "alto sax", "muted trumpet", "trombone"), line("bebop", "alto sax", "tenor sax", "trumpet", "grand piano", "jazz guitar", "vibraphone"), line("soul", "tenor sax", "muted trumpet")),
    bright_moods=("playful", "happy", "cool", "romantic", "warm"), dark_moods=("smoky", "cool", "moody", "mysterious"), eras=("30s", "40s", "50s", "60s"),
    sevenths=0.8, inversions=0.02, secondary_dominants=0.1, swing=(0.75, 1.0), swing_unit_beats=0.5, ghosts=0.04, wetness=0.22, section_names=("intro", "head", "solo"),
)  # fmt: skip

BOSSA_NOVA = Genre(
    name="bossa nova", synonyms=("bossa", "brazilian jazz", "bossa lounge", "latin jazz"), tempo_bpm=(108, 148), progressions=p.BOSSA, modes=("major", "major", "minor", "dorian"),
    grooves=(
        Groove("bossa clave", {"rim": "x..x..x...x..x..", "kick": "x.....x.x.....x.", "closed_hat": "o.o.o.o.o.o.o.o."}),
        Groove("bossa with shaker", {"rim": "x.....x...x.....x...x.....x.....", "kick": "x.....x.x.....x.", "shaker": "ogogogogogogogog"}),
        Groove("soft bossa ride", {"ride": "o.o.o.o.o.o.o.o.", "rim": "..x..x....x..x..", "kick": "o.....o.o.....o.", "pedal_hat": "....o.......o..."}),
        Groove("brushed bossa", {"snare": "ogogogogogogogog", "kick": "o.....o.o.....o.", "rim": "x..x..x....x..x."}),
    ),
    kits=voices("brushed kit", "jazz kit", "acoustic kit"), fills="soft",
    bass=(line("bossa", "upright bass", "finger bass", "fretless bass"), line("bossa", "upright bass"), line("root-and-fifth", "upright bass")),
    comping=(line("bossa guitar", "nylon guitar", "nylon guitar", "jazz guitar"), line("bossa guitar", "nylon guitar", "grand piano", "Rhodes"), line("charleston", "Rhodes", "grand piano")),
    melody=(line("bossa", "flute", "tenor sax", "nylon guitar", "vocal oohs", "muted trumpet", "clarinet"), line("singing", "flute", "vocal oohs", "alto sax"), line("swing", "vibraphone", "grand piano", "tenor sax")),
    bright_moods=("mellow", "sunny", "romantic", "laid-back", "warm"), dark_moods=("smoky", "bittersweet", "nostalgic", "tender"), eras=("50s", "60s", "70s", "timeless"),
    sevenths=0.9, secondary_dominants=0.08, inversions=0.02, looseness=0.9, wetness=0.25, section_names=("intro", "head", "solo"),
)  # fmt: skip

BLUES = Genre(
    name="blues", synonyms=("blues music", "chicago blues", "electric blues", "blues rock"), tempo_bpm=(64, 136), progressions=p.BLUES, modes=("mixolydian", "mixolydian", "minor"), chord_bars=(1.0,),
    grooves=(
        Groove("shuffle", {"kick": "x.......x.......", "snare": "....x.......x...", "closed_hat": "x.o.x.o.x.o.x.o."}),
        Groove("driving shuffle", {"kick": "x...x...x...x...", "snare": "..g.x.g...g.x.g.", "ride": "x.o.x.o.x.o.x.o."}),
        Groove("swung blues beat", {"kick": "x.....x.x.......", "snare": "....x.......x.g.", "closed_hat": "x...x.o.x...x.o."}),
        Groove("slow blues beat", {"kick": "x.......x.....o.", "rim": "....x.......x...", "ride": "x.o.x.o.x.o.x.o."}),
        Groove("slow six-eight blues beat", {"kick": "x.........x.", "snare": "......x.....", "ride": "x.o.o.x.o.o."}, 6),
    ),
    kits=voices("acoustic kit", "room kit", "jazz kit", "brushed kit"),
    bass=(line("boogie", "finger bass", "upright bass", "picked bass"), line("walking", "upright bass", "finger bass"), line("root-and-fifth", "finger bass", "upright bass"), line("arpeggiated", "finger bass")),
    comping=(line("shuffle riff", "overdriven guitar", "clean electric guitar", "honky-tonk piano"), line("block chords", "drawbar organ", "grand piano", "honky-tonk piano"), line("charleston", "grand piano", "clean electric guitar"), line("strum", "acoustic guitar")),
    melody=(line("blues licks", "overdriven guitar", "harmonica", "clean electric guitar", "tenor sax"), line("blues licks", "harmonica", "overdriven guitar", "jazz guitar"), line("soul", "tenor sax", "harmonica")),
    bright_moods=("gritty", "laid-back", "rowdy", "soulful", "playful"), dark_moods=("smoky", "lonely", "sad", "gritty", "moody"), eras=("30s", "50s", "60s", "70s"),
    sevenths=0.8, inversions=0.0, secondary_dominants=0.0, swing=(0.65, 1.0), swing_unit_beats=0.5, ghosts=0.05, wetness=0.2,
)  # fmt: skip

LATIN = Genre(
    name="latin", synonyms=("latin pop", "latin groove", "afro-cuban", "tropical"), tempo_bpm=(88, 126), progressions=p.LATIN, modes=("minor", "minor", "major", "dorian"),
    grooves=(
        Groove("son clave with congas", {"clave": "x..x..x...x.x...", "conga_high": "....x.......x...", "conga_low": "......xx......xx", "shaker": "o.o.o.o.o.o.o.o."}),
        Groove("cascara", {"rim": "x.x.xx.xx.x.xx.x", "clave": "..x.x...x..x..x.", "conga_low": "......xx......xx", "kick": "......x.......x.", "cowbell": "x...x...x...x..."}),
        Groove("reggaeton beat", {"kick": "x...x...x...x...", "snare": "...x..x....x..x.", "closed_hat": "x.x.x.x.x.x.x.x."}),
        Groove("cha-cha", {"cowbell": "x...x...x...x...", "conga_high": "o...x...o...x...", "conga_low": "......xx......xx", "kick": "x.......x......."}),
        Groove("cumbia", {"kick": "x.......x.......", "shaker": "x.oox.oox.oox.oo", "rim": "....x..x....x..x", "conga_low": "..x...x...x...x.", "cowbell": "x...x...x...x..."}),
        Groove("bongo groove", {"bongo_high": "xoxoxo.oxoxoxo.o", "bongo_low": "......x.......x.", "kick": "x.......x.......", "clave": "x..x..x...x.x..."}),
    ),
    kits=voices("acoustic kit", "room kit"), fills="latin",
    bass=(line("tumbao", "upright bass", "finger bass"), line("tresillo", "finger bass", "synth bass", "upright bass", "sub bass"), line("root-and-fifth", "finger bass")),
    comping=(line("montuno", "grand piano", "bright piano", "electric piano"), line("strum", "nylon guitar"), line("off-beat chords", "accordion", "grand piano", "nylon guitar"), line("stabs", "brass section")),
    melody=(line("latin", "trumpet", "brass section", "flute", "trombone", "accordion"), line("off-beat horns", "brass section", "trumpet"), line("hook", "nylon guitar", "synth pluck", "steel drums", "marimba")),
    bright_moods=("festive", "happy", "sunny", "energetic", "playful"), dark_moods=("passionate", "festive", "romantic", "driving"), eras=("50s", "70s", "90s", "2010s", "modern"),
    sevenths=0.2, inversions=0.03, looseness=0.8, wetness=0.2,
)  # fmt: skip

"""Rows of GENRES: lo-fi hip hop, boom bap and trap."""

from __future__ import annotations

from engine.data.writing import progressions as p
from engine.data.writing.genre import Genre, Groove, Line
from engine.data.writing.voices import voices

_RAP = ("intro", "verse", "hook")

LOFI_HIP_HOP = Genre(
    name="lo-fi hip hop", synonyms=("lofi", "lo-fi", "lofi beats", "chillhop", "lofi hip hop", "study beats"), tempo_bpm=(68, 94), progressions=p.LOFI, modes=("minor", "major", "dorian"), chord_bars=(1.0, 1.0, 0.5, 2.0),
    grooves=(
        Groove("dusty swung beat", {"kick": "x.....x..x......", "snare": "....x.......x...", "closed_hat": "x.o.x.o.x.o.x.o."}),
        Groove("lazy lo-fi beat", {"kick": "x......xx.......", "rim": "....x.......x...", "closed_hat": "x.oox.o.x.oox.o."}),
        Groove("mellow boom-bap beat", {"kick": "x..x......x.....", "snare": "....x.......x..g", "closed_hat": "o.o.o.o.o.o.o.oo", "shaker": "..g...g...g...g."}),
        Groove("half-time lo-fi beat", {"kick": "x.....x.........x.....x...x.....", "snare": "........x.......", "closed_hat": "o.x.o.x.o.x.o.x."}),
        Groove("rim-click beat", {"kick": "x.......x.x.....", "rim": "....x.......x..o", "closed_hat": "x.x.x.x.x.x.x.x.", "open_hat": "..............o."}),
    ),
    kits=voices("lo-fi drum machine", "lo-fi drum machine", "jazz kit", "acoustic kit"), fills="soft",
    bass=(Line("root notes", voices("finger bass", "upright bass", "sub bass")), Line("syncopated", voices("upright bass", "finger bass", "sub bass")), Line("kick-locked", voices("sub bass", "finger bass", "upright bass")), Line("root and fifth", voices("fretless bass", "upright bass"))),
    comping=(Line("lazy chords", voices("Rhodes", "electric piano", "grand piano", "jazz guitar", "FM keys")), Line("lazy chords", voices("Rhodes", "nylon guitar", "grand piano")), Line("block chords", voices("Rhodes", "electric piano")), Line("arpeggio", voices("jazz guitar", "nylon guitar", "Rhodes")), Line("pad", voices("warm pad",))),
    melody=(Line("lo-fi", voices("jazz guitar", "vibraphone", "flute", "Rhodes", "muted trumpet", "tenor sax", "kalimba")), Line("sparse", voices("grand piano", "vibraphone", "vocal oohs", "music box")), Line("bells", voices("celesta", "kalimba", "glockenspiel"))),
    bright_moods=("mellow", "chill", "dreamy", "warm", "nostalgic"), dark_moods=("mellow", "chill", "nostalgic", "bittersweet", "lonely", "dreamy"), eras=("90s", "2010s", "modern", "vintage"),
    sevenths=0.7, swing=(0.3, 0.7), looseness=1.3, ghosts=0.06, wetness=0.28, section_names=_RAP,
)  # fmt: skip

BOOM_BAP = Genre(
    name="boom bap", synonyms=("hip hop", "old-school hip hop", "90s hip hop", "golden-age rap beat", "east coast rap"), tempo_bpm=(82, 98), progressions={**p.LOFI, "minor": (*p.LOFI["minor"], *p.TRAP["minor"])},
    modes=("minor", "minor", "dorian", "major"), chord_bars=(1.0, 2.0, 0.5),
    grooves=(
        Groove("boom-bap beat", {"kick": "x.x....x..x.....", "snare": "....X.......X...", "closed_hat": "x.x.x.x.x.x.x.x."}),
        Groove("swung boom-bap beat", {"kick": "x......x.xx.....", "snare": "....X.......X..g", "closed_hat": "x.x.x.xxx.x.x.x."}),
        Groove("head-nod beat", {"kick": "x..x...x..x....x", "snare": "....X..g....X...", "closed_hat": "x.o.x.o.x.o.x.o."}),
        Groove("breakbeat", {"kick": "x.x.......xx....", "snare": "....x..g.g..x..g", "closed_hat": "x.x.x.x.x.x.x.x.", "open_hat": "..............x."}),
        Groove("sparse hip hop beat", {"kick": "x.....x...x.....x..x......x..x..", "snare": "....X.......X...", "closed_hat": "x...x...x...x...", "rim": ".......o........"}),
    ),
    kits=voices("lo-fi drum machine", "acoustic kit", "room kit", "808 drum machine"),
    bass=(Line("kick-locked", voices("sub bass", "finger bass", "upright bass")), Line("syncopated", voices("upright bass", "finger bass", "sub bass")), Line("root notes", voices("upright bass", "sub bass"))),
    comping=(Line("lazy chords", voices("grand piano", "Rhodes", "vibraphone")), Line("stabs", voices("brass section", "string ensemble", "grand piano", "Rhodes")), Line("block chords", voices("grand piano", "harpsichord", "electric piano")), Line("arpeggio", voices("jazz guitar", "harp", "grand piano"))),
    melody=(Line("lo-fi", voices("muted trumpet", "flute", "alto sax", "vibraphone", "jazz guitar")), Line("funk horn", voices("brass section", "trumpet", "tenor sax")), Line("bells", voices("grand piano", "celesta", "pizzicato strings", "vibraphone")), Line("riff", voices("pizzicato strings", "clavinet", "square lead"))),
    bright_moods=("groovy", "laid-back", "soulful", "nostalgic", "playful"), dark_moods=("gritty", "moody", "laid-back", "dark", "cool", "smoky"), eras=("90s", "90s", "80s", "golden age", "modern"),
    sevenths=0.4, swing=(0.15, 0.55), looseness=1.1, ghosts=0.06, fills="soft", wetness=0.18, section_names=_RAP,
)  # fmt: skip

TRAP = Genre(
    name="trap", synonyms=("trap beat", "modern hip hop", "drill", "hard trap", "southern rap beat"), tempo_bpm=(128, 156), progressions=p.TRAP, modes=("minor", "minor", "minor", "dorian", "major"), chord_bars=(2.0, 1.0, 2.0),
    grooves=(
        Groove("half-time trap beat", {"kick": "x.........x.....", "clap": "........X.......", "closed_hat": "x.x.x.x.x.x.r.x."}),
        Groove("rolling hi-hat trap beat", {"kick": "x.....x.....x...", "snare": "........X.......", "closed_hat": "x.x.x.ttx.x.rrx."}),
        Groove("hard trap beat", {"kick": "x..x......x..x..", "clap": "........X.......", "closed_hat": "xxx.xxx.rrx.xxtt", "open_hat": "...............x"}),
        Groove("drill beat", {"kick": "x..........x....x.....x.........", "snare": "......x.....................x...", "closed_hat": "x..x..x.x..x..x."}),
        Groove("sparse trap beat", {"kick": "x...............x.....x...x.....", "clap": "........X.......", "closed_hat": "x...x...x...x.r.", "rim": "..............o."}),
        Groove("bouncy trap beat", {"kick": "x.....x...x...x.", "clap": "........X.......", "closed_hat": "x.xxx.xxx.xxx.rr", "cowbell": "x..x..x.....x..."}),
    ),
    kits=voices("808 drum machine", "808 drum machine", "TR-808 kit"), fills="trap",
    bass=(Line("808 slides", voices("808 bass",)), Line("kick-locked", voices("808 bass", "sub bass")), Line("808 slides", voices("808 bass", "sub bass"))),
    comping=(Line("block chords", voices("grand piano", "FM keys", "choir", "harp")), Line("pad", voices("warm pad", "choir", "saw pad", "string ensemble")), Line("arpeggio", voices("synth pluck", "harp", "music box", "grand piano")), Line("plucked pattern", voices("synth pluck", "pizzicato strings", "nylon guitar"))),
    melody=(Line("bells", voices("celesta", "music box", "FM keys", "glockenspiel", "vibraphone")), Line("riff", voices("flute", "synth pluck", "grand piano", "pan flute")), Line("sparse", voices("square lead", "saw lead", "flute", "vocal oohs")), Line("slow arpeggio", voices("synth pluck", "music box"))),
    bright_moods=("dreamy", "playful", "cool", "triumphant"), dark_moods=("dark", "menacing", "moody", "aggressive", "mysterious", "cool"), eras=("2010s", "2020s", "modern"),
    sevenths=0.1, looseness=0.1, wetness=0.25, section_names=_RAP,
)  # fmt: skip

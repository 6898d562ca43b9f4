"""Drum fills by family: what the last steps of a section turn into. All hits of a fill are equally long."""

FILLS: dict[str, tuple[dict[str, str], ...]] = {
    "acoustic": (
        {"snare": "xoxo", "kick": "x..."},
        {"snare": "x.xxx.xx"},
        {"snare": "xxxx....", "high_tom": "....xx..", "low_tom": "......xx"},
        {"high_tom": "xx......", "mid_tom": "..xx....", "low_tom": "....x.xx", "snare": "......oo"},
        {"snare": "x.oxx.xx", "kick": "..x..x.."},
        {"snare": "..x..x..x..x", "kick": "x..x..x..x.."},
        {"snare": "xx..", "low_tom": "..xx"},
        {"snare": "oooox.x.", "open_hat": "......x."},
    ),
    "electronic": (
        {"snare": "ooooxxxX"},
        {"clap": "x.xxx.xx"},
        {"snare": "o.o.x.xx"},
        {"open_hat": "..x...x.", "clap": "....x..x"},
        {"snare": "oooooooooooxxxxX"},
        {"high_tom": "x..x....", "low_tom": "....x.x."},
        {"clap": "x..x"},
    ),
    "trap": (
        {"closed_hat": "ttrrttrr", "snare": "....x..x"},
        {"closed_hat": "xrxrtttt", "snare": "....x..."},
        {"snare": "..x..xxx"},
        {"snare": "x..xx.xo"},
        {"kick": "x..x..x.", "open_hat": "......x."},
    ),
    "soft": (
        {"rim": "..o..oo."},
        {"snare": "..g.oogo"},
        {"closed_hat": "oooo", "open_hat": "..o."},
        {"low_tom": "o..o..o."},
        {"snare": "gooo"},
    ),
    "jazz": (
        {"snare": "..o..oo.", "ride": "x...x..."},
        {"snare": "o.gox.oo"},
        {"snare": "ooo.....", "high_tom": "...oo...", "low_tom": "......o.", "kick": "x......x"},
        {"snare": "..x.o...", "kick": "x.....x."},
        {"snare": "x..o..x.", "pedal_hat": "....x..."},
    ),
    "latin": (
        {"conga_high": "xx.xxx..", "conga_low": "......xx"},
        {"bongo_high": "xxxx..xx", "bongo_low": "....xx.."},
        {"snare": "xoxx..xx", "low_tom": "....xx.."},
        {"high_tom": "x..x....", "low_tom": "....x.x."},
        {"cowbell": "x.x.x.xx", "snare": "....xoxo"},
    ),
}  # fmt: skip

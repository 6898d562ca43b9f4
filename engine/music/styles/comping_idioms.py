"""Comping idioms as patterns by beats per bar.

X accent, x chord, o soft chord; d and u are strums down and up; 1 2 3 4 5 are single voices of the chord, 1 the lowest;
b is the lowest voice an octave down where it fits, as a guitarist's thumb plays it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Comping:
    """words: how a caption says it. voicing: "close", "open", "power" or "shell".

    short: share of its step that a hit without hold sounds.
    """

    words: str
    patterns: dict[int, tuple[str, ...]]
    voicing: str = "close"
    short: float = 0.8
    strum_s: float = 0.0  # time between the strings of one strum


COMPING_IDIOMS: dict[str, Comping] = {
    "pad": Comping("sustained", {
        4: ("x---------------", "x-------------------------------"), 3: ("x-----------",), 6: ("x-----------",)},
        "open"),
    "swells": Comping("swelling", {4: ("x-----------....", "x-------x-------", "..x-------------")}, "open"),
    "block chords": Comping("block chord", {
        4: ("x-------x-------", "x-----x-x-------", "x---o---x---o---", "x-----x---x-----", "x-----x-----x---",
            "x-------o---o---"),
        3: ("x-----------", "x---o---o---", "x-------o---"), 6: ("x-----o-----", "x---o-x---o-", "x-----x---o-")}),
    "pulse": Comping("pulsing eighth-note", {
        4: ("x.o.x.o.x.o.x.o.", "x.o.o.x.o.o.x.o.", "x-x-x-x-x-x-x-x-"), 6: ("x.o.o.x.o.o.",)}),
    "quarter chords": Comping("quarter-note", {4: ("x---x---x---x---", "x-..o-..x-..o-.."), 3: ("x---o---o---",)}),
    "strum": Comping("strummed", {
        4: ("d---d-u-..u-d-u-", "d-d-d-d-d-d-d-d-", "d---d-u-d-u-d-u-", "d-----u-..u-d-u-", "d---d---d-u-d-u-",
            "d-dud-dud-dud-du", "d-------d---d-u-"),
        3: ("d---d---d---", "d---d-u-d-u-"), 6: ("d---u-d---u-", "d-d-u-d-d-u-", "d-----d-u-d-")}, "open", 0.9, 0.012),
    "country strum": Comping("boom-chick", {
        4: ("b-..d-..2-..d-..", "b-..d-u-2-..d-u-", "b---d---b---d-u-", "b---d-u-1---d-u-"),
        3: ("b---d---d---", "b---d-u-d-u-")}, "open", 0.9, 0.010),
    "arpeggio": Comping("arpeggiated", {
        4: ("1-2-3-4-3-2-3-2-", "1-2-3-4-1-2-3-4-", "1-3-2-3-1-3-2-3-", "1-2-3-2-4-2-3-2-", "4-3-2-1-4-3-2-1-",
            "1---2---3---4---"),
        3: ("1-2-3-4-3-2-", "1-3-2-4-2-3-"), 6: ("1-2-3-4-3-2-", "1-2-3-2-3-2-", "1-3-2-4-3-2-")}, "open"),
    "fingerpicking": Comping("fingerpicked", {
        4: ("b-3-2-4-b-3-2-4-", "b-2-4-3-1-2-4-3-", "b-4-2-3-b-2-4-2-", "b--32-4-1--32-3-", "b-----3-2-4-3---"),
        3: ("b-3-4-2-4-3-", "b-2-3-4-3-2-"), 6: ("b-2-3-4-3-2-", "b-3-4-3-2-3-")}, "open", 1.0),
    "sixteenth arpeggio": Comping("sixteenth-note arpeggiated", {
        4: ("1234123412341234", "1232123212321232", "1324132413241324", "4321432143214321", "1.23.41.23.4.23.",
            "1413141214131412")}, "close", 0.7),
    "stabs": Comping("stabbing", {
        4: ("....x.......x...", "x..x..x.........", "..x...x...x...x.", "x..x...x..x...x.", "x..x..x..x..x.x.",
            "x.....x...x.....", "..x..x....x..x..", "x..x....x..x....")}, "close", 0.7),
    "off-beat chords": Comping("off-beat", {4: ("..x...x...x...x.", "..x-..x-..x-..x-", "..x...x...x..xx.")}, "close",
        0.8),
    "skank": Comping("off-beat skank", {4: ("..x...x...x...x.", "....x.......x...", "....x-......x.o.",
        "..x...xo..x...xo")}, "close", 0.6, 0.006),
    "bubble": Comping("bubbling", {4: (".oxo.oxo.oxo.oxo", "..xo..xo..xo..xo")}, "close", 0.6),
    "charleston": Comping("comping", {
        4: ("x--...x---......", "..x-......x-....", "x-....x-....o---", "......x---..x-..", "x---......x-....",
            "..x---..........x-....x---......"),
        3: ("x--.....x---", "....x-..x-..")}, "shell", 0.8),
    "bossa guitar": Comping("bossa", {4: ("x-..x-..x-..x-..", "x--x--x---x--x--", "x-..x-.x..x--x--",
        "x--...x---x---x-")}, "shell", 0.9, 0.006),
    "montuno": Comping("montuno", {
        4: ("x-2.4.2.x.2.4.x.", "x.23.4x.2.34.x2.", "14.2x.24.x2.4x2.", "x--x--x-..x-x-x-")}, "close", 0.8),
    "funk scratch": Comping("funky scratch", {
        4: ("x.o.x..o.x.o.x.o", "..x...xo..x.x.x.", "x..ox.x...x.o.x.", "....x.ox....x.xo", "x.xo..x.x.xo..x.")},
        "close", 0.5, 0.005),
    "clav": Comping("syncopated", {4: ("x.1x.2x.1.x.12x.", "1.x.1x.x.1x.2.x.", "x..1x.x.1.2x.x..", "11x.2.x.11x.2x3.")},
        "close", 0.6),
    "power chords": Comping("power chord", {
        4: ("x---------------", "x.x.x.x.x.x.x.x.", "x-----x-x-------", "x-.xx-.xx-.xx-x-", "x---..x-..x-x---",
            "x-------x---x-x-", "X-x-o-o-X-x-o-o-"),
        3: ("x---x---x---",), 6: ("x-----x---x-", "x.x.x.x.x.x.")}, "power", 0.85),
    "chugging": Comping("palm-muted chugging", {
        4: ("x.oox.oox.oox.oo", "X.o.o.X.o.o.X.o.", "X.oooo.oX.oo.oX.", "X-..o.ooX-..oooo", "oooooooooooooooo",
            "X--o.o.oX--o.o.o"), 6: ("X.oo.oX.oo.o",)}, "power", 0.6),
    "shuffle riff": Comping("shuffling", {4: ("x.x.x.x.x.x.x.x.", "x.o.x.o.x.o.x.o.", "x---....x-..x---",
        "..x-......x-x-..")}, "close", 0.8),
    "ballad piano": Comping("gentle", {
        4: ("b---o---o---o---", "b-3-4-3-2-3-4-3-", "b---x---2---x---", "x-----o-o---o---", "b-2-3-x---3-2-3-"),
        3: ("b---o---o---", "b-2-3-4-3-2-"), 6: ("b-o-o-b-o-o-", "b-2-3-4-3-2-", "b---o-o---o-")}, "open", 1.0),
    "lazy chords": Comping("lazy", {
        4: ("x-----------....", "x------x--------", "x---------x-----", "..x-------......", "x-----o---......",
            "x-----------o---", "x--o--------....")}, "shell", 1.0, 0.018),
    "plucked pattern": Comping("plucked", {
        4: ("x..x..x..x..x...", "x..x..x...x..x..", "x.x..x.x..x.x...", "1..3..2..4..3.2.", "x..xx..xx..xx.x.")},
        "close", 0.7),
    "palm-muted eighths": Comping("palm-muted eighth-note", {
        4: ("o.o.o.o.o.o.o.o.", "X.o.o.o.X.o.o.o.", "X-o.o.o.o.o.o.X-", "o.o.o.X-o.o.o.X-", "X-------o.o.o.o.")},
        "power", 0.7),
    "oom-pah": Comping("oom-pah-pah", {3: ("b---x---x---", "b---x-x-x---", "b---x---o---", "b---x.x.x.x.")}, "close",
        0.8),
    "banjo roll": Comping("rolling", {
        4: ("1241241412412414", "1214121412141214", "4214214142142141", "1.24124112.41241", "1324132413241324"),
        3: ("124124141241", "121412141214")}, "open", 0.95),
    "gospel piano": Comping("churchy", {
        4: ("b-x-..x-b-x-x---", "x--o..x-o-x-o---", "b---x-o-b-x---o-", "x-o-x---x-o-x-o-", "b--x--x-..x-o-x-"),
        3: ("b---x-o-x---", "x---o-x-o---"), 6: ("b-x-o-x-o-x-", "b---x-x---o-", "x-o-o-x-o-x-")}, "close", 0.85),
    "interlocking guitar": Comping("interlocking", {
        4: ("1.31.31.1.31.31.", "1..2..3.1..2.3..", "3.1.3.1.2.1.3.2.", "1.1.3..2.1.1.3.2", "..3.1.3...2.1.2.")},
        "close", 0.6),
    "ostinato": Comping("driving ostinato", {
        4: ("1.111.111.111.11", "1.212.212.212.21", "1.1.3.1.1.1.2.1.", "X.ooX.ooX.ooX.oo"),
        3: ("1.111.111.11", "X.o.o.o.o.o."), 6: ("1.1.3.1.1.2.", "X.o.oXo.o.oo")}, "close", 0.6),
    "trance gate": Comping("gated", {4: ("x.xxx.xxx.xxx.xx", "x.xx.xx.x.xx.xx.", "x.x.xx.x.xx.x.x.")}, "open", 0.7),
}  # fmt: skip

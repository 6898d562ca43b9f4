"""Families of progressions in roman numerals by mode; see `harmony` for the notation."""

from __future__ import annotations

POP: dict[str, tuple[str, ...]] = {
    "major": (
        "I V vi IV", "vi IV I V", "I vi IV V", "IV I V vi", "I IV vi V", "I iii IV V", "I IV I V", "I V^3 vi IV",
        "IV V iii vi", "I ii IV V",
        "I IV ii V", "I bVII IV I", "I IV iv I", "I V7/vi vi IV", "vi V IV V", "I I^3 IV V", "IV iv I I", "I iii vi IV",
        "I V ii IV",
        "IVmaj7 V7 iii7 vi7", "I Vsus4 vi7 IVadd9",
    ),
    "minor": (
        "i bVI bIII bVII", "i iv bVI V", "i bVII bVI bVII", "i bVI iv V", "i bIII bVII bVI", "i v bVI bVII",
        "i bVII bVI V", "i iv bVII bIII",
        "bVI bVII i i", "i i^3 iv V", "i bVII iv bVI", "i bVI bVII v", "i iv i V7",
    ),
    "dorian": ("i IV i IV", "i bVII IV i", "i ii bIII IV", "i IV bVII i", "i bIII IV i", "i v IV i"),
    "mixolydian": ("I bVII IV I", "I IV bVII IV", "I bVII I IV", "I v IV I", "I bVII bVII IV", "I IV I bVII"),
}  # fmt: skip

ROCK: dict[str, tuple[str, ...]] = {
    "major": (
        "I IV V IV",
        "I bVII IV I",
        "I V IV IV",
        "I IV I V",
        "vi IV I V",
        "I bIII IV I",
        "I V vi IV",
        "I bVI bVII I",
        "I ii V IV",
    ),
    "minor": (
        "i bVII bVI bVII",
        "i bIII bVII iv",
        "i bVI bVII i",
        "i bVII i bVI",
        "i iv bVI bVII",
        "i bIII iv V",
        "i bVI bIII bVII",
    ),
    "dorian": ("i IV i IV", "i bIII IV i", "i bVII IV IV", "i IV bVII i"),
    "mixolydian": ("I bVII IV I", "I IV bVII I", "I bVII I IV", "I I bVII IV", "I v bVII IV"),
}

METAL: dict[str, tuple[str, ...]] = {
    "minor": ("i5 bVI5 bVII5 i5", "i5 i5 bIII5 bII5", "i5 bII5 i5 bVII5", "i5 bVI5 iv5 V5", "i5 bVII5 bVI5 V5",
        "i5 i5 bVI5 bVII5", "i5 iv5 bVI5 bII5", "i5 bIII5 iv5 bVI5"),
    "dorian": ("i5 IV5 bIII5 bVII5", "i5 bIII5 IV5 i5", "i5 bVII5 IV5 i5"),
}  # fmt: skip

SOUL: dict[str, tuple[str, ...]] = {
    "major": (
        "Imaj7 vi7 ii7 V7", "Imaj7 IVmaj7 iii7 vi7", "IVmaj7 iii7 ii7 Imaj7", "Imaj7 iii7 IVmaj7 V7sus4",
        "ii9 V13 Imaj9 vi9", "IVmaj7 III7 vi7 V7",
        "Imaj9 ii9 iii7 ii9", "IVmaj9 V7/vi vi9 Imaj7", "Imaj7 I7 IVmaj7 ivm7", "vi7 ii7 V7 Imaj7",
    ),
    "minor": ("i7 iv7 bVII7 bIIImaj7", "i9 iv9 i9 V7", "i7 bVImaj7 iv7 V7", "i9 bVII7 bVImaj7 V7", "iv9 i9 bVImaj7 V7",
        "i7 v7 bVImaj7 iv7"),
    "dorian": ("i7 IV7 i7 IV7", "i9 IV9 i9 IV13", "i7 ii7 i7 IV7", "i9 bIIImaj7 ii7 IV9"),
    "mixolydian": ("I7 IV7 I7 bVII", "I9 bVII9 IV9 I9", "I7 v7 IV7 I7"),
}  # fmt: skip

FUNK: dict[str, tuple[str, ...]] = {
    "dorian": ("i7 IV7", "i9 IV9 i9 IV13", "i7 i7 IV7 IV7", "i9 i9 bVII9 IV9", "i7 bIII IV7 i7"),
    "mixolydian": ("I9 IV9", "I7 I7 IV7 I7", "I9 bVII9 I9 IV9", "I13 I13 IV9 bVII9", "I7 bIII7 IV7 I7"),
    "minor": ("i7 iv7", "i9 iv9 i9 V7", "i7 bVII7 bVI7 V7", "i7 i7 iv7 bVII7"),
}

HOUSE: dict[str, tuple[str, ...]] = {
    "minor": ("i7 bVImaj7 bIIImaj7 bVII", "i7 iv7 bVII bIIImaj7", "i9 v7", "i7 bVII bVImaj7 bVII", "i bVI bVII v",
        "iv7 bVII i7 i7", "i9 iv9", "i i bVI bVII"),
    "dorian": ("i7 IV7", "i9 ii7 i9 IV7", "i7 bIIImaj7 IV i7", "i7 v7 IV i7"),
    "major": ("IVmaj7 V iii7 vi7", "Imaj7 iii7 vi7 IVmaj7", "vi7 IVmaj7 Imaj7 V", "ii7 V Imaj7 vi7", "vi7 V IV V"),
    "mixolydian": ("I bVII IV I", "I7 IV7 bVII IV"),
}  # fmt: skip

TECHNO: dict[str, tuple[str, ...]] = {
    "minor": ("i", "i i i bVI", "i7 iv7", "i bVI", "i i bII i", "i bVII", "i i iv i"),
    "dorian": ("i7", "i IV", "i7 i7 IV i7"),
}

TRANCE: dict[str, tuple[str, ...]] = {
    "minor": (
        "i bVI bIII bVII",
        "bVI bVII i i",
        "i bVII bVI bVII",
        "i bVI iv V",
        "i iv bVI bVII",
        "bVI bVII v i",
        "i bIII bVII iv",
    ),
    "major": ("vi IV I V", "I V vi IV", "IV V vi I^3", "I iii IV V"),
}

TRAP: dict[str, tuple[str, ...]] = {
    "minor": (
        "i bVI",
        "i bVI bVII i",
        "i iv",
        "i bVI iv V",
        "i i bVI V",
        "i bII",
        "i bVII bVI V",
        "i iv bVI bVII",
        "i7 bVImaj7",
    ),
    "dorian": ("i IV", "i bIII IV i"),
    "major": ("IVmaj7 iii7", "vi IV", "IVmaj7 vi7 Imaj7 V"),
}

LOFI: dict[str, tuple[str, ...]] = {
    "major": (
        "ii9 V13 Imaj9 vi9", "Imaj7 vi7 ii7 V7", "IVmaj7 iii7 ii7 Imaj7", "Imaj9 iii7 IVmaj9 V7sus4",
        "IVmaj7 ivm6 iii7 vi7", "ii7 iii7 IVmaj7 iii7",
        "Imaj7 V7/vi vi7 IVmaj7", "IVmaj9 Imaj9", "iii7 vi7 ii9 V7b9",
    ),
    "minor": ("i9 iv9", "i7 bVImaj7 iiø V7b9", "i9 bVImaj7 bIIImaj7 V7", "iv9 bVII13 bIIImaj9 bVImaj7",
        "i7 iv7 bVImaj7 v7", "bVImaj7 v7 i9 i9"),
    "dorian": ("i9 IV13", "i7 ii7 bIIImaj7 IV7", "i9 IV9 bVII i9"),
}  # fmt: skip

JAZZ: dict[str, tuple[str, ...]] = {
    "major": (
        "ii7 V7 Imaj7 vi7", "Imaj7 vi7 ii7 V7", "iii7 vi7 ii7 V7", "Imaj7 V7/ii ii7 V7",
        "Imaj7 IVmaj7 iii7 V7/ii ii7 V7 Imaj7 V7",
        "Imaj7 #io7 ii7 V7", "ii7 bII7 Imaj7 VI7", "Imaj7 Imaj7 II7 II7 ii7 V7 Imaj7 V7",
        "Imaj7 ii7 iii7 V7/ii ii7 V7 I6 I6",
        "I6 VI7 II7 V7", "Imaj9 iv7 bVII7 Imaj9",
    ),
    "minor": (
        "iiø V7b9 i7 i7", "i7 iv7 iiø V7", "i6 bVI7 iiø V7b9", "iv7 bVII7 bIIImaj7 bVImaj7 iiø V7b9 i6 i6",
        "i7 bVImaj7 iiø V7b9", "i6 i7 iv7 V7",
    ),
    "dorian": ("i7 IV7 i7 IV7", "i7 i7 ii7 bIIImaj7", "i9 IV13 bVIImaj7 V7"),
}  # fmt: skip

BOSSA: dict[str, tuple[str, ...]] = {
    "major": ("Imaj7 II7 ii7 V7", "Imaj9 vi9 ii9 V13", "Imaj7 #io7 ii7 V7", "ii7 V7 Imaj7 V7/ii", "Imaj7 iv7 Imaj7 V7",
        "I6 vi7 ii7 V7b9", "IVmaj7 iv6 iii7 V7/ii"),
    "minor": ("i7 iv7 iiø V7b9", "i6 iiø V7b9 i6", "i7 bVImaj7 iiø V7", "iv7 bVII7 bIIImaj7 V7b9", "i9 iv9 bVII9 V7b9"),
    "dorian": ("i9 IV9", "i7 IV7 bVIImaj7 V7"),
}  # fmt: skip

BLUES: dict[str, tuple[str, ...]] = {
    "mixolydian": (
        "I7 I7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7",
        "I7 IV7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7",
        "I7 IV7 I7 V7",
        "I7 I7 IV7 IV7 V7 IV7 I7 V7",
        "I7 IV7 I7 I7 IV7 #ivo7 I7 VI7 ii7 V7 I7 V7",
    ),
    "minor": ("i7 i7 i7 i7 iv7 iv7 i7 i7 bVI7 V7 i7 V7", "i7 iv7 i7 V7", "i7 iv7 i7 i7 iv7 iv7 i7 i7 V7 iv7 i7 V7"),
}

REGGAE: dict[str, tuple[str, ...]] = {
    "major": ("I IV", "I IV V IV", "I vi IV V", "I ii", "I V vi IV", "I iii IV V", "I V IV V"),
    "minor": ("i iv", "i bVII", "i bVI bVII i", "i iv v i", "i bVII bVI v", "i7 iv7"),
    "dorian": ("i IV", "i ii", "i bVII IV i"),
    "mixolydian": ("I bVII", "I bVII IV I"),
}

SKA: dict[str, tuple[str, ...]] = {
    "major": ("I IV V IV", "I vi IV V", "I IV I V", "I V7/ii ii V", "I vi ii V", "I III7 vi IV"),
    "minor": ("i iv V7 i", "i bVII bVI V", "i iv i V7", "i bVI bVII i"),
    "mixolydian": ("I bVII IV I", "I IV bVII IV"),
}

COUNTRY: dict[str, tuple[str, ...]] = {
    "major": (
        "I I IV V",
        "I IV I V",
        "I IV V I",
        "I V I IV",
        "I vi IV V",
        "I II7 V IV",
        "I V vi IV",
        "I I7 IV V7",
        "I IV I I V7 V7 I I",
        "vi IV I V",
    ),
    "mixolydian": ("I bVII IV I", "I IV bVII I"),
}

FOLK: dict[str, tuple[str, ...]] = {
    "major": ("I IV I V", "I V vi IV", "I iii IV I", "I V^3 vi V", "I IV V I", "vi IV I V", "I ii IV I", "I I^3 IV V"),
    "minor": ("i bVII i v", "i bVII bVI bVII", "i iv i bVII", "i bIII bVII i", "i bVI bVII i"),
    "dorian": ("i bVII i IV", "i IV i bVII", "i bIII bVII i", "i v bVII i"),
    "mixolydian": ("I bVII I IV", "I bVII IV I", "I v bVII I"),
}

BALLAD: dict[str, tuple[str, ...]] = {
    "major": (
        "I V^3 vi IV", "I iii7 IV V", "Imaj7 V^3 vi7 IVmaj7", "I V7/vi vi IV", "IV I^3 ii V", "I IV iv I",
        "vi iii IV V7sus4", "I V^3 vi I^5 IV I^3 ii V",
        "Iadd9 vi7 IVadd9 Vsus4", "I Imaj7 I7 IV",
    ),
    "minor": ("i bVI bIII bVII", "i v^3 bVI bVII", "i bVII^3 bIII iv", "i iv bVII bIII bVI iiø V7 i", "i bVI iv V7"),
}  # fmt: skip

AMBIENT: dict[str, tuple[str, ...]] = {
    "major": (
        "Imaj7 IVmaj7",
        "Iadd9 vi7",
        "IVmaj7 Imaj7^3",
        "Iadd9 iii7 IVmaj7 vi7",
        "Isus2 IVadd9",
        "vi7 IVmaj7 Iadd9 Vsus4",
        "Imaj9 IVmaj9",
    ),
    "minor": ("i bVImaj7", "iadd9 bIIImaj7", "i7 v7", "iadd9 bVI bIII bVII", "i9 iv9", "bVImaj7 i"),
    "dorian": ("i9 IV", "i7 bVII", "iadd9 bIIImaj7 IV i7"),
    "mixolydian": ("Iadd9 bVII", "Isus4 v7", "Iadd9 bVIImaj7 IVadd9 I"),
}

SYNTHWAVE: dict[str, tuple[str, ...]] = {
    "minor": (
        "i bVI bIII bVII",
        "i bVII bVI bVII",
        "bVI bVII i i",
        "i iv bVI bVII",
        "i bVI bVII v",
        "i bIII bVI iv",
        "i7 bVImaj7",
    ),
    "major": ("vi IV I V", "I V vi IV", "IVmaj7 V vi iii", "I vi IV V"),
    "dorian": ("i IV bVI bVII", "i bVII IV IV"),
}

LATIN: dict[str, tuple[str, ...]] = {
    "minor": (
        "i iv V7 i",
        "i V7 i V7",
        "i bVII bVI V7",
        "i iv i V7",
        "iv i V7 i",
        "i7 iv7 bVII7 bIIImaj7 bVImaj7 iiø V7 i",
        "i bVI bIII bVII",
    ),
    "major": ("I IV V IV", "I V7 I V7", "ii V I VI7", "I vi ii V7", "I IV ii V7"),
    "dorian": ("i7 IV7", "i IV i V7"),
}

DRUM_AND_BASS: dict[str, tuple[str, ...]] = {
    "minor": ("i7 bVImaj7", "i9 iv9", "i bVI bIII bVII", "i7 v7 bVImaj7 iv7", "i bVII bVI bVII", "i i bVI bVII"),
    "dorian": ("i9 IV", "i7 bIIImaj7 IV i7"),
    "major": ("IVmaj7 vi7", "Imaj7 iii7 IVmaj7 V", "vi7 IVmaj7 Imaj7 V"),
}

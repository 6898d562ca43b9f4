"""A DAWproject 1.0 (github.com/bitwig/dawproject, MIT): tracks, faders, tempo, section names and the audio in one file.

The audio is that of the takes, and the faders stand as in the session, so that the mix goes on there. Elements stand in
the order of Project.xsd, and the zip is written to a file that can be sought in: Cubase wants each entry's CRC in front
of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement
from zipfile import ZipFile

from sessions.disk import atomic_file
from sessions.export.mixdown import MixerLane, check_number
from sessions.export.song_info import SongInfo, stem_name
from sessions.pcm24 import SAMPLE_RATE_HZ, encode_pcm24, to_pcm24

_COLOURS = ("#2f5fc4", "#a84c10", "#11704f", "#9837ad")


def write_dawproject(lanes: Sequence[MixerLane], path: Path, info: SongInfo) -> None:
    """Write `path`: project.xml, metadata.xml and audio/NN_Name_96bpm_Am.wav. Raises ExportError, StoreError."""
    check_number(lanes)
    names = [f"audio/{stem_name(number, lane.name, info, '.wav')}" for number, lane in enumerate(lanes, start=1)]
    with atomic_file(path) as draft, draft.open("wb") as file, ZipFile(file, "w") as archive:
        archive.writestr("project.xml", _xml(project(lanes, names, info)))
        archive.writestr("metadata.xml", _xml(metadata(info)))
        for name, lane in zip(names, lanes, strict=True):
            archive.writestr(name, encode_pcm24(to_pcm24(lane.audio, lane.name), "WAV"))


def project(lanes: Sequence[MixerLane], names: Sequence[str], info: SongInfo) -> Element:
    """project.xml. Its beats are quarters; ours are what the tempo counts, eighths in 6/8."""
    quarters = 4 / info.meter[1]
    root = Element("Project", version="1.0")
    SubElement(root, "Application", name="Composer", version="1.0")
    transport = SubElement(root, "Transport")
    SubElement(
        transport, "Tempo", id="tempo", name="Tempo", unit="bpm", min=_number(1), max=_number(999),
        value=_number(info.tempo_bpm * quarters),
    )  # fmt: skip
    numerator, denominator = info.meter
    SubElement(transport, "TimeSignature", id="meter", numerator=str(numerator), denominator=str(denominator))
    structure = SubElement(root, "Structure")
    for number, lane in enumerate(lanes):
        _track(structure, number, lane, info)
    _master(structure)
    arrangement = SubElement(root, "Arrangement", id="arrangement")
    song = SubElement(arrangement, "Lanes", id="lanes", timeUnit="beats")
    for number, (lane, name) in enumerate(zip(lanes, names, strict=True)):
        _clip(song, number, lane, name, info.tempo_bpm * quarters / 60)
    if info.markers:
        markers = SubElement(arrangement, "Markers", id="markers", timeUnit="beats")
        for beat, words in info.markers:
            SubElement(markers, "Marker", time=_number(beat * quarters), name=_plain(words))
    SubElement(root, "Scenes")
    return root


def _track(structure: Element, number: int, lane: MixerLane, info: SongInfo) -> None:
    track = SubElement(
        structure, "Track", id=f"track{number}", name=lane.name, color=_COLOURS[number % len(_COLOURS)],
        contentType="audio", loaded="true", comment=info.provenance,
    )  # fmt: skip
    channel = SubElement(
        track, "Channel", id=f"channel{number}", audioChannels="2", role="regular", solo="false", destination="master"
    )
    SubElement(channel, "Mute", id=f"mute{number}", name="Mute", value=str(lane.muted).lower())
    _parameter(channel, "Pan", f"pan{number}", "normalized", 1.0, (lane.pan + 1) / 2)
    _parameter(channel, "Volume", f"volume{number}", "linear", 2.0, min(10 ** (lane.gain_db / 20), 2.0))


def _master(structure: Element) -> None:
    track = SubElement(structure, "Track", id="trackMaster", name="Master", contentType="audio notes", loaded="true")
    channel = SubElement(track, "Channel", id="master", audioChannels="2", role="master", solo="false")
    _parameter(channel, "Volume", "volumeMaster", "linear", 2.0, 1.0)


def _parameter(channel: Element, name: str, id: str, unit: str, most: float, value: float) -> None:
    SubElement(channel, name, id=id, name=name, unit=unit, min=_number(0), max=_number(most), value=_number(value))


def _clip(song: Element, number: int, lane: MixerLane, name: str, quarters_per_s: float) -> None:
    """One clip over the whole length, pinned to the beats by two warp points, so that it follows the DAW's tempo."""
    length_s = lane.audio.shape[1] / SAMPLE_RATE_HZ
    end = _number(length_s * quarters_per_s)
    of_track = SubElement(song, "Lanes", id=f"lane{number}", track=f"track{number}")
    clips = SubElement(of_track, "Clips", id=f"clips{number}")
    clip = SubElement(
        clips, "Clip", time=_number(0), duration=end, name=lane.name, contentTimeUnit="beats", playStart=_number(0)
    )
    warps = SubElement(clip, "Warps", id=f"warps{number}", timeUnit="beats", contentTimeUnit="seconds")
    audio = SubElement(
        warps, "Audio", id=f"audio{number}", channels="2", sampleRate=str(SAMPLE_RATE_HZ), duration=_number(length_s),
        algorithm="stretch",
    )  # fmt: skip
    SubElement(audio, "File", path=name, external="false")
    SubElement(warps, "Warp", time=_number(0), contentTime=_number(0))
    SubElement(warps, "Warp", time=end, contentTime=_number(length_s))


def metadata(info: SongInfo) -> Element:
    """metadata.xml; the key has no element of its own, so it stands in the comment."""
    root = Element("MetaData")
    SubElement(root, "Title").text = _plain(info.heading)
    SubElement(root, "Comment").text = _plain(f"{info.provenance}; key {info.key or 'not set'}")
    return root


def _plain(text: str) -> str:
    """XML has no way to write control characters."""
    return "".join(letter for letter in text if letter.isprintable())


def _number(value: float) -> str:
    return f"{value:.6f}"


def _xml(root: Element) -> bytes:
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)

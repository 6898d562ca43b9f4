"""The DAWproject as a strict reader takes it: order of the schema, identifiers that exist, a zip with sizes first."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from zipfile import ZipFile

import numpy as np
import pytest
import soundfile
from lxml.etree import XMLSchema, fromstring, parse
from song_infos import INFO

from sessions.errors import ExportError
from sessions.export.dawproject import write_dawproject
from sessions.export.mixdown import MixerLane
from sessions.export.song_info import SongInfo
from sessions.pcm24 import to_pcm24

# Project.xsd and MetaData.xsd of github.com/bitwig/dawproject, commit ee4dcdd, under the licence beside them.
SCHEMAS = Path(__file__).with_name("dawproject_schema")
REFERENCES = ("destination", "track")  # attributes that name an id; libxml2 lets them point nowhere


@pytest.fixture
def lanes(noise) -> list[MixerLane]:
    return [
        MixerLane("Bass", noise(1, 480_000), gain_db=-2.0, pan=-0.5),
        MixerLane("Drums", noise(2, 480_000), muted=True),
    ]


def opened(path: Path) -> tuple[ZipFile, Element]:
    archive = ZipFile(path)
    return archive, ElementTree.fromstring(archive.read("project.xml"))


def schema(name: str) -> XMLSchema:
    return XMLSchema(parse(SCHEMAS / name))


@pytest.mark.parametrize("info", [INFO, replace(INFO, signature="6/8", markers=(), span="bars 1–2", key="")])
def test_both_files_are_valid_by_the_schema_of_the_format(
    lanes: list[MixerLane], tmp_path: Path, info: SongInfo
) -> None:
    write_dawproject(lanes, tmp_path / "song.dawproject", info)
    with ZipFile(tmp_path / "song.dawproject") as archive:
        schema("Project.xsd").assertValid(fromstring(archive.read("project.xml")))
        schema("MetaData.xsd").assertValid(fromstring(archive.read("metadata.xml")))


def test_the_schema_refuses_elements_that_stand_in_another_order(lanes: list[MixerLane], tmp_path: Path) -> None:
    write_dawproject(lanes, tmp_path / "song.dawproject", INFO)
    root = fromstring(ZipFile(tmp_path / "song.dawproject").read("project.xml"))
    channel = root.find(".//Channel")
    channel.append(channel[0])  # Mute behind Volume
    assert not schema("Project.xsd").validate(root)


def test_every_reference_has_its_target(lanes: list[MixerLane], tmp_path: Path) -> None:
    write_dawproject(lanes, tmp_path / "song.dawproject", INFO)
    archive, root = opened(tmp_path / "song.dawproject")
    ids = [node.attrib["id"] for node in root.iter() if "id" in node.attrib]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", name) for name in ids)
    references = [node.attrib[name] for node in root.iter() for name in REFERENCES if name in node.attrib]
    assert len(references) == 4
    assert set(references) <= set(ids)
    assert {node.attrib["path"] for node in root.iter("File")} == {n for n in archive.namelist() if "audio/" in n}


def test_the_audio_is_the_take_and_the_faders_stand_as_in_the_session(lanes: list[MixerLane], tmp_path: Path) -> None:
    write_dawproject(lanes, tmp_path / "song.dawproject", INFO)
    archive, root = opened(tmp_path / "song.dawproject")
    for lane, file in zip(lanes, root.iter("File"), strict=True):
        written, rate_hz = soundfile.read(BytesIO(archive.read(file.attrib["path"])), dtype="int32")
        assert rate_hz == 48_000
        np.testing.assert_array_equal(written.T >> 8, to_pcm24(lane.audio, lane.name))
    bass, drums = list(root.iter("Track"))[:2]
    values = {child.tag: child.attrib["value"] for child in bass[0]}
    assert values == {"Mute": "false", "Pan": "0.250000", "Volume": "0.794328"}
    assert drums.find("Channel/Mute").attrib["value"] == "true"
    assert [(m.attrib["time"], m.attrib["name"]) for m in root.iter("Marker")] == [
        ("0.000000", "Intro"),
        ("8.000000", "Verse"),
    ]


@pytest.mark.parametrize(("signature", "tempo", "length"), [("4/4", 96.0, 16.0), ("6/8", 48.0, 8.0)])
def test_beats_are_quarters_whatever_the_meter(
    lanes: list[MixerLane], tmp_path: Path, signature: str, tempo: float, length: float
) -> None:
    """Ten seconds at 96 BPM are 16 quarters, or 16 eighths in 6/8."""
    write_dawproject(lanes, tmp_path / "song.dawproject", replace(INFO, signature=signature))
    _, root = opened(tmp_path / "song.dawproject")
    assert float(root.find("Transport/Tempo").attrib["value"]) == tempo
    clip = next(root.iter("Clip"))
    assert float(clip.attrib["duration"]) == length
    assert [(float(w.attrib["time"]), float(w.attrib["contentTime"])) for w in clip.iter("Warp")] == [
        (0.0, 0.0),
        (length, 10.0),
    ]


def test_each_entry_has_size_and_crc_in_front_of_it(lanes: list[MixerLane], tmp_path: Path) -> None:
    """Cubase reads no data descriptors (bitwig/dawproject#101)."""
    write_dawproject(lanes, tmp_path / "song.dawproject", INFO)
    content = (tmp_path / "song.dawproject").read_bytes()
    for entry in ZipFile(tmp_path / "song.dawproject").infolist():
        flags, _, _, _, crc, size = struct.unpack("<HHHHII", content[entry.header_offset + 6 :][:16])
        assert flags & 8 == 0
        assert (crc, size) == (entry.CRC, entry.compress_size)


def test_any_title_is_written_and_no_lanes_are_refused(lanes: list[MixerLane], tmp_path: Path) -> None:
    write_dawproject(lanes, tmp_path / "song.dawproject", replace(INFO, title="a\x00<b>&é\x0b"))
    meta = ElementTree.fromstring(ZipFile(tmp_path / "song.dawproject").read("metadata.xml"))
    assert meta.findtext("Title") == "a<b>&é"
    with pytest.raises(ExportError, match="Generate a lane"):
        write_dawproject([], tmp_path / "song.dawproject", INFO)

// How places in the piece are written: "9" is bar 9, "9.3" its third beat, "9.3.50" half a beat behind that.
// An end is the last bar or beat that lies inside: "12" goes to the end of bar 12, "12.2" to the end of its second beat.

const PLACE = /^\s*(\d{1,4})(?:\.(\d{1,2})(?:\.(\d{1,2}))?)?\s*$/;

function words(beat, perBar, part) {
  const whole = Math.floor(beat + 1e-9);
  const bar = Math.floor(whole / perBar) + 1;
  const inBar = (whole % perBar) + 1;
  return part ? `${bar}.${inBar}.${String(part).padStart(2, "0")}` : `${bar}.${inBar}`;
}

const hundredths = (beat) => Math.round((beat - Math.floor(beat + 1e-9)) * 100);

export function startWords(beat, perBar) {
  const part = hundredths(beat);
  return !part && beat % perBar === 0 ? String(beat / perBar + 1) : words(beat, perBar, part);
}

export function endWords(beat, perBar) {
  const part = hundredths(beat);
  if (part) return words(beat, perBar, part);
  return beat % perBar === 0 ? String(beat / perBar) : words(beat - 1, perBar, 0);
}

function read(text, perBar) {
  const [, bar, beat, part] = PLACE.exec(text) ?? [];
  if (!bar || Number(bar) < 1) return null;
  if (beat !== undefined && !(Number(beat) >= 1 && Number(beat) <= perBar)) return null;
  return { bar: Number(bar), beat: beat && Number(beat), part: part === undefined ? null : Number(part.padEnd(2, "0")) / 100 };
}

/** The beat, counted from 0, at which a written start lies; null for what is no place. */
export function readStart(text, perBar) {
  const place = read(text, perBar);
  return place && (place.bar - 1) * perBar + (place.beat ?? 1) - 1 + (place.part ?? 0);
}

export function readEnd(text, perBar) {
  const place = read(text, perBar);
  if (!place) return null;
  if (place.beat === undefined) return place.bar * perBar;
  const beat = (place.bar - 1) * perBar + place.beat;
  return place.part ? beat - 1 + place.part : beat;
}

/** A selection cut to the piece, its tracks in the order of the lanes; null if nothing of it lies there. */
export function within(selection, { bars, beats_per_bar }, order) {
  if (!selection) return null;
  const tracks = order.filter((track) => selection.tracks.includes(track));
  const start_beat = Math.max(0, selection.start_beat);
  const end_beat = Math.min(bars * beats_per_bar, selection.end_beat);
  return tracks.length && end_beat > start_beat ? { tracks, start_beat, end_beat } : null;
}

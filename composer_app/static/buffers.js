// Audio and outlines by content name. Audio is decoded in parts shortly before it is heard, and the parts that were not
// used for the longest time are let go: a long piece takes no more memory than a short one.

export const RATE = 48000;
export const PART_SAMPLES = 1 << 19; // 10.9 s: 3 MB to fetch, 4 MB decoded; parts.py cuts at the same places
export const BUCKET_SAMPLES = [128, 1024, 8192]; // of the outlines, finest first; stem_files.py computes the same
const MOST_PARTS = 72; // 300 MB, 3.3 minutes of four lanes

const decoder = new OfflineAudioContext(2, 1, RATE); // decodes without waking the sound card
const parts = new Map(); // "name/part" -> {buffer: AudioBuffer or null while it is on its way, ready: promise}, oldest use first
const outlines = new Map(); // "name/samples" -> promise of an Int8Array [buckets * 2]

async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.arrayBuffer();
}

/** One part of a stem: {buffer, ready}. `ready` promises the AudioBuffer; `buffer` is it, as soon as it is decoded. */
export function audioPart(name, part) {
  const key = `${name}/${part}`;
  const known = parts.get(key) ?? startPart(name, part, key);
  parts.delete(key);
  parts.set(key, known);
  for (const oldest of parts.keys()) {
    if (parts.size <= MOST_PARTS) break;
    parts.delete(oldest);
  }
  return known;
}

function startPart(name, part, key) {
  const one = { buffer: null, ready: null };
  one.ready = fetched(`/media/${name}/${part}.wav`).then((bytes) => decoder.decodeAudioData(bytes)).then((buffer) => (one.buffer = buffer));
  one.ready.catch(() => parts.delete(key)); // so that it is asked for again
  return one;
}

/** Memory of the audio that is decoded now. */
export function decodedBytes() {
  return [...parts.values()].reduce((sum, { buffer }) => sum + (buffer?.length ?? 0) * 8, 0);
}

/** Lowest and highest sample of each bucket of so many samples, times 127, for drawing. */
export function outline(name, bucket_samples) {
  const key = `${name}/${bucket_samples}`;
  if (!outlines.has(key)) {
    outlines.set(key, fetched(`/peaks/${name}?bucket_samples=${bucket_samples}`).then((bytes) => new Int8Array(bytes)));
    outlines.get(key).catch(() => outlines.delete(key));
  }
  return outlines.get(key);
}

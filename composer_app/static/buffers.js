// Decoded audio and outlines by content name, each fetched once; the oldest are let go when they grow too many.

const SAMPLE_RATE_HZ = 48000;
const MOST_BYTES = 1_200_000_000;
const OUTLINE_BUCKETS = 1600;

const decoder = new OfflineAudioContext(2, 1, SAMPLE_RATE_HZ); // decodes without waking the sound card
const buffers = new Map(); // name -> promise of an AudioBuffer, oldest use first
const outlines = new Map(); // name -> promise of an Int8Array [buckets * 2]

async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.arrayBuffer();
}

function remembered(cache, name, make) {
  const known = cache.get(name) ?? make();
  cache.delete(name);
  cache.set(name, known);
  known.catch(() => cache.delete(name));
  return known;
}

/** The samples of a stem, decoded at 48 kHz. */
export function audioBuffer(name) {
  return remembered(buffers, name, async () => {
    const buffer = await decoder.decodeAudioData(await fetched(`/media/${name}.flac`));
    forget(buffer.length * 8);
    return buffer;
  });
}

function forget(bytesEach) {
  const most = Math.max(16, Math.floor(MOST_BYTES / bytesEach));
  for (const name of [...buffers.keys()].slice(0, Math.max(0, buffers.size - most))) buffers.delete(name);
}

/** Lowest and highest sample of each bucket, times 127, for drawing. */
export function outline(name) {
  return remembered(outlines, name, async () => new Int8Array(await fetched(`/peaks/${name}?buckets=${OUTLINE_BUCKETS}`)));
}

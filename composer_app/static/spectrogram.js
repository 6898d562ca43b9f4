// The spectrogram of a lane, in the place of its waveform and with the same zoom: mel bands over time, from bytes that
// the program computed once for each file. The colours run evenly in lightness from the field to the far end.

import { drawGrid, Waveform } from "./waveform.js";

const BANDS = 96; // these four as in spectrogram.py
const HOP_SAMPLES = 480;
const TILE_FRAMES = 512;
const MAX_LEVEL = 9;
const [QUIETEST, LOUDEST] = [56, 242]; // bytes at the two ends of the colours: -70 and -5 dB of a full-scale sine
const MOST_PARTS = 256; // 12 MB

const parts = new Map(); // "name/level/index" -> promise of a Uint8Array [frames * BANDS], oldest use first

function part(key) {
  const known = parts.get(key) ?? fetch(`/spectrograms/${key}`).then(async (response) => {
    if (!response.ok) throw new Error(`${key}: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  });
  parts.delete(key);
  parts.set(key, known);
  known.catch(() => parts.delete(key));
  if (parts.size > MOST_PARTS) parts.delete(parts.keys().next().value);
  return known;
}

export class Spectrogram extends Waveform {
  constructor() {
    super();
    this.node.classList.add("spectrogram");
    this.pictures = new Map(); // "level/index" -> canvas of that part, or null while it is on its way
  }

  exchange(audio) {
    super.exchange(audio);
    this.pictures.clear();
  }

  recolour() {
    this.pictures.clear();
    this.colours = null;
    super.recolour();
  }

  /** The finest level that has no more than a frame for each pixel of the screen. */
  bucket({ grid, total }, ratio) {
    const frames = grid.length_samples / total / ratio / HOP_SAMPLES;
    return Math.min(Math.max(Math.floor(Math.log2(frames)), 0), MAX_LEVEL);
  }

  paint(context, shown, [from, to], height, ratio) {
    const level = this.bucket(shown, ratio);
    const samples_px = shown.grid.length_samples / shown.total;
    const frame_px = (HOP_SAMPLES * 2 ** level) / samples_px;
    const last = Math.floor(to / (frame_px * TILE_FRAMES));
    for (let index = Math.floor(from / (frame_px * TILE_FRAMES)); this.audio && index <= last; index++) {
      const picture = this.picture(level, index);
      if (picture) context.drawImage(picture, (index * TILE_FRAMES - 0.5) * frame_px, 0, picture.width * frame_px, height);
    }
    drawGrid(context, shown, from, to - from, height, getComputedStyle(this.node).getPropertyValue("--grid-line"));
  }

  picture(level, index) {
    const key = `${level}/${index}`;
    if (!this.pictures.has(key)) {
      this.pictures.set(key, null);
      this.fill(key, this.audio);
    }
    return this.pictures.get(key);
  }

  async fill(key, audio) {
    const bytes = await part(`${audio}/${key}`).catch(() => null);
    if (audio !== this.audio || !this.pictures.has(key)) return;
    if (!bytes) return this.pictures.delete(key); // to be asked for again
    if (!bytes.length) return; // behind the end
    this.colours ??= palette(getComputedStyle(this.node));
    this.pictures.set(key, painted(bytes, this.colours));
    this.key = ""; // draw again with what has come
    this.draw(this.last);
  }
}

function painted(bytes, colours) {
  const frames = bytes.length / BANDS;
  const canvas = new OffscreenCanvas(frames, BANDS);
  const image = new ImageData(frames, BANDS);
  const pixels = new Uint32Array(image.data.buffer);
  for (let frame = 0; frame < frames; frame++) {
    for (let band = 0; band < BANDS; band++) pixels[(BANDS - 1 - band) * frames + frame] = colours[bytes[frame * BANDS + band]];
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

/** 256 colours from the field over the lane's colour to nearly white or black: equal steps of lightness in OKLab. */
function palette(style) {
  const field = oklab(style.getPropertyValue("--field"));
  const lane = oklab(style.getPropertyValue("--lane"));
  const end = field[0] < 0.5 ? [0.98, 0, 0] : [0.16, 0, 0];
  const bend = (lane[0] - field[0]) / (end[0] - field[0]); // where on the way the lane's own lightness lies
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    const way = Math.min(Math.max((byte - QUIETEST) / (LOUDEST - QUIETEST), 0), 1);
    const [from, to, share] = way < bend ? [field, lane, way / bend] : [lane, end, (way - bend) / (1 - bend)];
    const opaque = Math.min(1, way * 12); // in silence the lane's own ground is seen
    return rgba(from.map((value, i) => value + (to[i] - value) * share), opaque);
  });
}

/** "#rrggbb" -> lightness, green to red, blue to yellow (Björn Ottosson, 2020). */
function oklab(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.trim().slice(at, at + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s];
}

function rgba([lightness, a, b], opaque) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s];
  const [red, green, blue] = linear.map((v) => Math.round(255 * Math.min(Math.max(v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055, 0), 1)));
  return ((Math.round(255 * opaque) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

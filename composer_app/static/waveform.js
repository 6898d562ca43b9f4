// The waveform of a lane: canvases side by side on its strip, drawn only where the piece is in view, from the outline
// that is just fine enough.

import { BUCKET_SAMPLES, outline } from "./buffers.js";
import { h, setAttribute } from "./dom.js";

const TILE_PX = 512;
const COLUMN_PX = 2; // a line and a gap

export class Waveform {
  constructor() {
    this.node = h("div", { class: "wave", role: "img" });
    this.tiles = new Map(); // number of the tile from the left -> its canvas
    this.key = ""; // of what is drawn
    this.peaks = new Map(); // samples a bucket -> Int8Array of low, high, low, high ...
    this.audio = null;
  }

  describe(words) {
    setAttribute(this.node, "aria-label", words);
  }

  /** Draw again what is in view: the colours have changed. */
  recolour() {
    this.key = "";
    this.draw(this.last);
  }

  /** shown: {audio, grid, total, scroll, width}: content name or null, pixels of the piece, left of the view, in view. */
  draw(shown) {
    if (!shown) return;
    this.last = shown;
    if (shown.audio !== this.audio) this.exchange(shown.audio);
    const ratio = window.devicePixelRatio || 1;
    const height = this.node.clientHeight;
    if (!height) return;
    const { grid, total, scroll, width } = shown;
    const key = [this.audio, total, height, ratio, grid.bars, grid.beats_per_bar, grid.length_samples, this.bucket(shown, ratio)].join();
    if (key !== this.key) this.forget(() => false);
    this.key = key;
    const [first, last] = [Math.floor(scroll / TILE_PX), Math.floor(Math.min(scroll + width, total - 1) / TILE_PX)];
    this.forget((index) => index >= first - 1 && index <= last + 1);
    for (let index = first; index <= last; index++) {
      if (!this.tiles.has(index)) this.tiles.set(index, this.tile(index, shown, height, ratio));
    }
  }

  forget(keeps) {
    for (const [index, canvas] of this.tiles) {
      if (keeps(index)) continue;
      canvas.remove();
      this.tiles.delete(index);
    }
  }

  exchange(audio) {
    this.audio = audio;
    this.peaks.clear();
  }

  /** The coarsest buckets that are still finer than what is drawn as one line; of those that are here already. */
  bucket({ grid, total }, ratio) {
    const line_samples = (grid.length_samples / total / ratio) * COLUMN_PX;
    const wanted = [...BUCKET_SAMPLES].reverse().find((samples) => samples <= line_samples) ?? BUCKET_SAMPLES[0];
    if (this.audio && !this.peaks.has(wanted)) this.fetch(wanted);
    return this.peaks.get(wanted) ? wanted : BUCKET_SAMPLES.find((samples) => this.peaks.get(samples)) ?? null;
  }

  async fetch(samples) {
    const { audio } = this;
    this.peaks.set(samples, null); // asked for
    const peaks = await outline(audio, samples).catch(() => null);
    if (audio !== this.audio) return;
    if (!peaks) return this.peaks.delete(samples);
    this.peaks.set(samples, peaks);
    this.draw(this.last);
  }

  tile(index, shown, height, ratio) {
    const left = index * TILE_PX;
    const width = Math.min(TILE_PX, shown.total - left);
    const canvas = h("canvas", { width: Math.round(width * ratio), height: Math.round(height * ratio), style: `left:${left}px;width:${width}px` });
    this.node.append(canvas);
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.translate(-left, 0);
    this.paint(context, shown, [left, left + width], height, ratio);
    return canvas;
  }

  /** What lies from pixel `from` to `to` of the strip. */
  paint(context, shown, [from, to], height, ratio) {
    const style = getComputedStyle(this.node);
    drawGrid(context, shown, from, to - from, height, style.getPropertyValue("--grid-line"));
    const samples = this.bucket(shown, ratio);
    if (samples) drawPeaks(context, this.peaks.get(samples), samples, shown, [from, to], height, style.getPropertyValue("--lane"));
  }
}

export function drawGrid(context, { grid, total }, left, width, height, colour) {
  const beat_px = total / (grid.bars * grid.beats_per_bar);
  const every = beat_px > 12 ? 1 : grid.beats_per_bar * 2 ** Math.max(0, Math.ceil(Math.log2(6 / beat_px / grid.beats_per_bar)));
  context.fillStyle = colour;
  const first = Math.max(every, Math.ceil(left / beat_px / every) * every);
  for (let beat = first; beat * beat_px < left + width; beat += every) {
    context.globalAlpha = beat % grid.beats_per_bar === 0 ? 1 : 0.4;
    context.fillRect(Math.round(beat * beat_px), 0, 1, height);
  }
  context.globalAlpha = 1;
}

/** One line for each column from pixel `from` to `to` of the strip: the lowest and highest sample that lie there. */
function drawPeaks(context, peaks, bucket_samples, { grid, total }, [from, to], height, colour) {
  const buckets = peaks.length / 2;
  const each = grid.length_samples / total / bucket_samples; // buckets a pixel
  const middle = height / 2;
  const reach = (height / 2 - 4) / 127;
  context.fillStyle = colour;
  for (let x = from; x < to; x += COLUMN_PX) {
    const first = Math.floor(x * each);
    const last = Math.min(Math.max(first + 1, Math.floor((x + COLUMN_PX) * each)), buckets);
    let low = 0;
    let high = 0;
    for (let i = first; i < last; i++) {
      low = Math.min(low, peaks[2 * i]);
      high = Math.max(high, peaks[2 * i + 1]);
    }
    const top = middle - lifted(high) * reach;
    context.fillRect(x, top, 1.4, Math.max(1, middle + lifted(-low) * reach - top));
  }
}

/** Quiet sound is drawn larger than life (a power law), so that a stem at -20 dB still shows its rhythm. */
function lifted(value) {
  return 127 * Math.pow(value / 127, 0.65);
}

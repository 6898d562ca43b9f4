// The waveform of a lane on its canvas, in the colour of the lane, over the bars and beats of the piece.

import { outline } from "./buffers.js";

/** Draw `audio` (a content name, or null) to the canvas at its present size; later drawings overtake earlier ones. */
export async function drawWaveform(canvas, audio, grid) {
  const ticket = (canvas.ticket = (canvas.ticket ?? 0) + 1);
  const peaks = audio ? await outline(audio).catch(() => null) : null;
  if (ticket !== canvas.ticket) return;
  const ratio = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (!width || !height) return;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  drawGrid(context, grid, width, height, style.getPropertyValue("--grid-line"), ratio);
  if (peaks) drawPeaks(context, peaks, width, height, style.getPropertyValue("--lane"), ratio);
}

function drawGrid(context, grid, width, height, colour, ratio) {
  context.fillStyle = colour;
  const beats = grid.bars * grid.beats_per_bar;
  const showBeats = width / beats > 12 * ratio;
  for (let beat = 1; beat < beats; beat++) {
    const bar = beat % grid.beats_per_bar === 0;
    if (!bar && !showBeats) continue;
    context.globalAlpha = bar ? 1 : 0.4;
    context.fillRect(Math.round((beat / beats) * width), 0, ratio, height);
  }
  context.globalAlpha = 1;
}

function drawPeaks(context, peaks, width, height, colour, ratio) {
  const buckets = peaks.length / 2;
  const middle = height / 2;
  const reach = (height / 2 - 4 * ratio) / 127;
  const column = 2 * ratio; // a line and a gap
  context.fillStyle = colour;
  for (let x = 0; x < width; x += column) {
    const first = Math.floor((x / width) * buckets);
    const last = Math.max(first + 1, Math.floor(((x + column) / width) * buckets));
    let low = 0;
    let high = 0;
    for (let i = first; i < last && i < buckets; i++) {
      low = Math.min(low, peaks[2 * i]);
      high = Math.max(high, peaks[2 * i + 1]);
    }
    const top = middle - lifted(high) * reach;
    const bottom = middle + lifted(-low) * reach;
    context.fillRect(x, top, 1.4 * ratio, Math.max(ratio, bottom - top));
  }
}

/** Quiet sound is drawn larger than life (a power law), so that a stem at -20 dB still shows its rhythm. */
function lifted(value) {
  return 127 * Math.pow(value / 127, 0.65);
}

// The metronome: a click on every beat, a higher one on the first of a bar, on the clock of the lanes. It goes past the
// level meter, and is never exported.

import { RATE } from "./buffers.js";

const CLICK_S = 0.05;
const DECAY_S = 0.009;
const LEVEL = 0.4;
const PITCH_HZ = { first: 1760, other: 1174.7 };

export class Metronome {
  constructor() {
    this.on = false;
    this.voices = new Set();
  }

  wire(context) {
    this.context = context;
    this.output = new GainNode(context, { gain: this.on ? 1 : 0 });
    this.output.connect(context.destination);
    this.clicks = { first: click(PITCH_HZ.first), other: click(PITCH_HZ.other) };
  }

  /** Clicks are planned whether they are heard or not, so that it can be switched in the middle of a bar. */
  switch(on) {
    this.on = on;
    if (this.context) this.output.gain.setValueAtTime(on ? 1 : 0, this.context.currentTime);
  }

  /** The clicks of a piece of the player: {frame, position, samples}. beat: {samples, per_bar}. */
  sound({ frame, position, samples }, beat) {
    for (let count = Math.max(0, Math.floor(position / beat.samples)); ; count++) {
      const at = Math.round(count * beat.samples);
      if (at >= position + samples) return;
      if (at >= position) this.start(count % beat.per_bar ? "other" : "first", frame + at - position);
    }
  }

  /** One bar of clicks up to a frame, heard also while the metronome is off. */
  countIn(frame, beat) {
    for (let left = beat.per_bar; left > 0; left--) {
      this.start(left === beat.per_bar ? "first" : "other", frame - Math.round(left * beat.samples), this.context.destination);
    }
  }

  start(kind, frame, output = this.output) {
    const source = new AudioBufferSourceNode(this.context, { buffer: this.clicks[kind] });
    source.connect(output);
    source.start(frame / RATE);
    source.onended = () => this.voices.delete(source);
    this.voices.add(source);
  }

  silence() {
    for (const source of this.voices) source.stop();
    this.voices.clear();
  }
}

export function click(pitch_hz) {
  const buffer = new AudioBuffer({ length: CLICK_S * RATE, sampleRate: RATE });
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i++) {
    const time_s = i / RATE;
    samples[i] = LEVEL * Math.sin(2 * Math.PI * pitch_hz * time_s) * Math.exp(-time_s / DECAY_S);
  }
  return buffer;
}

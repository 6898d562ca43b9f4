// The guide: the chords of the chord lane as soft keys, and a click on every beat, on the clock of the lanes. It goes past
// the level meter and the mixer: for the ear alone, in no export and in nothing that the model hears.

import { RATE } from "./buffers.js";
import { click } from "./metronome.js";

const LOWEST_BASS = 43; // G2; the bass note lies in the octave from here
const LOWEST_TONE = 55; // G3; one octave for all tones, so that they move little from chord to chord
const NOTE_LEVEL = 0.16;
const ATTACK_S = 0.012;
const FADE_S = 0.4; // to what is held
const HELD = 0.55;
const RELEASE_S = 0.06;
const BRIGHT_HZ = 1500;
const CLICK_LEVEL = 0.35;
const PITCH_HZ = { first: 1320, other: 880 };

export class Guide {
  /** player: {beat: {samples, per_bar}, loop: {on, start, end}, pieces}; see player.js. */
  constructor(player) {
    Object.assign(this, { player, on: false, level: 0.6, spans: [], voices: new Set() });
    this.end = { frame: NaN, position: NaN }; // of the piece that was sounded last
  }

  wire(context) {
    this.context = context;
    this.output = new GainNode(context, { gain: this.level });
    this.keys = new BiquadFilterNode(context, { type: "lowpass", frequency: BRIGHT_HZ, Q: 0.5 });
    this.taps = new GainNode(context, { gain: CLICK_LEVEL });
    this.keys.connect(this.output);
    this.taps.connect(this.output);
    this.output.connect(context.destination);
    this.clicks = { first: click(PITCH_HZ.first), other: click(PITCH_HZ.other) };
  }

  switch(on) {
    this.on = on;
    this.again();
  }

  setLevel(level) {
    this.level = level;
    this.output?.gain.setTargetAtTime(level, this.context.currentTime, 0.008);
  }

  /** spans: [{start_beat, end_beat, tones, bass}] over the piece, as pitch classes. */
  setChords(spans) {
    if (JSON.stringify(spans) === JSON.stringify(this.spans)) return;
    this.spans = spans;
    this.again();
  }

  /** What the player has planned already, from now on: the chords have changed, or the guide was switched. */
  again() {
    this.silence();
    if (!this.context) return;
    const now = Math.ceil(this.context.currentTime * RATE);
    for (const { frame, position, samples } of this.player.pieces) {
      const skipped = Math.max(0, now - frame);
      if (skipped < samples) this.sound({ frame: frame + skipped, position: position + skipped, samples: samples - skipped });
    }
  }

  /** The chords and clicks of a piece of the player: {frame, position, samples}. */
  sound({ frame, position, samples }) {
    const { beat, loop } = this.player;
    const goesOn = this.end.frame === frame && this.end.position === position; // then a chord that is held sounds already
    this.end = { frame: frame + samples, position: position + samples };
    if (!this.on) return;
    const turn = loop.on && position < loop.end ? loop.end : Infinity;
    for (const { start_beat, end_beat, tones, bass } of this.spans) {
      const [start, end] = [Math.round(start_beat * beat.samples), Math.min(Math.round(end_beat * beat.samples), turn)];
      if (start >= position + samples || end <= position || (start < position && goesOn)) continue;
      const from = Math.max(start, position);
      this.chord(tones, bass, (frame + from - position) / RATE, (end - from) / RATE);
    }
    for (let count = Math.ceil(position / beat.samples); count * beat.samples < position + samples; count++) {
      this.tap(count % beat.per_bar ? "other" : "first", (frame + Math.round(count * beat.samples) - position) / RATE);
    }
  }

  chord(tones, bass, at_s, duration_s) {
    const notes = [inOctave(bass, LOWEST_BASS), ...tones.map((tone) => inOctave(tone, LOWEST_TONE))];
    for (const note of notes) {
      const source = new OscillatorNode(this.context, { type: "triangle", frequency: 440 * 2 ** ((note - 69) / 12) });
      const gain = new GainNode(this.context, { gain: 0 });
      const end_s = at_s + Math.max(duration_s, ATTACK_S + RELEASE_S);
      gain.gain.setValueAtTime(0, at_s).linearRampToValueAtTime(NOTE_LEVEL, at_s + ATTACK_S);
      gain.gain.setTargetAtTime(NOTE_LEVEL * HELD, at_s + ATTACK_S, FADE_S);
      gain.gain.setTargetAtTime(0, end_s - RELEASE_S, RELEASE_S / 5);
      source.connect(gain).connect(this.keys);
      source.start(at_s);
      source.stop(end_s);
      this.keep(source, gain);
    }
  }

  tap(kind, at_s) {
    const source = new AudioBufferSourceNode(this.context, { buffer: this.clicks[kind] });
    source.connect(this.taps);
    source.start(at_s);
    this.keep(source, null);
  }

  keep(source, gain) {
    const voice = { source, gain };
    this.voices.add(voice);
    source.onended = () => {
      source.disconnect();
      gain?.disconnect();
      this.voices.delete(voice);
    };
  }

  silence() {
    this.end = { frame: NaN, position: NaN };
    for (const { source, gain } of this.voices) {
      const now = this.context.currentTime;
      gain?.gain.cancelScheduledValues(now).setTargetAtTime(0, now, 0.004);
      source.stop(now + (gain ? 0.025 : 0));
    }
    this.voices.clear();
  }
}

/** The note of a pitch class in the octave from `lowest` upwards. */
function inOctave(pitch_class, lowest) {
  return lowest + ((((pitch_class - lowest) % 12) + 12) % 12);
}

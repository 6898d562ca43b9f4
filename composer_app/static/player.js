// The player: lanes, metronome and guide on the one clock of one AudioContext. Positions are whole samples from bar 1.
//
// What is played is a row of pieces, each within one part of the audio and within one turn of the loop. Every lane sounds
// the same pieces at the same frames of the clock, a few seconds ahead; so lanes cannot drift, and no gap lies between.

import { Balance } from "./balance.js";
import { audioPart, PART_SAMPLES, RATE } from "./buffers.js";
import { Guide } from "./guide.js";
import { Metronome } from "./metronome.js";

const LEAD_S = 0.06; // between a key press and the common start of all lanes
const AHEAD_S = 3; // a page in the background is woken once a second only
const EVERY_MS = 250;
const FADE_S = 0.01; // when a lane changes its audio while playing, and when all stop
const TOGETHER_S = 0.02; // ahead of the clock, so that what is asked of lanes happens to all on the same frame
const SWITCH_S = 0.0015; // time constant with which one choice gives way to another, the two adding up to 1
const OWN = ""; // among the keys of what a lane can play: its own audio

export class Player {
  constructor() {
    this.context = null;
    this.metronome = new Metronome();
    this.guide = new Guide(this);
    this.lanes = new Map(); // track -> {track, wanted, audio: content names, mix: {left, right}, nodes, gates by key, voices}
    this.choices = new Map(); // key -> {track: content name, or null for silence}; lanes that are not named play their own
    this.chosen = OWN;
    this.trimmed = 1; // gain of the whole mix, by which choices are made equally loud
    this.length = RATE; // of the piece, in samples
    this.loop = { on: false, start: 0, end: RATE };
    this.beat = { samples: RATE / 2, per_bar: 4 };
    this.playing = false;
    this.offset = 0; // where playback began, or waits
    this.startFrame = Infinity; // of the context's clock; not known while the first audio is on its way
    this.starts = 0; // counts starts and stops, so that a start that was overtaken is given up
    this.pieces = []; // {frame, position, samples, part} that sound or are about to
    this.next = null; // the piece that is to be planned next, without its length
  }

  /** Where the playhead is, in samples. */
  get position() {
    return this.playing && this.context ? this.positionAt(Math.round(this.context.currentTime * RATE)) : this.offset;
  }

  positionAt(frame) {
    const raw = this.offset + Math.max(0, frame - this.startFrame);
    const { on, start, end } = this.loop;
    if (on && raw >= end) return start + ((raw - start) % (end - start));
    return raw;
  }

  async play() {
    if (this.playing) return;
    this.wake();
    this.begin();
    await this.context.resume();
  }

  pause() {
    const position = Math.min(this.position, this.length);
    this.silence();
    this.offset = position;
  }

  /** Stop and go back to the start, or to the start of the loop. */
  stop() {
    this.silence();
    this.offset = this.loop.on ? this.loop.start : 0;
    this.fetchAhead();
  }

  seek(position) {
    const playing = this.playing;
    if (playing) this.silence();
    this.offset = Math.min(Math.max(0, Math.round(position)), this.length);
    if (playing) this.begin();
    else this.fetchAhead();
  }

  /** The length of the piece, the loop and the beats in samples; a change while playing goes on from the same place. */
  setForm(length, loop, beat) {
    if (JSON.stringify([length, loop, beat]) === JSON.stringify([this.length, this.loop, this.beat])) return;
    const playing = this.playing;
    if (playing) this.pause();
    Object.assign(this, { length, loop, beat, offset: Math.min(this.offset, length) });
    if (playing) this.begin();
  }

  /** The audio of a lane by its content name, or null; while playing it is exchanged without a gap. */
  async setAudio(track, name) {
    const lane = this.lane(track);
    if (lane.wanted === name) return;
    lane.wanted = name;
    if (!this.playing) return this.fetchAhead();
    if (name) await audioPart(name, Math.floor(this.position / PART_SAMPLES)).ready.catch(() => null);
    if (this.playing && lane.wanted === name && lane.audio !== name) this.exchange(lane, OWN);
  }

  /** What can be switched to without a gap, by key. While playing all of it runs along on the one clock, unheard. */
  setChoices(choices) {
    if (this.chosen !== OWN && !choices.has(this.chosen)) this.choose(OWN);
    const before = this.choices;
    this.choices = choices;
    if (!this.playing) this.fetchAhead();
    for (const lane of this.lanes.values()) {
      for (const key of new Set([...before.keys(), ...choices.keys()])) {
        if (before.get(key)?.[lane.track] !== choices.get(key)?.[lane.track]) this.exchange(lane, key);
        if (!choices.has(key)) lane.gates.delete(key);
      }
    }
  }

  /** Promises the audio of a choice for the present place; null where it is there already. */
  waitFor(key) {
    const part = Math.floor(this.position / PART_SAMPLES);
    const names = Object.values(this.choices.get(key) ?? {}).filter(Boolean);
    const missing = names.map((name) => audioPart(name, part)).filter(({ buffer }) => !buffer);
    return missing.length ? Promise.allSettled(missing.map(({ ready }) => ready)) : null;
  }

  /** Hear a choice, or the lanes' own audio; the mix at this gain. All lanes switch on the same sample. */
  choose(key = OWN, trim = 1) {
    const before = new Map([...this.lanes.values()].map((lane) => [lane, this.audible(lane)]));
    this.chosen = this.choices.has(key) ? key : OWN;
    this.trimmed = trim;
    if (!this.context) return;
    const at_s = this.moment();
    this.trim.gain.setTargetAtTime(trim, at_s, SWITCH_S);
    for (const [lane, was] of before) {
      const is = this.audible(lane);
      if (is !== was) lane.gates.get(was)?.gain.setTargetAtTime(0, at_s, SWITCH_S);
      if (is !== was) lane.gates.get(is)?.gain.setTargetAtTime(1, at_s, SWITCH_S);
    }
  }

  /** The key of what a lane lets hear. */
  audible(lane) {
    return this.choices.get(this.chosen)?.[lane.track] !== undefined ? this.chosen : OWN;
  }

  /** The content name of what a lane has under a key. */
  audioOf(lane, key) {
    return key === OWN ? lane.audio : this.choices.get(key)?.[lane.track] ?? null;
  }

  /** gain is linear; pan is a balance from -1 to 1 in which the louder side stays at 1, as in the export. */
  setMix(track, gain, pan) {
    const lane = this.lane(track);
    lane.mix = { left: gain * Math.min(1, 1 - pan), right: gain * Math.min(1, 1 + pan) };
    lane.nodes?.set(lane.mix, this.moment());
  }

  /** The same moment for all that is asked in one go, however far the clock runs meanwhile. */
  moment() {
    if (this.together === undefined) {
      this.together = this.frameAfter(TOGETHER_S) / RATE;
      queueMicrotask(() => { this.together = undefined; });
    }
    return this.together;
  }

  /** The highest sample that is sounding now, all lanes together; 0 in silence. */
  peak() {
    if (!this.playing) return 0;
    this.scope ??= new Float32Array(this.analyser.fftSize);
    this.analyser.getFloatTimeDomainData(this.scope);
    return this.scope.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  }

  lane(track) {
    if (!this.lanes.has(track)) this.lanes.set(track, { track, wanted: null, audio: null, mix: { left: 1, right: 1 }, nodes: null, gates: new Map(), voices: new Set() });
    return this.lanes.get(track);
  }

  /** Made on the first press of play, because browsers want a gesture before sound. */
  wake() {
    if (this.context) return;
    this.context = new AudioContext({ sampleRate: RATE });
    this.analyser = new AnalyserNode(this.context, { fftSize: 2048 });
    this.trim = new GainNode(this.context, { gain: this.trimmed });
    this.trim.connect(this.analyser).connect(this.context.destination);
    this.metronome.wire(this.context);
    this.guide.wire(this.context);
  }

  /** What all voices of a lane under a key go through: open while that is what the lane lets hear. */
  gateOf(lane, key) {
    lane.nodes ??= new Balance(this.context, lane.mix, this.trim);
    if (!lane.gates.has(key)) {
      const gate = new GainNode(this.context, { gain: key === this.audible(lane) ? 1 : 0 });
      gate.connect(lane.nodes.input);
      lane.gates.set(key, gate);
    }
    return lane.gates.get(key);
  }

  frameAfter(delay_s) {
    return Math.ceil((this.context.currentTime + delay_s) * RATE);
  }

  /** The parts that playback would begin with, of what is heard before the rest. Promises those. */
  fetchAhead() {
    const part = Math.floor((this.offset < this.length ? this.offset : 0) / PART_SAMPLES);
    const nameOf = (lane, key) => (key === OWN ? lane.wanted : this.audioOf(lane, key));
    const lanes = [...this.lanes.values()];
    const heard = lanes.filter(({ mix }) => mix.left + mix.right > 0).map((lane) => nameOf(lane, this.audible(lane)));
    const rest = lanes.flatMap((lane) => [OWN, ...this.choices.keys()].map((key) => nameOf(lane, key)));
    const ready = heard.filter(Boolean).map((name) => audioPart(name, part));
    for (const name of new Set(rest)) if (name) audioPart(name, part);
    return ready;
  }

  /** Play from `offset` after lead_s: counted from now if the audio is there, else from when all lanes have it. */
  async begin(lead_s = LEAD_S) {
    if (this.offset >= this.length || (this.loop.on && this.offset >= this.loop.end)) this.offset = this.loop.on ? this.loop.start : 0;
    this.playing = true;
    const start = ++this.starts;
    const first = this.fetchAhead();
    if (!first.every((part) => part.buffer)) await Promise.allSettled(first.map((part) => part.ready));
    if (start !== this.starts) return;
    for (const lane of this.lanes.values()) lane.audio = lane.wanted;
    this.startFrame = this.frameAfter(lead_s);
    this.next = { frame: this.startFrame, position: this.offset };
    this.plan();
    this.timer = setInterval(() => this.plan(), EVERY_MS);
  }

  /** Cut what is heard in the next seconds into pieces, and let all lanes sound them. */
  plan() {
    const now = this.context.currentTime * RATE;
    this.pieces = this.pieces.filter((piece) => piece.frame + piece.samples > now);
    while (this.next && this.next.frame < now + AHEAD_S * RATE) {
      const { frame, position } = this.next;
      const part = Math.floor(position / PART_SAMPLES);
      const turns = this.loop.on && position < this.loop.end;
      const end = Math.min((part + 1) * PART_SAMPLES, turns ? this.loop.end : this.length);
      const piece = { frame, position, part, samples: end - position };
      this.pieces.push(piece);
      const all = [OWN, ...this.choices.keys()].flatMap((key) => [...this.lanes.values()].map((lane) => [lane, key]));
      for (const [lane, key] of all) this.sound(lane, key, piece, frame);
      this.metronome.sound(piece, this.beat);
      this.guide.sound(piece);
      const after = turns && end === this.loop.end ? this.loop.start : end;
      this.next = after < this.length ? { frame: frame + piece.samples, position: after } : null;
      for (const name of all.map((one) => this.next && this.audioOf(...one))) if (name) audioPart(name, Math.floor(after / PART_SAMPLES));
    }
  }

  /** Start what a lane has under a key of a piece at a frame of the clock, or what is left of it then; late audio joins. */
  sound(lane, key, piece, frame) {
    const audio = this.audioOf(lane, key);
    const skipped = Math.max(0, frame - piece.frame);
    if (!audio || skipped >= piece.samples) return;
    const { buffer, ready } = audioPart(audio, piece.part);
    if (!buffer) {
      const join = () => this.pieces.includes(piece) && this.audioOf(lane, key) === audio && this.sound(lane, key, piece, Math.max(piece.frame, this.frameAfter(TOGETHER_S)));
      ready.then(join, () => null);
      return;
    }
    const at_s = (piece.frame + skipped) / RATE;
    const gate = new GainNode(this.context, { gain: skipped ? 0 : 1 });
    if (skipped) gate.gain.setValueAtTime(0, at_s).linearRampToValueAtTime(1, at_s + FADE_S);
    const source = new AudioBufferSourceNode(this.context, { buffer });
    source.connect(gate).connect(this.gateOf(lane, key));
    source.start(at_s, (piece.position + skipped) % PART_SAMPLES / RATE, (piece.samples - skipped) / RATE);
    const voice = { key, source, gate };
    source.onended = () => {
      gate.disconnect();
      lane.voices.delete(voice);
    };
    lane.voices.add(voice);
  }

  /** What a lane has under a key has changed while it plays. */
  exchange(lane, key) {
    if (this.startFrame === Infinity) return; // it begins with the new audio
    if (key === OWN) lane.audio = lane.wanted;
    const at_s = this.moment();
    this.fadeOut(lane, at_s, [key]);
    const frame = Math.round(at_s * RATE);
    for (const piece of this.pieces) this.sound(lane, key, piece, Math.max(frame, piece.frame));
  }

  fadeOut(lane, at_s, keys = [OWN, ...this.choices.keys()]) {
    for (const voice of [...lane.voices].filter(({ key }) => keys.includes(key))) {
      voice.gate.gain.setValueAtTime(1, at_s).linearRampToValueAtTime(0, at_s + FADE_S);
      voice.source.stop(at_s + FADE_S);
      lane.voices.delete(voice);
    }
  }

  silence() {
    clearInterval(this.timer);
    this.starts += 1;
    for (const lane of this.lanes.values()) if (lane.voices.size) this.fadeOut(lane, this.moment());
    this.metronome.silence();
    this.guide.silence();
    Object.assign(this, { playing: false, startFrame: Infinity, pieces: [], next: null });
  }
}

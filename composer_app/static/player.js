// The player: four lanes, metronome and guide on the one clock of one AudioContext. Positions are whole samples from bar 1.
//
// What is played is a row of pieces, each within one part of the audio and within one turn of the loop. Every lane sounds
// the same pieces at the same frames of the clock, a few seconds ahead; so lanes cannot drift, and no gap lies between.

import { audioPart, PART_SAMPLES, RATE } from "./buffers.js";
import { Guide } from "./guide.js";
import { Metronome } from "./metronome.js";

const LEAD_S = 0.06; // between a key press and the common start of all lanes
const AHEAD_S = 3; // a page in the background is woken once a second only
const EVERY_MS = 250;
const FADE_S = 0.01; // when a lane changes its audio while playing, and when all stop
const TOGETHER_S = 0.02; // ahead of the clock, so that what is asked of four lanes happens to all on the same frame
const SMOOTHING_S = 0.008; // of gain and pan

export class Player {
  constructor() {
    this.context = null;
    this.metronome = new Metronome();
    this.guide = new Guide(this);
    this.lanes = new Map(); // track -> {wanted, audio: content names, mix: {left, right}, nodes, voices}
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
    if (this.playing && lane.wanted === name && lane.audio !== name) this.exchange(lane);
  }

  /** gain is linear; pan is a balance from -1 to 1 in which the louder side stays at 1, as in the export. */
  setMix(track, gain, pan) {
    const lane = this.lane(track);
    lane.mix = { left: gain * Math.min(1, 1 - pan), right: gain * Math.min(1, 1 + pan) };
    if (!lane.nodes) return;
    const at_s = this.moment();
    lane.nodes.left.gain.setTargetAtTime(lane.mix.left, at_s, SMOOTHING_S);
    lane.nodes.right.gain.setTargetAtTime(lane.mix.right, at_s, SMOOTHING_S);
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
    if (!this.lanes.has(track)) this.lanes.set(track, { wanted: null, audio: null, mix: { left: 1, right: 1 }, nodes: null, voices: new Set() });
    return this.lanes.get(track);
  }

  /** Made on the first press of play, because browsers want a gesture before sound. */
  wake() {
    if (this.context) return;
    this.context = new AudioContext({ sampleRate: RATE });
    this.analyser = new AnalyserNode(this.context, { fftSize: 2048 });
    this.analyser.connect(this.context.destination);
    this.metronome.wire(this.context);
    this.guide.wire(this.context);
  }

  /** lane input -> left and right gain -> the sum of all lanes. */
  wire(lane) {
    const split = new ChannelSplitterNode(this.context, { numberOfOutputs: 2 });
    const merge = new ChannelMergerNode(this.context, { numberOfInputs: 2 });
    const left = new GainNode(this.context, { gain: lane.mix.left });
    const right = new GainNode(this.context, { gain: lane.mix.right });
    split.connect(left, 0).connect(merge, 0, 0);
    split.connect(right, 1).connect(merge, 0, 1);
    merge.connect(this.analyser);
    lane.nodes = { input: split, left, right };
  }

  frameAfter(delay_s) {
    return Math.ceil((this.context.currentTime + delay_s) * RATE);
  }

  /** The parts that playback would begin with, of the lanes that are heard before the others. Promises those. */
  fetchAhead() {
    const part = Math.floor((this.offset < this.length ? this.offset : 0) / PART_SAMPLES);
    const lanes = [...this.lanes.values()].filter((lane) => lane.wanted);
    const heard = lanes.filter((lane) => lane.mix.left + lane.mix.right > 0);
    const ready = heard.map((lane) => audioPart(lane.wanted, part));
    for (const lane of lanes.filter((one) => !heard.includes(one))) audioPart(lane.wanted, part);
    return ready;
  }

  /** Play from `offset`: at once if the audio is there, else all lanes together as soon as it is. */
  async begin() {
    if (this.offset >= this.length || (this.loop.on && this.offset >= this.loop.end)) this.offset = this.loop.on ? this.loop.start : 0;
    this.playing = true;
    const start = ++this.starts;
    const first = this.fetchAhead();
    if (!first.every((part) => part.buffer)) await Promise.allSettled(first.map((part) => part.ready));
    if (start !== this.starts) return;
    for (const lane of this.lanes.values()) lane.audio = lane.wanted;
    this.startFrame = this.frameAfter(LEAD_S);
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
      for (const lane of this.lanes.values()) this.sound(lane, piece, frame);
      this.metronome.sound(piece, this.beat);
      this.guide.sound(piece);
      const after = turns && end === this.loop.end ? this.loop.start : end;
      this.next = after < this.length ? { frame: frame + piece.samples, position: after } : null;
      for (const lane of this.next ? this.lanes.values() : []) if (lane.audio) audioPart(lane.audio, Math.floor(after / PART_SAMPLES));
    }
  }

  /** Start a lane's audio of a piece at a frame of the clock, or what is left of it then; late audio joins when it is there. */
  sound(lane, piece, frame) {
    const { audio } = lane;
    const skipped = Math.max(0, frame - piece.frame);
    if (!audio || skipped >= piece.samples) return;
    const { buffer, ready } = audioPart(audio, piece.part);
    if (!buffer) {
      const join = () => this.pieces.includes(piece) && lane.audio === audio && this.sound(lane, piece, Math.max(piece.frame, this.frameAfter(TOGETHER_S)));
      ready.then(join, () => null);
      return;
    }
    if (!lane.nodes) this.wire(lane);
    const at_s = (piece.frame + skipped) / RATE;
    const gate = new GainNode(this.context, { gain: skipped ? 0 : 1 });
    if (skipped) gate.gain.setValueAtTime(0, at_s).linearRampToValueAtTime(1, at_s + FADE_S);
    const source = new AudioBufferSourceNode(this.context, { buffer });
    source.connect(gate).connect(lane.nodes.input);
    source.start(at_s, (piece.position + skipped) % PART_SAMPLES / RATE, (piece.samples - skipped) / RATE);
    const voice = { source, gate };
    source.onended = () => {
      gate.disconnect();
      lane.voices.delete(voice);
    };
    lane.voices.add(voice);
  }

  exchange(lane) {
    if (this.startFrame === Infinity) return; // it begins with the new audio
    lane.audio = lane.wanted;
    const at_s = this.moment();
    this.fadeOut(lane, at_s);
    const frame = Math.round(at_s * RATE);
    for (const piece of this.pieces) this.sound(lane, piece, Math.max(frame, piece.frame));
  }

  fadeOut(lane, at_s) {
    for (const { source, gate } of lane.voices) {
      gate.gain.setValueAtTime(1, at_s).linearRampToValueAtTime(0, at_s + FADE_S);
      source.stop(at_s + FADE_S);
    }
    lane.voices.clear();
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

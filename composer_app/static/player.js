// The player: four lanes on the one clock of one AudioContext. Positions are whole samples from bar 1.

const RATE = 48000;
const LEAD_S = 0.06; // between a key press and the common start of all lanes
const FADE_S = 0.01; // when a lane changes its audio while playing
const SMOOTHING_S = 0.008; // of gain and pan

export class Player {
  constructor() {
    this.context = null;
    this.lanes = new Map(); // track -> {buffer, mix: {left, right}, nodes, voice}
    this.length = RATE; // of the piece, in samples
    this.loop = { on: false, start: 0, end: RATE };
    this.playing = false;
    this.offset = 0; // where playback began, or waits
    this.startedAt_s = 0; // on the context's clock
  }

  /** Where the playhead is, in samples. */
  get position() {
    if (!this.playing) return this.offset;
    return this.positionAt(this.context.currentTime);
  }

  positionAt(time_s) {
    const raw = this.offset + Math.max(0, Math.round((time_s - this.startedAt_s) * RATE));
    const { on, start, end } = this.loop;
    if (on && raw >= end) return start + ((raw - start) % (end - start));
    return raw;
  }

  async play() {
    this.wake();
    await this.context.resume();
    if (!this.playing) this.startAll(); // a second press may have come meanwhile
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
  }

  seek(position) {
    const wanted = Math.min(Math.max(0, Math.round(position)), this.length);
    const playing = this.playing;
    if (playing) this.silence();
    this.offset = wanted;
    if (playing) this.startAll();
  }

  /** The length of the piece and the loop in samples; a change while playing goes on from the same place. */
  setForm(length, loop) {
    const same = this.length === length && ["on", "start", "end"].every((key) => this.loop[key] === loop[key]);
    if (same) return;
    const playing = this.playing;
    if (playing) this.pause();
    this.length = length;
    this.loop = loop;
    this.offset = Math.min(this.offset, length);
    if (playing) this.startAll();
  }

  /** The audio of a lane, or null; while playing it is exchanged without a gap. */
  setBuffer(track, buffer) {
    const lane = this.lane(track);
    if (lane.buffer === buffer) return;
    lane.buffer = buffer;
    if (this.playing) this.exchange(lane);
  }

  /** gain is linear; pan is a balance from -1 to 1 in which the louder side stays at 1, as in the export. */
  setMix(track, gain, pan) {
    const lane = this.lane(track);
    lane.mix = { left: gain * Math.min(1, 1 - pan), right: gain * Math.min(1, 1 + pan) };
    if (!lane.nodes) return;
    const now = this.context.currentTime;
    lane.nodes.left.gain.setTargetAtTime(lane.mix.left, now, SMOOTHING_S);
    lane.nodes.right.gain.setTargetAtTime(lane.mix.right, now, SMOOTHING_S);
  }

  /** The highest sample that is sounding now, all lanes together; 0 in silence. */
  peak() {
    if (!this.playing) return 0;
    this.scope ??= new Float32Array(this.analyser.fftSize);
    this.analyser.getFloatTimeDomainData(this.scope);
    return this.scope.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  }

  lane(track) {
    if (!this.lanes.has(track)) this.lanes.set(track, { buffer: null, mix: { left: 1, right: 1 }, nodes: null, voice: null });
    return this.lanes.get(track);
  }

  /** Made on the first press of play, because browsers want a gesture before sound. */
  wake() {
    if (this.context) return;
    this.context = new AudioContext({ sampleRate: RATE });
    this.analyser = new AnalyserNode(this.context, { fftSize: 2048 });
    this.analyser.connect(this.context.destination);
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

  /** The next moment that lies on a sample of the clock, so that all lanes start on the same one. */
  momentAfter(delay_s) {
    return Math.ceil((this.context.currentTime + delay_s) * RATE) / RATE;
  }

  startAll() {
    if (this.offset >= this.length || (this.loop.on && this.offset >= this.loop.end)) this.offset = this.loop.on ? this.loop.start : 0;
    this.startedAt_s = this.momentAfter(LEAD_S);
    this.playing = true;
    for (const lane of this.lanes.values()) this.sound(lane, this.startedAt_s, this.offset, 0);
  }

  /** Start the lane's audio at a moment of the clock, from a position, faded in over fade_s. */
  sound(lane, at_s, position, fade_s) {
    lane.voice = null;
    if (!lane.buffer || position >= lane.buffer.length) return;
    if (!lane.nodes) this.wire(lane);
    const gate = new GainNode(this.context, { gain: fade_s ? 0 : 1 });
    if (fade_s) gate.gain.setValueAtTime(0, at_s).linearRampToValueAtTime(1, at_s + fade_s);
    const source = new AudioBufferSourceNode(this.context, { buffer: lane.buffer });
    if (this.loop.on) {
      source.loop = true;
      source.loopStart = this.loop.start / RATE;
      source.loopEnd = this.loop.end / RATE;
    }
    source.connect(gate).connect(lane.nodes.input);
    source.start(at_s, position / RATE);
    lane.voice = { source, gate };
  }

  exchange(lane) {
    const at_s = this.momentAfter(LEAD_S / 2);
    const old = lane.voice;
    if (old) {
      old.gate.gain.setValueAtTime(1, at_s).linearRampToValueAtTime(0, at_s + FADE_S);
      old.source.stop(at_s + FADE_S);
    }
    this.sound(lane, at_s, this.positionAt(at_s), FADE_S);
  }

  silence() {
    for (const lane of this.lanes.values()) {
      lane.voice?.source.stop();
      lane.voice?.source.disconnect();
      lane.voice = null;
    }
    this.playing = false;
  }
}

// Recording: one bar of count-in, then a lane against all the others, on the one clock; what was played becomes a take.

import { h, setAttribute, setText } from "./dom.js";
import { openMicrophone } from "./microphone.js";
import { wavOf } from "./wav.js";

const RATE = 48000;
const LEAD_S = 0.1; // before the first click of the count-in
const PHASES = { asking: "waiting for the microphone", counting: "count-in", recording: "recording", sending: "saving" };

export class Recorder {
  constructor(editor) {
    this.editor = editor;
    this.phase = null; // null: nothing is recorded; else one of PHASES
    this.track = null;
    this.words = h("span", { class: "record-words" });
    this.meterBar = h("div", { class: "level-bar" });
    this.meter = h("div", { class: "level input-level", role: "meter", "aria-label": "Input level", "aria-valuemin": "-60", "aria-valuemax": "0", "aria-valuenow": "-60" }, this.meterBar);
    this.level = h("span", { class: "faint", "aria-hidden": "true" });
    const stop = h("button", { type: "button", id: "stop-recording", text: "Stop and keep", on: { click: () => this.stop() } });
    const drop = h("button", { type: "button", id: "drop-recording", text: "Throw away", on: { click: () => this.end("Nothing was recorded.") } });
    this.node = h("div", { class: "record-bar", role: "group", "aria-label": "Recording", hidden: true }, this.words, this.meter, this.level, h("span", { class: "spacer" }), stop, drop);
  }

  render() {
    this.editor.editBar.node.hidden = Boolean(this.phase);
    this.node.hidden = !this.phase;
    if (this.phase) setText(this.words, `${this.track[0].toUpperCase()}${this.track.slice(1)}: ${PHASES[this.phase]}`);
    for (const lane of this.editor.timeline.lanes) lane.showRecording(this.track === lane.track, Boolean(this.phase));
  }

  /** The loop waits and the lane is silent while it is recorded: the whole page is shown anew. */
  enter(phase) {
    this.phase = phase;
    if (!phase) this.track = null;
    this.editor.render();
  }

  /** The record button of a lane and its key: start, or stop and keep what was played. */
  toggle(track) {
    if (!this.phase) this.start(track);
    else this.stop();
  }

  async start(track) {
    const { editor } = this;
    const { player } = editor;
    editor.leaveAudition();
    if (editor.history.heard) editor.history.facts.listen(null);
    player.pause();
    this.track = track;
    this.enter("asking");
    this.blocks = [];
    this.stopAt = null;
    this.startFrame = Infinity; // until the count-in is set
    try {
      player.wake();
      await player.context.resume();
      this.microphone = await openMicrophone(player.context, (block) => this.onBlock(block));
    } catch (error) {
      return this.end(error.message, "refused");
    }
    if (this.phase !== "asking") return this.microphone.close(); // it was thrown away meanwhile
    await this.countIn();
    this.enter("counting");
    editor.strip.say(`Recording ${track}: one bar of count-in.`, "told");
    editor.frame();
  }

  /** From the start of the selection to its end, where the lane is selected; else from the playhead to the end of the piece. */
  span() {
    const { player, selection } = this.editor;
    const at = (beat) => Math.round(beat * player.beat.samples);
    if (selection?.tracks.includes(this.track)) return [at(selection.start_beat), at(selection.end_beat)];
    return [player.position < player.length ? player.position : 0, player.length];
  }

  /** Playback begins one bar from now; a loop waits until the recording is over. */
  async countIn() {
    const { player } = this.editor;
    [this.from, this.to] = this.span();
    player.seek(this.from);
    await player.begin(LEAD_S + (player.beat.per_bar * player.beat.samples) / RATE);
    this.startFrame = player.startFrame;
    this.late = Math.round(this.microphone.latency_s * RATE); // what is played on the beat comes in so many samples behind it
    player.metronome.countIn(this.startFrame, player.beat);
  }

  onBlock(block) {
    this.showLevel(block.channels);
    if (this.phase !== "counting" && this.phase !== "recording") return;
    this.blocks.push(block);
    const played = block.frame + block.channels[0].length - this.startFrame; // samples since the downbeat
    if (this.phase === "counting" && played > 0) this.enter("recording");
    const { player } = this.editor;
    const stopped = !player.playing || player.startFrame !== this.startFrame;
    if (this.stopAt === null && (stopped || this.from + played >= this.to)) this.stop();
    if (this.stopAt !== null && played >= this.stopAt - this.from + this.late) this.keep();
  }

  /** Play stops at once; what is still on its way in is waited for. */
  stop() {
    if (this.phase === "asking") return this.end("Nothing was recorded.");
    if (this.stopAt !== null || (this.phase !== "counting" && this.phase !== "recording")) return;
    const { player } = this.editor;
    const played = Math.round(player.context.currentTime * RATE) - this.startFrame;
    if (played <= 0) return this.end("Nothing was recorded: it was stopped in the count-in.");
    this.stopAt = Math.min(this.to, this.from + played);
    this.rewind();
  }

  /** Back to where it began, so that Space plays it. */
  rewind() {
    const { player } = this.editor;
    player.pause();
    player.seek(this.from);
    this.editor.frame();
  }

  async keep() {
    const { editor, track, from, microphone } = this;
    microphone.close();
    this.enter("sending");
    const file = wavOf(this.recorded(), RATE);
    const latency_ms = (1000 * microphone.latency_s).toFixed(1);
    const arrived = await editor.send(track, file, { name: "recording.wav", at_sample: from, latency_ms });
    if (!arrived) {
      editor.download({ url: URL.createObjectURL(file), name: "recording.wav" });
      editor.strip.say("The program could not be reached. The recording is in your downloads instead; drop it on the lane later.", "refused");
    }
    this.microphone = null;
    this.enter(null);
  }

  /** What came in from the downbeat to the stop, moved earlier by the latency: two channels. */
  recorded() {
    const first = this.startFrame + this.late;
    const channels = [0, 1].map(() => new Float32Array(this.stopAt - this.from));
    for (const block of this.blocks) {
      const at = block.frame - first;
      const [start, end] = [Math.max(0, -at), Math.min(block.channels[0].length, channels[0].length - at)];
      if (end > start) channels.forEach((channel, i) => channel.set(block.channels[i].subarray(start, end), at + start));
    }
    return channels;
  }

  end(words, kind = "told") {
    const counting = this.phase === "counting" || this.phase === "recording";
    this.microphone?.close();
    this.microphone = null;
    if (counting) this.rewind();
    this.enter(null);
    this.editor.strip.say(words, kind);
  }

  showLevel(channels) {
    const peak = channels.reduce((most, channel) => channel.reduce((high, value) => Math.max(high, Math.abs(value)), most), 0);
    const db = Math.max(-60, Math.round(20 * Math.log10(Math.max(peak, 1e-3))));
    this.meterBar.style.transform = `scaleX(${(db + 60) / 60})`;
    this.meterBar.classList.toggle("over", peak >= 1);
    setAttribute(this.meter, "aria-valuenow", db);
    setAttribute(this.meter, "aria-valuetext", db <= -60 ? "silent" : `${db} decibels`);
    setText(this.level, db <= -60 ? "no input" : `${db} dB`.replace("-", "−"));
  }
}

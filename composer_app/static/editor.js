// The editor: holds the view the program sent last, shows it through its parts, and sends what the person does.

import { About } from "./about.js";
import { Audition } from "./audition.js";
import { CellGrid, CellMarks } from "./cells.js";
import { h } from "./dom.js";
import { EditBar } from "./edit_bar.js";
import { HistoryPanel } from "./history.js";
import { JobFollower } from "./jobs.js";
import { listenToKeys, markShortcuts } from "./keymap.js";
import { Loudness } from "./loudness.js";
import { NullBadges } from "./nullbadges.js";
import { ActionQueue } from "./action_queue.js";
import { within } from "./places.js";
import { Plan } from "./plan.js";
import { Player } from "./player.js";
import { Recorder } from "./record.js";
import { SectionLane } from "./sections.js";
import { SelectionBar } from "./selectionbar.js";
import { Strip } from "./strip.js";
import { Timeline } from "./timeline.js";
import { TopBar } from "./topbar.js";
import { Transport } from "./transport.js";
import { Variations } from "./variations.js";

let player = null; // survives a second mount, and with it the AudioContext

class Editor {
  /** tracks: the names of the lanes, in order, as the first view lists them. */
  constructor(root, gradio, tracks) {
    this.root = root;
    this.gradio = gradio;
    this.player = player ??= new Player();
    this.view = null;
    this.selected = tracks[0];
    this.tracks = tracks;
    this.audition = new Audition(this);
    this.selection = null; // {tracks, start_beat, end_beat}: lanes over a span of beats, or nothing
    this.actionQueue = new ActionQueue((call) => gradio.server.act(call), () => this.strip.say("The program does not answer. Is it still running? Nothing was changed.", "refused"));
    this.jobs = new JobFollower((status) => this.onJob(status), () => this.act("show", {}));
    this.history = new HistoryPanel(this);
    this.topbar = new TopBar(this);
    this.transport = new Transport(this);
    this.timeline = new Timeline(this, tracks);
    this.sections = new SectionLane(this);
    this.timeline.node.prepend(this.sections.node);
    this.timeline.zoom.strips.push(this.sections.strip);
    this.marks = new CellMarks(this, this.timeline.lanes);
    this.cells = new CellGrid(this, tracks);
    this.plan = new Plan(this);
    this.loudness = new Loudness(this);
    this.selectionBar = new SelectionBar(this, tracks);
    this.editBar = new EditBar(this);
    this.recorder = new Recorder(this);
    this.strip = new Strip(this);
    this.variations = new Variations(this);
    this.nullBadges = new NullBadges(this);
    this.about = new About(this);
    const tools = h("div", { class: "tools" }, this.selectionBar.node, this.timeline.snap.node, this.timeline.zoom.node);
    const panels = [this.editBar, this.recorder, this.loudness, this.cells, this.strip, this.variations, this.history].map((panel) => panel.node);
    root.replaceChildren(this.topbar.node, this.transport.node, tools, this.timeline.node, ...panels);
  }

  /** Of a view that was overtaken by a newer one only the sentence and the file count. */
  receive(view) {
    if (!view?.serial) return;
    if (view.download) this.download(view.download);
    if (this.view && view.serial <= this.view.serial) return this.strip.tell(view.message, view.serial);
    const moved = this.view && this.view.session_id !== view.session_id;
    this.view = view;
    if (moved) {
      this.audition.leave();
      this.player.stop();
    }
    this.select_span(moved ? null : this.selection);
    history.replaceState(null, "", `?${this.query(view.session_id)}`);
    this.render();
    if (view.job) this.jobs.follow(view.job.id);
  }

  /** The address names the session, so that a reload and a bookmark come back to it. */
  query(session_id) {
    const query = new URLSearchParams(location.search);
    query.set("session", session_id);
    return query.toString();
  }

  render() {
    const { view } = this;
    const { length_samples, bars, beats_per_bar, loop: span } = this.history.heard ?? { ...view.grid, loop: view.loop };
    const at = (bar) => Math.round((bar * length_samples) / bars);
    const loop = { on: span.on && !this.recorder.phase, start: at(span.start_bar), end: at(span.end_bar) };
    this.player.setForm(length_samples, loop, { samples: length_samples / (bars * beats_per_bar), per_bar: beats_per_bar });
    const lanes = [this.selectionBar, this.sections, this.timeline, this.editBar, this.recorder, this.marks, this.nullBadges];
    const panels = [this.loudness, this.cells, this.plan, this.strip, this.variations, this.history, this.about];
    for (const part of [this.topbar, this.transport, ...lanes, ...panels]) part.render(view);
    markShortcuts();
    this.loadAudio();
    this.audition.load();
    this.frame();
  }

  loadAudio = () => Promise.all(this.tracks.map((track) => this.player.setAudio(track, this.audioOf(track))));

  audioOf(track) {
    if (this.history.heard) return this.history.heard.lanes.find((lane) => lane.track === track).audio;
    return this.view.lanes.find((lane) => lane.track === track).take?.audio ?? null;
  }

  /** Gain, mute, solo and Off of all lanes, as they stand on the page, at once. */
  applyMix() {
    const heard = (track) => this.history.heard?.lanes.find((lane) => lane.track === track);
    const lanes = this.timeline.lanes.map((lane) => ({ lane, ...(heard(lane.track) ?? { ...lane.mix, off: lane.lane?.role === "absent" }) }));
    const someSolo = lanes.some(({ soloed, off }) => soloed && !off);
    for (const { lane, off, muted, soloed, gain_db, pan } of lanes) {
      const silent = off || muted || this.recorder?.track === lane.track || (someSolo && !soloed);
      this.player.setMix(lane.track, silent ? 0 : 10 ** (gain_db / 20), pan);
      lane.node.classList.toggle("silent", silent);
    }
  }

  async act(action, values) {
    const view = await this.actionQueue.send({ action, session_id: this.view.session_id, selection: this.selection, ...values });
    this.adopt(view);
    return view;
  }

  say = (text, kind = "told") => this.strip.say(text, kind);

  /** Select lanes over a span of beats, cut to the piece; null or a span of nothing clears it. Tells "selection". */
  select_span(selection) {
    const cut = within(selection, this.view.grid, this.tracks);
    if (JSON.stringify(cut) === JSON.stringify(this.selection)) return;
    this.selection = cut;
    this.tellGradio();
    this.root.dispatchEvent(new CustomEvent("selection"));
  }

  /** What the handlers of Gradio's events get from this component: session, selection, the fields as last saved. */
  tellGradio() {
    this.gradio.props.value = { session_id: this.view.session_id, form: this.view.form, selection: this.selection };
  }

  /** A view that came outside of Gradio's events: its fields may have to be read again. */
  adopt(view) {
    if (!view) return;
    const { session_id, form } = this.view;
    this.receive(view);
    this.tellGradio();
    const moved = this.view.session_id !== session_id;
    const fields = Object.keys(form).filter((name) => moved || this.view.form[name] !== form[name]);
    if (fields.length) this.gradio.trigger("form_changed", { fields });
  }

  upload(track, file) {
    this.strip.say(`Reading ${file.name} …`, "told");
    return this.send(track, file, { name: file.name });
  }

  /** Audio for a lane. query: its name and what else the program is told of it. Promises whether it arrived. */
  async send(track, file, query) {
    const url = `/api/sessions/${this.view.session_id}/lanes/${track}/audio?${new URLSearchParams(query)}`;
    try {
      const response = await fetch(url, { method: "PUT", body: file });
      if (!response.ok) throw new Error(String(response.status));
      this.adopt(await response.json());
      return true;
    } catch {
      this.strip.say(`${query.name} could not be sent. Is the program still running?`, "refused");
      return false;
    }
  }

  onJob(status) {
    this.strip.showJob(status);
    this.variations.showJob(status);
    const made = status.variation - (status.stage === "measure" ? 0 : 1); // a take is kept before it is measured
    if (status.state === "running" && made > (this.seenVariations ?? 0)) this.act("show", {});
    this.seenVariations = made;
    if (["done", "failed", "cancelled"].includes(status.state)) {
      this.seenVariations = 0;
      this.act("show", { message: status.message, kind: status.state === "failed" ? "refused" : "told" });
    }
  }

  generate() {
    this.leaveAudition();
    document.activeElement?.blur();
    setTimeout(() => document.getElementById("generate")?.click(), 0);
  }

  /** Hear a choice of the audition in place of the lanes, or with null the lanes again. */
  async listenTo(key) {
    const switched = this.audition.hear(key);
    this.render();
    await switched;
    if (key && !this.player.playing) await this.togglePlay();
  }

  /** Hear one thing more than the view lists, such as the context of a generation: a choice as the audition has them. */
  listenToExtra(choice) {
    this.audition.extra = choice;
    return this.listenTo(choice.key);
  }

  leaveAudition() {
    if (this.audition.key) this.listenTo(null);
  }

  /** What plays goes on: the lanes have its audio before they are heard again. */
  async use(take_id) {
    await this.act("use_variation", { take_id });
    await this.loadAudio();
    await this.listenTo(null);
  }

  download({ url, name }) {
    const link = h("a", { href: url, download: name, hidden: true });
    this.root.append(link);
    link.click();
    link.remove();
  }

  async togglePlay() {
    if (this.player.playing) this.player.pause();
    else await this.player.play();
    this.frame();
  }

  stop() {
    this.player.stop();
    this.frame();
  }

  seek(position) {
    this.player.seek(position);
    this.timeline.zoom.reveal(this.playheadBeat());
    this.frame();
  }

  /** To a beat from 0, which need not be whole. */
  seekBeat(beat) {
    this.seek((beat / (this.view.grid.bars * this.view.grid.beats_per_bar)) * this.player.length);
  }

  playheadBeat() {
    const { bars, beats_per_bar } = this.view.grid;
    return Math.min(this.player.position / this.player.length, 1) * bars * beats_per_bar;
  }

  seekBy(count, bars) {
    const unit = this.player.length / (this.view.grid.bars * (bars ? 1 : this.view.grid.beats_per_bar));
    this.seek((Math.round(this.player.position / unit) + count) * unit);
  }

  select(track) {
    this.selected = track;
    for (const lane of this.timeline.lanes) lane.node.classList.toggle("selected", lane.track === track);
  }

  selectBy(by) {
    const index = Math.min(Math.max(this.tracks.indexOf(this.selected) + by, 0), this.tracks.length - 1);
    this.select(this.tracks[index]);
    this.selectedLane().node.focus({ preventScroll: true });
  }

  selectedLane = () => this.timeline.lanes.find((lane) => lane.track === this.selected);

  /** Playhead, position and level; goes on by itself while playing. */
  frame() {
    cancelAnimationFrame(this.pending);
    if (!this.view || !this.root.isConnected) return;
    if (this.player.playing && this.player.position >= this.player.length) this.player.stop();
    this.transport.tick(this.timeline.moveHead());
    if (this.player.playing) this.pending = requestAnimationFrame(() => this.frame());
  }
}

/** Called once by the Gradio component, with its element and its ways to talk to Python. The first view starts it. */
export function mount(gradio) {
  let editor = null;
  const receive = () => {
    const view = gradio.props.value;
    if (!view?.serial) return;
    editor ??= start(gradio, view.lanes.map((lane) => lane.track));
    editor.receive(view);
    editor.tellGradio();
  };
  gradio.watch("value", receive);
  receive();
}

function start(gradio, tracks) {
  const editor = new Editor(gradio.element.querySelector(".composer"), gradio, tracks);
  listenToKeys(editor);
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
  window.composer = editor; // for the browser tests
  return editor;
}

// One step of the history: its name, what differs from now (or from a step that is held), heard and in words; and taking
// a lane from it.

import { h, setAttribute, setText, setValue } from "./dom.js";
import { icon } from "./icons.js";

const title = (track) => track[0].toUpperCase() + track.slice(1);

export class StepFacts {
  constructor(editor, panel) {
    Object.assign(this, { editor, panel });
    this.number = null; // the step that is shown
    this.held = null; // the step that it is compared with; null: the present one
    this.heard = null; // the facts of the step that is listened to
    this.heading = h("h3", {});
    this.name = h("input", { type: "text", class: "step-name", maxlength: "60", "aria-label": "Name of this step", placeholder: "Name this step, for example half-time", spellcheck: "false", on: {
      change: () => this.rename(),
      keydown: (event) => event.key === "Enter" && this.name.blur(),
    } });
    this.go = this.button("Go there", () => panel.go(this.number));
    this.hold = this.button("", () => this.holdIt());
    this.versus = h("p", { class: "faint" });
    this.one = this.listenButton(() => this.other());
    this.two = this.listenButton(() => this.number);
    this.hear = h("div", { class: "segments hear", role: "group", "aria-label": "Listen to" }, this.one, this.two);
    this.list = h("dl", { class: "differences" });
    this.empty = h("p", { class: "faint", text: "Click a step to go there; Compare, or an arrow key, shows here what it has that the present has not." });
    this.body = h("div", { class: "step-body", hidden: true },
      this.heading, h("div", { class: "step-actions" }, this.name, this.go, this.hold), this.versus, this.hear, this.list);
    this.node = h("div", { class: "step-facts" }, this.empty, this.body);
  }

  button(text, click) {
    return h("button", { type: "button", text, on: { click } });
  }

  listenButton(number) {
    const label = h("span", {});
    const button = h("button", { type: "button", class: "segment", "aria-pressed": "false", on: { click: () => this.listenTo(number()) } }, icon("play"), label);
    button.label = label;
    return button;
  }

  forget() {
    this.number = this.held = null;
    this.listen(null);
  }

  /** The step that the shown one is compared with. */
  other() {
    return this.held ?? this.panel.present;
  }

  async show(number) {
    this.number = number;
    await this.refresh();
  }

  /** Read the step again: it, or the present, may have changed. */
  async refresh() {
    const { panel, number } = this;
    const step = panel.step(number);
    if (!panel.step(this.held)) this.held = null;
    this.body.hidden = !step;
    this.empty.hidden = Boolean(step);
    if (this.heard && ![number, this.held].includes(this.heard.number)) this.listen(null);
    if (!step) return;
    const against = this.other();
    this.told = number === against ? null : await panel.fetched(`/${number}?against=${against}`).catch(() => panel.lost());
    if (number === this.number && against === this.other()) this.draw(step, against);
  }

  draw(step, against) {
    const { panel } = this;
    const same = this.number === against;
    setText(this.heading, panel.title(this.number));
    setValue(this.name, step.name);
    this.go.disabled = this.number === panel.present;
    setText(this.hold, this.held === null ? "Compare others with this one" : "Compare with now again");
    this.hold.hidden = this.held === null && this.number === panel.present;
    setText(this.versus, same ? (this.held === null ? "This is where you are." : "This is the step that the others are compared with.") : `Beside ${this.otherWords()} it has:`);
    this.hear.hidden = same;
    setText(this.one.label, this.held === null ? "Now" : panel.title(against));
    setText(this.two.label, panel.title(this.number));
    this.showHeard();
    const places = this.told?.differences ?? [];
    this.list.replaceChildren(...places.flatMap((place) => this.place(place)));
    if (!same && this.told && !places.length) this.list.replaceChildren(h("dd", { class: "faint", text: "nothing else: the two are the same" }));
  }

  otherWords() {
    return this.held === null ? "now" : `“${this.panel.title(this.held)}”`;
  }

  place({ place, words, take }) {
    const track = place !== "piece";
    const name = track ? title(place) : "Piece";
    const lines = words.map((line) => h("li", { text: line }));
    const has = this.told.lanes.find((lane) => lane.track === place)?.audio;
    const steal = take && has ? this.button(`Take the ${place} from there`, () => this.editor.act("take_from", { track: place, number: this.number })) : null;
    return [h("dt", { class: "lane-colour", "data-place": place, text: name }), h("dd", {}, h("ul", {}, ...lines), steal)];
  }

  async rename() {
    await this.editor.act("name_step", { number: this.number, name: this.name.value });
    await this.panel.load();
  }

  holdIt() {
    this.held = this.held === null ? this.number : null;
    this.listen(null);
    this.refresh();
  }

  async listenTo(number) {
    if (number === this.panel.present) this.listen(null);
    else if (number === this.told?.number) this.listen(this.told);
    else this.listen(await this.panel.fetched(`/${number}?against=${number}`).catch(() => this.panel.lost()));
    if (!this.editor.player.playing) this.editor.togglePlay();
  }

  /** Hear a step in place of the session as it is, or null for the session; goes on from the same place while playing. */
  listen(facts) {
    if (facts === this.heard) return this.showHeard();
    this.heard = facts;
    this.showHeard();
    this.editor.render();
  }

  showHeard() {
    const heard = this.heard?.number ?? this.panel.present;
    setAttribute(this.one, "aria-pressed", heard === this.other());
    setAttribute(this.two, "aria-pressed", heard === this.number);
  }
}

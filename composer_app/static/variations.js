// The variations of the last generation: heard in context, judged by measured facts, used, asked for again or compared blind.

import { BlindPanel } from "./blind.js";
import { h, iconButton, setText } from "./dom.js";
import { icon } from "./icons.js";

export class Variations {
  constructor(editor) {
    this.editor = editor;
    this.blind = new BlindPanel(editor);
    this.title = h("h2", { class: "panel-heading", text: "Variations" });
    this.start = h("button", { type: "button", class: "quiet", id: "start-blind", text: "Compare blind", title: "Shuffled behind letters and equally loud", on: { click: () => this.startBlind() } });
    this.present = this.listenButton("Lanes", 0, () => editor.listenTo(null), "Listen to what is in the lanes");
    this.present.classList.add("present");
    this.rows = h("ol", { class: "variation-rows" });
    this.waiting = h("p", { class: "faint waiting", hidden: true });
    this.list = h("div", {}, this.rows, this.waiting);
    this.node = h("section", { class: "variations", "aria-label": "Variations", hidden: true },
      h("div", { class: "variations-head" }, this.title, this.present, h("span", { class: "spacer" }), this.start),
      this.list, this.blind.node);
    this.status = null;
  }

  render(view) {
    const { audition } = this.editor;
    const blind = Boolean(view.blind);
    this.node.hidden = !view.variations.length && !this.status;
    this.list.hidden = this.start.hidden = blind;
    this.press(this.present, !audition.key);
    this.start.disabled = Boolean(this.status);
    setText(this.title, blind ? "Blind comparison" : "Variations");
    this.blind.render(view);
    const key = JSON.stringify([view.variations, audition.key, view.form.seed_locked && view.form.seed]);
    if (key !== this.drawn) this.draw(view, key);
    this.renderWaiting();
  }

  /** The rows are made anew only when something in them changed, and the focus stays where it was. */
  draw(view, key) {
    this.drawn = key;
    const focused = this.rows.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    this.rows.replaceChildren(...view.variations.map((one) => this.row(one, view)));
    if (focused) this.rows.querySelector(`[data-name="${focused}"]`)?.focus({ preventScroll: true });
  }

  row(one, view) {
    const { editor } = this;
    const { take_id, variation, seed } = one;
    const name = `variation ${variation}`;
    const locked = view.form.seed_locked && view.form.seed === seed;
    const listen = this.listenButton(`${variation}`, variation, () => editor.listenTo(take_id), `Listen to ${name}`);
    this.press(listen, editor.audition.key === take_id);
    const use = h("button", { type: "button", class: "use", disabled: one.used, text: one.used ? "In the lanes" : "Use", "aria-label": one.used ? `${name} is in the lanes` : `Use ${name}`, on: { click: () => editor.use(take_id) } });
    if (one.used) use.prepend(icon("check"));
    const lock = h("button", { type: "button", class: "small lock", "aria-pressed": String(locked), "aria-label": `Lock seed ${seed}`, title: "The next generation begins with this seed", on: { click: () => editor.act("lock_seed", { take_id, locked: !locked }) } }, icon("keep"), locked ? "Locked" : "Lock");
    const row = h("li", { class: `variation ${editor.audition.key === take_id ? "on" : ""}`, "data-variation": variation },
      listen,
      h("span", { class: "seed" }, "seed ", h("output", { text: seed })),
      iconButton(icon("copy"), `Copy seed ${seed}`, () => this.copySeed(seed), { class: "small quiet" }), lock,
      this.fit(one),
      ...this.contextButtons(one, name),
      one.written ? h("button", { type: "button", class: "quiet small write-down", "aria-label": `Write down what was chosen for ${name}`, title: `Into the fields, for what you make next: ${one.written}`, text: "Write down", on: { click: () => editor.act("write_down", { take_id }) } }) : null,
      h("button", { type: "button", class: "quiet small again", "aria-label": `Same again as ${name}, one thing changed`, title: "Its fields and its seed, locked: change one thing", text: "Same again", on: { click: () => editor.act("same_again", { take_id }) } }),
      use);
    row.querySelectorAll("button").forEach((button, i) => { button.dataset.name = `${variation} ${i}`; });
    return row;
  }

  /** One for each pass of the model: what was made in the first is heard in the second. */
  contextButtons(one, name) {
    const passes = one.passes_that_hear;
    return Array.from({ length: Math.max(passes, 1) }, (_, i) => {
      const which = passes > 1 ? `, pass ${i + 1}` : "";
      return h("button", { type: "button", class: "quiet small context", disabled: !passes, "aria-label": `What the model heard for ${name}${which}`, title: passes ? "Play exactly what the model was given" : "It was given no lane to hear", text: `What it heard${which}`, on: { click: () => this.hearContext(one, i + 1) } });
    });
  }

  listenButton(words, digit, action, label) {
    return h("button", { type: "button", class: "listen", "aria-label": label, title: `${label} (key ${digit})`, on: { click: action } }, icon("play"), words);
  }

  press(button, on) {
    button.setAttribute("aria-pressed", String(on));
  }

  /** Only what was measured; pressed, a number says what it means. */
  fit({ fit }) {
    const facts = fit.map(({ words, meaning }) => h("button", { type: "button", class: "fact", title: meaning, text: words, on: { click: () => this.editor.say(`${words}: ${meaning}`) } }));
    return h("span", { class: "fit" }, ...facts);
  }

  /** What is still to come: the rows above are of the generation before until the first of this one is there. */
  renderWaiting() {
    const { status } = this;
    this.waiting.hidden = !status;
    if (!status) return;
    const made = status.variation - (status.stage === "measure" ? 0 : 1);
    const left = status.variations - made;
    const words = made ? `${left} of ${status.variations}` : `${left} new ${left === 1 ? "variation" : "variations"}`;
    setText(this.waiting, left ? `${words} to come; the keys 1 to 4 play what is listed.` : "Measuring the last one.");
  }

  /** status: of the job events, or null when nothing is being generated. */
  showJob(status) {
    this.status = status && ["queued", "running"].includes(status.state) ? status : null;
    if (this.editor.view) this.render(this.editor.view);
  }

  /** A digit: 0 is what is in the lanes, 1 the first variation or A. */
  hearNumber(number) {
    const { editor } = this;
    const choices = editor.audition.choices.filter((one) => one !== editor.audition.extra);
    if (number > choices.length) return;
    editor.listenTo(number ? choices[number - 1].key : null);
  }

  async copySeed(seed) {
    try {
      await navigator.clipboard.writeText(String(seed)); // not there on plain http from another machine
      this.editor.say(`Seed ${seed} is on the clipboard.`);
    } catch {
      this.editor.say(`The browser allows no copying here; the seed is ${seed}.`, "refused");
    }
  }

  async hearContext({ take_id, variation }, pass) {
    const view = await this.editor.act("hear_context", { take_id, pass });
    if (!view?.context) return;
    const silent = Object.fromEntries(this.editor.tracks.map((track) => [track, null]));
    this.editor.listenToExtra({ key: `context ${take_id} ${pass}`, label: `heard by the model for ${variation}`, audio: { ...silent, ...view.context.audio }, gain_db: 0 });
  }

  async startBlind() {
    this.editor.leaveAudition();
    await this.editor.act("start_blind", {});
    if (this.editor.view.blind) this.hearNumber(1);
  }
}

// Between lanes and compose panel: how far Generate is, what it made, and the program's sentences.

import { h, setAttribute, setText } from "./dom.js";
import { icon } from "./icons.js";

const STAGES = { start: "starting", text: "reading the words", encode: "listening to what is kept", denoise: "composing", decode: "writing the audio" };

export class Strip {
  constructor(editor) {
    this.editor = editor;
    this.warnings = h("ul", { class: "warnings" });
    this.bar = h("div", { class: "progress-bar" });
    this.progress = h("div", { class: "progress", role: "progressbar", "aria-label": "Generation", "aria-valuemin": "0", "aria-valuemax": "100" }, this.bar);
    this.stage = h("span", { class: "stage" });
    this.spoken = h("span", { class: "unseen", role: "status" }); // once for each stage, not for each step
    const cancel = h("button", { type: "button", id: "cancel", text: "Cancel", on: { click: () => editor.act("cancel", {}) } });
    this.working = false;
    this.job = h("div", { class: "job", hidden: true }, this.progress, this.stage, cancel);
    this.variations = h("div", { class: "variations", role: "group", "aria-label": "Variations" });
    this.message = h("p", { class: "message", role: "status", "aria-live": "polite" });
    this.node = h("div", { class: "strip" }, this.job, this.spoken, this.variations, this.warnings, this.message);
  }

  render(view) {
    this.warnings.replaceChildren(...view.warnings.map((words) => h("li", { text: words })));
    this.renderVariations(view);
    if (!view.job) this.showJob(null);
    this.tell(view.message, view.serial);
  }

  /** The last sentence that was said, once; what was said before this page came is old. */
  tell(message, serial) {
    this.told ??= serial - 1;
    if (message.serial <= this.told) return;
    this.told = message.serial;
    this.say(message.text, message.kind);
  }

  say(text, kind) {
    this.message.dataset.kind = kind;
    setText(this.message, text);
  }

  renderVariations(view) {
    const { editor } = this;
    this.variations.hidden = view.variations.length < 2 && !(view.variations.length === 1 && !view.variations[0].used);
    if (this.variations.hidden) return this.variations.replaceChildren();
    const listening = editor.audition;
    const chips = view.variations.map((one) => {
      const on = listening === one.take_id;
      const listen = h("button", { type: "button", class: "listen", "aria-pressed": String(on), on: { click: () => editor.listenTo(on ? null : one.take_id) } },
        icon(on ? "pause" : "play"), `Variation ${one.variation}`);
      listen.setAttribute("aria-label", `Listen to variation ${one.variation}, seed ${one.seed}`);
      const use = h("button", { type: "button", class: "use", text: one.used ? "In use" : "Use", "aria-label": one.used ? `Variation ${one.variation} is in use` : `Use variation ${one.variation}`, on: { click: () => editor.use(one.take_id) } });
      use.disabled = one.used;
      if (one.used) use.prepend(icon("check"));
      return h("div", { class: `variation ${on ? "on" : ""}` }, listen, h("span", { class: "faint", text: `seed ${one.seed}` }), use);
    });
    const back = h("button", { type: "button", class: "quiet back", text: "Back to what is in the lanes", on: { click: () => editor.listenTo(null) } });
    this.variations.replaceChildren(...chips, ...(listening ? [back] : []));
  }

  /** status: of the job events, or null when nothing is being generated. */
  showJob(status) {
    this.working = Boolean(status);
    this.job.hidden = !status;
    if (!status) setText(this.spoken, "");
    document.getElementById("generate")?.classList.toggle("busy", Boolean(status));
    if (!status) return;
    const share = status.steps ? status.step / status.steps : 0;
    this.bar.style.transform = `scaleX(${share})`;
    setAttribute(this.progress, "aria-valuenow", Math.round(100 * share));
    const which = status.variations > 1 ? `Variation ${status.variation} of ${status.variations}, ` : "";
    const stage = status.state === "queued" ? "waiting for the generation before" : STAGES[status.stage] ?? status.stage;
    const step = status.steps > 1 ? `, step ${status.step} of ${status.steps}` : "";
    setText(this.stage, `${which}${stage}${step}${remaining(status)}`);
    setText(this.spoken, `${which}${stage}`);
  }

  askCancel() {
    if (window.confirm("Cancel the generation? The lanes stay as they are.")) this.editor.act("cancel", {});
  }
}

/** Told only once the program has measured it. */
function remaining({ remaining_s }) {
  return remaining_s === null ? "" : `, about ${Math.max(1, Math.round(remaining_s))} s left`;
}

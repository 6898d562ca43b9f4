// Between lanes and compose panel: how far Generate is, and the program's sentences.

import { h, setAttribute, setText } from "./dom.js";

const STAGES = { start: "starting", text: "reading the words", encode: "listening to what is kept", denoise: "composing", decode: "writing the audio", measure: "measuring how it fits" };

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
    this.message = h("p", { class: "message", role: "status", "aria-live": "polite" });
    this.node = h("div", { class: "strip" }, this.job, this.spoken, this.warnings, this.message);
  }

  render(view) {
    this.warnings.replaceChildren(...view.warnings.map((words) => h("li", { text: words })));
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

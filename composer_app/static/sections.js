// The sections of the piece: a lane of names above the ruler, and the list in which they are typed.

import { h, iconButton, menu, setAttribute, setText, setValue } from "./dom.js";
import { icon } from "./icons.js";

const NAMES = ["Intro", "Verse", "Chorus", "Bridge", "Break", "Outro"];

export class SectionLane {
  constructor(editor) {
    this.editor = editor;
    this.strip = h("div", { class: "section-strip" }); // as wide as the piece
    this.list = h("ol", { class: "section-list" });
    this.add = h("button", { type: "button", class: "small", id: "section-add", on: { click: () => editor.act("add_section", {}) } }, icon("plus"), "Add a section at the end");
    const names = h("datalist", { id: "section-names" }, ...NAMES.map((name) => h("option", { value: name })));
    this.menu = menu(
      h("summary", { class: "quiet small", id: "sections", "aria-label": "Edit the sections" }, "Sections", icon("down")),
      h("div", { class: "popover sections-editor" },
        h("p", { class: "faint", text: "Name, bars and words of each section. Words say what the model shall play there. What lies in its bars, audio and chords, moves and goes with a section." }),
        this.list, this.add, names));
    this.node = h("div", { class: "section-row" },
      h("div", { class: "lane-head ruler-head" }, this.menu), h("div", { class: "section-frame", role: "group", "aria-label": "Sections" }, this.strip));
  }

  render(view) {
    const { sections } = view.cells;
    this.renderStrip(sections, view.grid.bars);
    this.renderList(sections);
  }

  renderStrip(sections, bars) {
    while (this.strip.children.length > sections.length) this.strip.lastChild.remove();
    sections.forEach((section, i) => {
      const block = this.strip.children[i] ?? this.block(i);
      block.style.left = `${(100 * section.start_bar) / bars}%`;
      block.style.width = `${(100 * section.bars) / bars}%`;
      setText(block.firstChild, section.name);
      setText(block.lastChild, section.prompt);
      const span = `bars ${section.start_bar + 1} to ${section.start_bar + section.bars}`;
      setAttribute(block, "aria-label", `Section ${section.name}, ${span}${section.prompt ? `: ${section.prompt}` : ""}. Press to edit`);
      setAttribute(block, "title", `${section.name}, ${span}${section.prompt ? `: ${section.prompt}` : ""}`);
    });
  }

  block(i) {
    const block = h("button", { type: "button", class: "section-block", on: { click: () => this.open(i) } }, h("span", { class: "section-name" }), h("span", { class: "section-words" }));
    this.strip.append(block);
    return block;
  }

  /** The list at the line of one section. */
  open(i) {
    const { name } = this.list.children[i].fields;
    this.menu.open = true;
    name.focus();
    name.select();
  }

  renderList(sections) {
    const hadFocus = this.list.contains(document.activeElement);
    while (this.list.children.length > sections.length) this.list.lastChild.remove();
    sections.forEach((section, i) => {
      const line = this.list.children[i] ?? this.line(i);
      const { name, bars, prompt, split, back, on, gone } = line.fields;
      for (const [field, value] of [[name, section.name], [bars, section.bars], [prompt, section.prompt]]) setValue(field, value);
      split.disabled = section.bars < 2;
      back.disabled = i === 0;
      on.disabled = i === sections.length - 1;
      gone.disabled = sections.length === 1;
    });
    const focused = document.activeElement; // on what is gone or off now, no key would be heard
    if (hadFocus && (!this.list.contains(focused) || focused.disabled)) this.add.focus();
  }

  line(i) {
    const { editor } = this;
    const number = i + 1;
    const edit = (values) => editor.act("edit_section", { section: i, ...values });
    const name = h("input", { class: "section-field-name", "aria-label": `Name of section ${number}`, list: "section-names", maxlength: "40", on: { change: () => edit({ name: name.value }) } });
    const bars = h("input", { type: "number", class: "section-field-bars", "aria-label": `Bars of section ${number}`, min: "1", step: "1", on: { change: () => edit({ bars: Number(bars.value) }) } });
    const prompt = h("input", { class: "section-field-prompt", "aria-label": `Words of section ${number}`, placeholder: "as the piece", maxlength: "2000", on: { change: () => edit({ prompt: prompt.value }) } });
    const button = (shape, label, action, values) => iconButton(icon(shape), label, () => editor.act(action, { section: i, ...values }), { class: "small" });
    const split = button("split", `Split section ${number} in two`, "split_section", {});
    const move = (by) => {
      editor.say("Moving what lies in its bars …"); // seconds for a long piece
      return editor.act("move_section", { section: i, by });
    };
    const back = iconButton(icon("left"), `Move section ${number} to the front`, () => move(-1), { class: "small" });
    const on = iconButton(icon("right"), `Move section ${number} to the back`, () => move(1), { class: "small" });
    const gone = button("trash", `Delete section ${number}`, "delete_section", {});
    const line = h("li", {}, name, h("label", {}, bars, " bars"), prompt, split, back, on, gone);
    line.fields = { name, bars, prompt, split, back, on, gone };
    this.list.append(line);
    return line;
  }
}

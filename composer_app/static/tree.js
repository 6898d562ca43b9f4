// The tree of steps, drawn as lists in lists: a line runs downwards, a branch hangs under the step it left.

import { h, setAttribute } from "./dom.js";
import { icon } from "./icons.js";

const time = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", hour12: false });
const day = new Intl.DateTimeFormat([], { dateStyle: "medium", timeStyle: "medium", hour12: false });

export class Tree {
  /** on: {choose(number), go(number), unfold(span)}: what the person does with a step, and with steps folded away. */
  constructor(on) {
    this.on = on;
    this.chosen = null; // number of the step whose facts are shown
    this.node = h("ul", { class: "step-tree", role: "tree", "aria-label": "Steps of the session", on: { keydown: (event) => this.onKey(event) } });
  }

  /** items: as `history_view` sends them. present: the number of the step where the session is. */
  render(items, present) {
    const hadFocus = this.node.contains(document.activeElement);
    const last = this.current()?.dataset.id;
    const rows = this.node.scrollTop;
    this.present = present;
    this.node.replaceChildren();
    const lists = [this.node]; // the list of each level that is open now
    for (const item of items) {
      lists.length = Math.min(lists.length, item.branch ? item.level - 1 : item.level);
      while (lists.length < item.level) {
        const list = h("ul", { role: "group" });
        lists.at(-1).lastElementChild.append(list);
        lists.push(list);
      }
      lists.at(-1).append(item.folded ? this.fold(item) : this.step(item));
    }
    const wanted = this.item(last) ?? this.item(String(present));
    this.reach(wanted, hadFocus);
    this.node.scrollTop = rows;
    this.choose(this.chosen);
  }

  step(item) {
    const here = item.number === this.present;
    const title = item.name || item.step;
    const saved = new Date(item.saved_at);
    const words = [title, item.name && item.step, here && "you are here", time.format(saved)].filter(Boolean).join(", ");
    const compare = h("button", { type: "button", class: "small compare", tabindex: "-1", text: "Compare", "aria-label": `Compare with “${title}”`, on: { click: (event) => {
      event.stopPropagation();
      this.on.choose(item.number);
    } } });
    const row = h("div", { class: "step-row", title: day.format(saved) },
      h("span", { class: "step-dot", "aria-hidden": "true" }, here ? icon("play") : null),
      h("span", { class: "step-title", text: title }), item.name ? h("span", { class: "faint step-own", text: item.step }) : null,
      here ? h("span", { class: "step-here", text: "you are here" }) : compare,
      h("time", { class: "faint", datetime: item.saved_at, text: time.format(saved) }));
    row.addEventListener("click", () => {
      this.reach(node, true);
      this.on.go(item.number);
    });
    const classes = ["step", item.on_line && "on-line", item.name && "named"].filter(Boolean).join(" ");
    const node = this.treeItem(item, String(item.number), words, classes, row);
    if (here) node.setAttribute("aria-current", "step");
    node.step = item.number;
    return node;
  }

  fold(item) {
    const words = `${item.folded} more ${item.folded === 1 ? "step" : "steps"}`;
    const row = h("div", { class: "step-row", on: { click: () => this.on.unfold(item.unfold) } },
      h("span", { class: "step-dot fold", "aria-hidden": "true" }), h("span", { class: "step-title faint", text: words }));
    const node = this.treeItem(item, `fold ${item.unfold}`, `${words}, show the newest of them`, "step fold", row);
    node.unfold = item.unfold;
    return node;
  }

  treeItem(item, id, label, classes, row) {
    return h("li", { role: "treeitem", class: classes, "aria-label": label, "aria-level": item.level, "aria-selected": "false", "data-id": id, tabindex: "-1" }, row);
  }

  all() {
    return [...this.node.querySelectorAll("[role=treeitem]")];
  }

  item(id) {
    return id === undefined ? null : this.all().find((one) => one.dataset.id === id) ?? null;
  }

  current() {
    return this.node.querySelector("[role=treeitem][tabindex='0']");
  }

  /** Make an item the one that Tab comes to. */
  reach(item, focus) {
    const wanted = item ?? this.node.firstElementChild;
    if (!wanted) return;
    this.current()?.setAttribute("tabindex", "-1");
    wanted.setAttribute("tabindex", "0");
    if (focus) wanted.focus({ preventScroll: true });
    if (focus) wanted.firstElementChild.scrollIntoView({ block: "nearest" });
  }

  showPresent() {
    const here = this.item(String(this.present));
    if (!here) return;
    this.reach(here, false);
    this.node.scrollTop = here.offsetTop - this.node.clientHeight / 2;
  }

  /** Mark the step whose facts are shown. */
  choose(number) {
    this.chosen = number;
    for (const item of this.all()) setAttribute(item, "aria-selected", item.step === number);
  }

  onKey(event) {
    const items = this.all();
    const item = event.target.closest("[role=treeitem]");
    const at = items.indexOf(item);
    const next = {
      ArrowDown: () => items[at + 1],
      ArrowUp: () => items[at - 1],
      ArrowRight: () => item.querySelector("[role=treeitem]"),
      ArrowLeft: () => item.parentElement.closest("[role=treeitem]"),
      Home: () => items[0],
      End: () => items.at(-1),
    }[event.key];
    if (next) {
      event.preventDefault();
      const target = next();
      if (!target) return;
      this.reach(target, true);
      if (target.step) this.on.choose(target.step);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (item.unfold) this.on.unfold(item.unfold);
      else this.on.go(item.step);
    }
  }
}

// The icons, drawn on a 16 x 16 field with the colour of the text around them.

const SHAPES = {
  play: '<path d="M4 2.5v11l9.5-5.5z" fill="currentColor" stroke="none"/>',
  pause: '<path d="M4 2.5h3v11H4zM9 2.5h3v11H9z" fill="currentColor" stroke="none"/>',
  stop: '<rect x="3.5" y="3.5" width="9" height="9" rx="1" fill="currentColor" stroke="none"/>',
  record: '<circle cx="8" cy="8" r="4.5" fill="currentColor" stroke="none"/>',
  start: '<path d="M4 3v10M13 3.5v9L6.5 8z"/>',
  loop: '<path d="M4 6.5A3 3 0 0 1 7 4h5M10 2l2.2 2L10 6M12 9.5A3 3 0 0 1 9 12H4M6 14l-2.2-2L6 10"/>',
  keep: '<rect x="3.5" y="7" width="9" height="6.5" rx="1.2"/><path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2"/>',
  vary: '<path d="M2 8c1.5-4 3.5-4 6 0s4.5 4 6 0"/><path d="M2 11.5c1.5-2 3.5-2 6 0" opacity=".45"/>',
  generate: '<path d="M8 2l1.5 4.5L14 8l-4.5 1.5L8 14l-1.5-4.5L2 8l4.5-1.5z"/>',
  absent: '<circle cx="8" cy="8" r="5.5"/><path d="M4.2 4.2l7.6 7.6"/>',
  mixed: '<rect x="2.5" y="2.5" width="4.6" height="4.6" rx="1"/><rect x="8.9" y="2.5" width="4.6" height="4.6" rx="1" fill="currentColor"/><rect x="2.5" y="8.9" width="4.6" height="4.6" rx="1" fill="currentColor"/><rect x="8.9" y="8.9" width="4.6" height="4.6" rx="1"/>',
  split: '<path d="M8 2v12M5.5 5.5L3 8l2.5 2.5M10.5 5.5L13 8l-2.5 2.5"/>',
  left: '<path d="M10 3.5L5.5 8l4.5 4.5"/>',
  right: '<path d="M6 3.5L10.5 8 6 12.5"/>',
  down: '<path d="M4 6.5L8 10.5l4-4"/>',
  undo: '<path d="M3 6h6.5a3.5 3.5 0 0 1 0 7H6M5.5 3L2.7 6l2.8 3"/>',
  redo: '<path d="M13 6H6.5a3.5 3.5 0 0 0 0 7H10M10.5 3l2.8 3-2.8 3"/>',
  export: '<path d="M8 2v8M4.8 7L8 10.2 11.2 7M3 13.5h10"/>',
  file: '<path d="M8 10.5V3M4.8 5.8L8 2.6l3.2 3.2M3 13.5h10"/>',
  trash: '<path d="M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 9h5.8l.6-9"/>',
  spectrum: '<path d="M3 13V9.5M6.3 13V5M9.7 13V7.5M13 13V3"/>',
  close: '<path d="M4 4l8 8M12 4l-8 8"/>',
  plus: '<path d="M8 3v10M3 8h10"/>',
  minus: '<path d="M3 8h10"/>',
  copy: '<rect x="5.5" y="5.5" width="8" height="8" rx="1.4"/><path d="M10.5 5.5v-1.6a1.4 1.4 0 0 0-1.4-1.4H3.9a1.4 1.4 0 0 0-1.4 1.4v5.2a1.4 1.4 0 0 0 1.4 1.4h1.6"/>',
  check: '<path d="M3 8.5l3.2 3.2L13 4.8"/>',
  keys: '<rect x="1.8" y="4" width="12.4" height="8" rx="1.4"/><path d="M4.5 6.6h.1M7 6.6h.1M9.5 6.6h.1M12 6.6h-.1M5 9.6h6"/>',
};

/** A fresh <svg> of the named icon, hidden from screen readers: the button around it carries the name. */
export function icon(name) {
  const box = document.createElement("span");
  box.className = "icon";
  box.setAttribute("aria-hidden", "true");
  box.innerHTML = `<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">${SHAPES[name]}</svg>`;
  return box;
}

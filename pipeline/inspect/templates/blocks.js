// Shared by both scripts of a report: the pages, and elements for their blocks.
"use strict";
const byId = (id) => document.getElementById(id);
const { pages, words } = JSON.parse(byId("data").textContent);
const KIND = 0, TEXT = 1, REST = 2, REASON = 3, RULE = 4, EVIDENCE = 5, SCORE = 6;
// Of a long run of removed blocks so many are shown; the rest unfolds.
const SHOWN_OF_RUN = 5, LONG_RUN = 8;
// Characters on each side of what was found.
const AROUND = 40;
const isSingle = document.body.classList.contains("single");
const state = { page: -1, shown: "", query: "" };

const make = (tag, name, text) => {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
};
const reasonOf = (block) => (block.length > REASON ? words[block[REASON]] : "");
const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
const nameOf = (page) => page.title || page.url || page.place || page.id;
const linkTo = (page) => `#page/${encodeURIComponent(page.id)}`;
const languages = typeof Intl.DisplayNames === "function" ? new Intl.DisplayNames(["en"], { type: "language" }) : null;
const languageOf = (code) => {
  try { return code === "und" || !languages ? "language unknown" : languages.of(code); } catch { return code; }
};

// The text of a block, with what was searched for marked. Only text nodes are made of it.
function putText(element, text) {
  const lower = text.toLowerCase();
  // Lower case may be longer than the text in some scripts; then places differ, and nothing is marked.
  if (!state.query || lower.length !== text.length) { element.append(text); return; }
  let end = 0;
  for (let at = lower.indexOf(state.query); at >= 0; at = lower.indexOf(state.query, end)) {
    element.append(text.slice(end, at), make("mark", "", text.slice(at, at + state.query.length)));
    end = at + state.query.length;
  }
  element.append(text.slice(end));
}

function because(block) {
  const evidence = make("p", "", words[block[EVIDENCE]] || "no evidence given");
  evidence.dir = "auto";
  return [evidence, make("p", "", `${words[block[REASON]]} · ${words[block[RULE]]} · score ${block[SCORE].toFixed(2)}`)];
}

function blockElement(block) {
  const reason = reasonOf(block);
  const element = make("div", `block ${words[block[KIND]]}`);
  element.dir = "auto";
  putText(element, block[TEXT]);
  if (block[REST]) element.append(make("span", "rest", ` … ${counted(block[REST], "more character")}`));
  if (!reason) return element;
  element.tabIndex = 0;
  element.setAttribute("role", "button");
  element.setAttribute("aria-expanded", "false");
  element.addEventListener("click", () => toggleWhy(element, block));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    toggleWhy(element, block);
  });
  element.addEventListener("mouseenter", () => showTip(element, block));
  element.addEventListener("focus", () => element.matches(":focus-visible") && showTip(element, block));
  for (const end of ["mouseleave", "blur"]) element.addEventListener(end, hideTip);
  return element;
}

function toggleWhy(element, block) {
  hideTip();
  const isOpen = element.getAttribute("aria-expanded") === "true";
  element.setAttribute("aria-expanded", String(!isOpen));
  if (isOpen) { element.nextElementSibling.remove(); return; }
  const detail = make("div", "because");
  detail.append(...because(block));
  element.after(detail);
}

function showTip(element, block) {
  if (element.getAttribute("aria-expanded") === "true" || !matchMedia("(hover: hover)").matches) return;
  const tip = byId("why"), box = element.getBoundingClientRect();
  tip.replaceChildren(...because(block));
  tip.hidden = false;
  tip.style.left = `${Math.max(8, Math.min(box.left + 14, innerWidth - tip.offsetWidth - 8))}px`;
  const below = box.bottom + 6;
  tip.style.top = `${below + tip.offsetHeight > innerHeight ? Math.max(8, box.top - tip.offsetHeight - 6) : below}px`;
  element.setAttribute("aria-describedby", "why");
}

function hideTip() {
  byId("why").hidden = true;
  document.querySelector("[aria-describedby=why]")?.removeAttribute("aria-describedby");
}

// Blocks of one fate that follow each other, as one group with one label.
function runsOf(blocks) {
  const runs = [];
  for (const block of blocks) {
    const reason = reasonOf(block), last = runs[runs.length - 1];
    if (last && last.reason === reason) last.blocks.push(block);
    else runs.push({ reason, blocks: [block] });
  }
  return runs;
}

function runElement(run) {
  const group = make("div", run.reason ? `group cut ${run.reason}` : "group keep");
  const blocks = make("div", "blocks"), label = make("div", "label");
  const isLong = run.reason && run.blocks.length > LONG_RUN && !state.query;
  const shown = isLong ? run.blocks.slice(0, SHOWN_OF_RUN) : run.blocks;
  blocks.append(...shown.map(blockElement));
  if (isLong) blocks.append(foldElement(`Show ${run.blocks.length - SHOWN_OF_RUN} more`, () => run.blocks.slice(SHOWN_OF_RUN).map(blockElement)));
  if (run.reason) label.append(make("i", "dot"), make("span", "", run.reason));
  if (run.reason && run.blocks.length > 1) label.append(make("small", "", `× ${run.blocks.length}`));
  group.append(blocks, label);
  return group;
}

function foldElement(text, unfolded) {
  const fold = make("button", "fold", text);
  fold.type = "button";
  fold.addEventListener("click", () => {
    const elements = unfolded();
    fold.replaceWith(...elements);
    elements[0].focus?.();
  });
  return fold;
}

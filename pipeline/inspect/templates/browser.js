// The browser: list, filter, search, keys.
for (const page of pages) {
  page.reasons = new Set(page.blocks.map(reasonOf));
  page.removed = page.blocks.filter(reasonOf).length + page.moreRemoved;
  page.total = page.blocks.length + page.more;
  page.haystack = [page.title, page.url, page.site, ...page.blocks.map((block) => block[TEXT])].join("\n").toLowerCase();
}

const isShown = (reason) =>
  !state.shown || reason === state.shown || (state.shown === "kept" && !reason);
const isListed = (page) =>
  (!state.shown || (state.shown === "kept" ? page.removed < page.total : page.reasons.has(state.shown)))
  && page.haystack.includes(state.query);

// The pages that are listed; of those that a search finds, first the ones with what was searched for as whole words.
function listedPages() {
  const listed = pages.filter(isListed), words = wholeWords();
  if (!words) return listed;
  const isWhole = (page) => words.test(page.haystack);
  return [...listed.filter(isWhole), ...listed.filter((page) => !isWhole(page))];
}

function wholeWords() {
  const words = state.query.trim().replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return words && new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])${words}(?![\\p{L}\\p{M}\\p{N}])`, "u");
}

function drawChips() {
  const reasons = new Map();
  for (const page of pages) for (const block of page.blocks) {
    const reason = reasonOf(block);
    if (reason) reasons.set(reason, (reasons.get(reason) || 0) + 1);
  }
  const ordered = [...reasons.keys()].sort((one, other) => reasons.get(other) - reasons.get(one));
  for (const shown of ["", "kept", ...ordered]) {
    const chip = make("button", `chip ${shown}`);
    chip.type = "button";
    if (shown) chip.append(make("i", "dot"));
    chip.append(shown || "All blocks");
    chip.setAttribute("aria-pressed", String(shown === state.shown));
    chip.addEventListener("click", () => {
      state.shown = state.shown === shown ? "" : shown;
      for (const other of byId("chips").children) other.setAttribute("aria-pressed", String(other.dataset.shown === state.shown));
      refresh();
    });
    chip.dataset.shown = shown;
    byId("chips").append(chip);
  }
}

function drawList() {
  const listed = listedPages();
  const rows = [];
  let site = null;
  for (const page of listed) {
    if (page.site !== site) {
      site = page.site;
      rows.push(make("h3", "", site || "no site"));
    }
    const link = make("a");
    link.href = linkTo(page);
    const name = make("b", "", nameOf(page));
    name.dir = "auto";
    link.append(name, quotation(page), make("small", "", page.tally || `${page.removed} of ${counted(page.total, "block")} removed`));
    if (pages[state.page] === page) link.setAttribute("aria-current", "true");
    rows.push(link);
  }
  byId("list").replaceChildren(...(rows.length ? rows : [make("p", "none", "No page of the sample has this.")]));
  byId("said").textContent = `${counted(listed.length, "page")} listed`;
  return listed;
}

// What stands around the first place in a page's blocks that has what was searched for, as whole words if there are such.
function quotation(page) {
  const words = wholeWords();
  if (!words) return "";
  const whole = page.blocks.find((block) => words.test(block[TEXT].toLowerCase()));
  for (const block of whole ? [whole] : page.blocks) {
    const text = block[TEXT].toLowerCase(), at = whole ? text.search(words) : text.indexOf(state.query);
    if (at < 0) continue;
    const start = Math.max(0, at - AROUND), end = at + state.query.length + AROUND;
    const quote = make("q");
    quote.dir = "auto";
    putText(quote, (start ? "…" : "") + block[TEXT].slice(start, end) + (end < block[TEXT].length ? "…" : ""));
    return quote;
  }
  return "";
}

function drawPage() {
  const pane = byId("page"), page = pages[state.page];
  hideTip();
  if (!page) { pane.replaceChildren(make("p", "soft", "Choose a page.")); return; }
  const back = make("button", "quiet back", "All pages");
  back.type = "button";
  back.addEventListener("click", () => { history.pushState(null, "", "#pages"); choose(-1); });
  const title = make("h2", "", nameOf(page));
  title.dir = "auto";
  const address = make("p", "address");
  if (page.link) {
    const link = make("a", "", page.url);
    link.href = page.url;
    link.rel = "noreferrer noopener";
    address.append(link);
  } else address.append(page.url || page.place || page.id);
  const facts = [languageOf(page.language), page.date && `published ${page.date.slice(0, 10)}`,
    page.captured && `captured ${page.captured.slice(0, 10)}`,
    page.tally || `${page.total - page.removed} of ${counted(page.total, "block")} kept`];
  const parts = [back, title, address, make("p", "facts", facts.filter(Boolean).join(" · "))];
  let away = [];
  const putAway = () => {
    if (!away.length) return;
    const runs = away, count = runs.reduce((sum, run) => sum + run.blocks.length, 0);
    const kinds = [...new Set(runs.map((run) => run.reason || "kept"))].join(", ");
    const line = foldElement(`Show ${counted(count, "other block")}: ${kinds}`, () => runs.map(runElement));
    line.classList.add("away");
    parts.push(line);
    away = [];
  };
  for (const run of runsOf(page.blocks)) {
    if (!isShown(run.reason)) { away.push(run); continue; }
    putAway();
    parts.push(runElement(run));
  }
  putAway();
  if (page.more) parts.push(make("p", "note", `${counted(page.more, "more block")} of this page, ${page.moreRemoved} of them removed, are not in this report.`));
  pane.replaceChildren(...parts);
}

function choose(number) {
  state.page = number;
  document.querySelector(".panes").classList.toggle("reading", number >= 0);
  for (const link of byId("list").querySelectorAll("a")) {
    if (number >= 0 && link.getAttribute("href") === linkTo(pages[number])) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const list = byId("list"), link = list.querySelector("[aria-current]");
  // Only the list scrolls; scrollIntoView would move the whole report.
  if (link && link.offsetTop < list.scrollTop) list.scrollTop = link.offsetTop - 40;
  else if (link) list.scrollTop = Math.max(list.scrollTop, link.offsetTop + link.offsetHeight - list.clientHeight);
  drawPage();
  showFirstMatch();
}

function showFirstMatch() {
  const pane = byId("page"), match = pane.querySelector("mark");
  pane.scrollTop = match ? match.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop - 120 : 0;
}

function refresh() {
  const listed = drawList();
  const isNarrow = matchMedia("(max-width: 44rem)").matches;
  if (listed.length && !listed.includes(pages[state.page]) && !isSingle && !isNarrow) choose(pages.indexOf(listed[0]));
  else { drawPage(); showFirstMatch(); }
}

function step(by) {
  const listed = listedPages();
  if (!listed.length) return;
  const at = listed.indexOf(pages[state.page]);
  const next = listed[Math.max(0, Math.min(listed.length - 1, at < 0 ? 0 : at + by))];
  history.replaceState(null, "", linkTo(next));
  choose(pages.indexOf(next));
  const isInList = byId("list").contains(document.activeElement);
  if (isInList) byId("list").querySelector("[aria-current]").focus();
}

function follow() {
  if (!location.hash.startsWith("#page/")) return;
  const number = pages.findIndex((page) => linkTo(page) === location.hash);
  if (number < 0) return;
  choose(number);
  byId("pages").scrollIntoView();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target === byId("query"), isInList = byId("list").contains(event.target);
  if (event.key === "Escape") {
    hideTip();
    if (isTyping) { byId("query").value = ""; search(); byId("query").blur(); }
  } else if (isTyping) return;
  else if (event.key === "/") { event.preventDefault(); byId("query").focus(); byId("pages").scrollIntoView(); }
  else if (event.key === "j" || (isInList && event.key === "ArrowDown")) { event.preventDefault(); step(1); }
  else if (event.key === "k" || (isInList && event.key === "ArrowUp")) { event.preventDefault(); step(-1); }
});

let waiting = 0;
const search = () => { state.query = byId("query").value.trim().toLowerCase(); refresh(); };
byId("query").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 120); });
addEventListener("hashchange", follow);
addEventListener("scroll", hideTip, true);

const prefersDark = matchMedia("(prefers-color-scheme: dark)"), theme = byId("theme");
const isDark = () => (document.documentElement.dataset.theme || (prefersDark.matches ? "dark" : "light")) === "dark";
const nameTheme = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
theme.addEventListener("click", () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; nameTheme(); });
prefersDark.addEventListener("change", nameTheme);
nameTheme();

if (isSingle) byId("query").placeholder = "Search this page";
for (const hidden of [theme, ...document.querySelectorAll(".tools, .panes")]) hidden.hidden = false;
drawChips();
drawList();
if (isSingle || !matchMedia("(max-width: 44rem)").matches) choose(pages.length ? 0 : -1);
follow();

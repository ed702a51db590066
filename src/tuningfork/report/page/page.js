"use strict";
// Theme, search and filters, the state in the address, copy buttons, keys, and the colours of JSON.
// The page is complete without this script; elements of the class needs-script appear with it.

const root = document.documentElement;
root.classList.add("scripted");

// The theme is that of the system until the reader chooses one.
const theme = {
  read() {
    try { return localStorage.getItem("tuningfork-theme"); } catch { return null; }
  },
  apply(name) {
    if (name) root.dataset.theme = name;
    const isDark = name ? name === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const button = document.getElementById("theme");
    if (button) button.textContent = isDark ? "Light" : "Dark";
    return isDark;
  },
  toggle() {
    const name = theme.apply(root.dataset.theme) ? "light" : "dark";
    theme.apply(name);
    try { localStorage.setItem("tuningfork-theme", name); } catch { /* a sandboxed page has no storage */ }
  },
};
theme.apply(theme.read());

const whenIdle = (task) => (globalThis.requestIdleCallback ?? setTimeout)(task);

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("filters");
  const claims = [...document.querySelectorAll("article.claim")].map((element) => ({
    element,
    id: element.id,
    verdict: element.dataset.verdict,
    level: element.dataset.level,
    sources: element.dataset.source.split(" "),
    section: element.closest("[data-section]").dataset.section,
    api: element.closest("[data-api]").dataset.api,
  }));
  const related = Map.groupBy(document.querySelectorAll("[data-claim]:not(.claim)"), (each) => each.dataset.claim);
  const operations = [...document.querySelectorAll(".operation")];
  const counters = [...document.querySelectorAll("[data-count]")].map((element) => ({
    element,
    items: [...document.getElementById(element.dataset.count).querySelectorAll(element.dataset.items)],
  }));
  const names = ["q", "verdict", "level", "api", "section", "source"];

  // The text of an element, read once. What broke a claim is part of the claim; the commands would match too much.
  const texts = new Map();
  const textOf = (element) => {
    if (!texts.has(element)) {
      const cards = (related.get(element.id) ?? []).filter((each) => each.matches(".card"));
      const text = [element, ...cards].map(withoutCommands).join(" ").replace(/\s+/g, " ");
      texts.set(element, { text, lower: text.toLowerCase() });
    }
    return texts.get(element);
  };
  const withoutCommands = (element) => [...element.querySelectorAll(".command")]
    .reduce((text, command) => text.replace(command.textContent, () => " "), element.textContent);
  const contains = (element, words) => words.every((word) => textOf(element).lower.includes(word));

  const wordsOf = (search) => (search ?? "").toLowerCase().split(/\s+/).filter(Boolean);

  const matches = (claim, state, words) =>
    (!state.verdict || (state.verdict === "!passed" ? claim.verdict !== "passed" : claim.verdict === state.verdict)) &&
    (!state.level || claim.level === state.level) &&
    (!state.api || claim.api === state.api) &&
    (!state.section || claim.section === state.section) &&
    (!state.source || claim.sources.includes(state.source)) &&
    contains(claim.element, words);

  function filter(state) {
    const words = wordsOf(state.q);
    const isFiltered = names.some((name) => state[name]);
    let count = 0;
    for (const claim of claims) {
      const isMatch = !isFiltered || matches(claim, state, words);
      count += isMatch;
      claim.element.hidden = !isMatch;
      quote(claim.element, isMatch ? words : []);
      for (const each of related.get(claim.id) ?? []) {
        if (each.matches(".cell")) each.classList.toggle("dimmed", !isMatch);
        else each.hidden = !isMatch;
      }
    }
    const shows = !isFiltered || (!state.verdict && !state.level && !state.section && !state.source);
    for (const row of operations) {
      const api = row.closest("[data-api]").dataset.api;
      row.hidden = !(shows && (!state.api || state.api === api) && (!words.length || contains(row, words)));
    }
    for (const section of document.querySelectorAll(".chapter, .operations, .results")) {
      section.hidden = isFiltered && !section.querySelector(".claim:not([hidden]), .card:not([hidden]), .operation:not([hidden])");
    }
    for (const { element, items } of counters) {
      const shown = items.filter((item) => !item.hidden).length;
      element.textContent = shown < items.length ? `${shown} of ${items.length}` : items.length;
    }
    root.classList.toggle("filtered", isFiltered);
    const total = `${claims.length.toLocaleString("en")} claims`;
    document.getElementById("match-count").textContent = isFiltered ? `${count.toLocaleString("en")} of ${total}` : total;
    document.getElementById("no-match").hidden = count > 0 || claims.length === 0;
    whenIdle(() => highlightWords(words));
  }

  // If a word occurs only in what is folded, the claim shows the text around it.
  const quotes = new Map();
  function quote(element, words) {
    quotes.get(element)?.remove();
    quotes.delete(element);
    if (!words.length) return;
    const head = element.querySelector("h4").textContent.toLowerCase() + element.id.toLowerCase();
    const hiddenWord = words.find((word) => !head.includes(word));
    if (!hiddenWord) return;
    const { text, lower } = textOf(element);
    const place = lower.indexOf(hiddenWord);
    const start = Math.max(0, place - 60);
    const quoted = document.createElement("p");
    quoted.className = "quote";
    quoted.textContent = `…${text.slice(start, place + 100)}…`;
    element.append(quoted);
    quotes.set(element, quoted);
  }

  // The address: "#SC-PAGE-07" for a place, "#verdict=failed&q=cursor" for a view, "&at=SC-PAGE-07" for a place in it.
  function readAddress() {
    const hash = location.hash.slice(1);
    if (!hash.includes("=")) return { at: decode(hash) };
    return Object.fromEntries(new URLSearchParams(hash));
  }
  function decode(text) {
    try { return decodeURIComponent(text); } catch { return text; }
  }
  function address(state) {
    const pairs = [...names, "at"].filter((name) => state[name]).map((name) => [name, state[name]]);
    if (pairs.length === 1 && state.at) return `#${encodeURIComponent(state.at)}`;
    return pairs.length ? `#${new URLSearchParams(pairs)}` : location.pathname + location.search;
  }
  const readForm = () => Object.fromEntries(names.map((name) => [name, form.elements[name]?.value ?? ""]));

  function writeForm(state) {
    for (const name of names) {
      const field = form.elements[name];
      if (field) field.value = state[name] ?? "";
    }
    markChosen();
  }
  function markChosen() {
    for (const select of form.querySelectorAll("select")) select.classList.toggle("chosen", select.value !== "");
  }

  function show() {
    const state = readAddress();
    writeForm(state);
    const valid = { ...readForm(), at: state.at };  // without options that do not exist
    filter(valid);
    if (state.at) go(state.at);
    else if (names.some((name) => valid[name])) goToResults();
  }
  const goToResults = () => scrollBy(0, document.getElementById("overview").getBoundingClientRect().bottom);
  function go(id) {
    const target = document.getElementById(id);
    document.querySelector(".claim.current")?.classList.remove("current");
    if (!target) return;
    for (let each = target; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
    const details = target.querySelector(":scope > details");
    if (target.matches(".claim, .card") && details) details.open = true;
    if (target.matches(".claim")) target.classList.add("current");
    settle(() => target.scrollIntoView({ block: "start" }));
  }
  // Sections out of view have guessed heights; the browser remembers the real ones once all have been laid out.
  function settle(scroll) {
    root.classList.add("measured");
    scroll();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      root.classList.remove("measured");
      scroll();
    }));
  }

  // Each choice is a step of the history; a search is one, however many letters it has.
  form.addEventListener("input", (event) => {
    const state = readForm();
    const isSameSearch = event.target.name === "q" && readAddress().q;
    history[isSameSearch ? "replaceState" : "pushState"](null, "", address(state));
    markChosen();
    filter(state);
    goToResults();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    history.pushState(null, "", address({}));
    show();
    form.elements.q.focus();
  });
  addEventListener("popstate", show);

  // A link to a claim keeps the filters if the claim matches them, or else the search if the claim matches that.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const href = link.getAttribute("href").slice(1);
    if (href.includes("=") || href === "") return;
    event.preventDefault();
    const state = readForm();
    const target = document.getElementById(decode(href));
    const isShown = target && !target.closest("[hidden]") && getComputedStyle(target).display !== "none";
    const kept = isShown ? state : matchesSearch(target, state.q) ? { q: state.q } : {};
    history.pushState(null, "", address({ ...kept, at: decode(href) }));
    show();
    if (!isShown) announceRemoval(state, kept);
    focus(target);
  });
  function matchesSearch(target, search) {
    const claim = claims.find((each) => each.id === target?.dataset.claim);
    return claim && contains(claim.element, wordsOf(search));
  }
  function announceRemoval(state, kept) {
    const removed = [
      state.q && !kept.q && "search",
      names.slice(1).some((name) => state[name]) && "filters",
    ].filter(Boolean).join(" and ");
    if (removed) document.getElementById("match-count").textContent = `${removed[0].toUpperCase()}${removed.slice(1)} removed`;
  }
  function focus(target) {
    if (!target) return;
    if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
  }
  document.addEventListener("toggle", (event) => {
    if (!event.target.open) return;
    colour(event.target);
    const claim = event.target.matches(".claim > details") && event.target.parentElement;
    if (claim) history.replaceState(null, "", address({ ...readForm(), at: claim.id }));
  }, true);

  // Copy buttons.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    button.textContent = (await copy(button.closest("figure"))) ? "Copied" : "Press Ctrl+C";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  async function copy(figure) {
    const commands = [...figure.querySelectorAll("pre")].map((pre) => pre.textContent).join("");
    try {
      await navigator.clipboard.writeText(commands);
      return true;
    } catch {
      const set = (event) => { event.clipboardData.setData("text/plain", commands); event.preventDefault(); };
      document.addEventListener("copy", set, { once: true });
      return document.execCommand("copy");
    }
  }

  // Keys.
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input, select, textarea");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      form.elements.q.focus();
      form.elements.q.select();
    } else if (event.target.matches(".cell")) moveInMap(event);
  });
  const cells = [...document.querySelectorAll(".cell")];
  cells.forEach((cell, index) => { cell.tabIndex = index ? -1 : 0; });
  function moveInMap(event) {
    const rows = [...document.querySelectorAll(".cells")];
    const row = event.target.parentElement;
    const place = [...row.children].indexOf(event.target);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const rowStep = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    let next;
    if (step) next = cells[cells.indexOf(event.target) + step];
    else if (rowStep) {
      const other = rows[rows.indexOf(row) + rowStep];
      next = other?.children[Math.min(place, other.children.length - 1)];
    } else if (event.key === "Home") next = row.firstElementChild;
    else if (event.key === "End") next = row.lastElementChild;
    if (!next) return;
    event.preventDefault();
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  // JSON is coloured when it is first shown, by ranges of its text, so that it stays plain text.
  const token = /"(?:[^"\\]|\\.)*"?(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b/g;
  const highlights = globalThis.Highlight && CSS.highlights;
  const highlight = (name, range) => {
    if (!CSS.highlights.has(name)) CSS.highlights.set(name, new Highlight());
    CSS.highlights.get(name).add(range);
  };
  function colour(element) {
    if (!highlights) return;
    for (const pre of element.querySelectorAll("pre.json:not([data-coloured])")) {
      if (pre.closest("details:not([open])")) continue;
      pre.dataset.coloured = "";
      for (const match of pre.textContent.matchAll(token)) {
        const text = match[0];
        const kind = match[1] ? "json-name" : text[0] === '"' ? "json-string" : /[tfn]/.test(text[0]) ? "json-word" : "json-number";
        highlight(kind, range(pre, match.index, match.index + text.length - (match[1]?.length ?? 0)));
      }
    }
  }
  function range(element, start, end) {
    const result = new Range();
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let offset = 0, node; (node = walker.nextNode()); offset += node.length) {
      if (start >= offset && start <= offset + node.length) result.setStart(node, start - offset);
      if (end <= offset + node.length) { result.setEnd(node, end - offset); break; }
    }
    return result;
  }
  function highlightWords(words) {
    if (!highlights) return;
    CSS.highlights.delete("search");
    if (!words.length) return;
    for (const element of document.querySelectorAll(".claim:not([hidden]) > :is(h4, .quote), .card:not([hidden]) h3")) {
      const text = element.textContent.toLowerCase();
      for (const word of words) {
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
          highlight("search", range(element, at, at + word.length));
        }
      }
    }
  }

  // On paper, all evidence of what broke is visible.
  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll(".card > details, .card .more, .card .command details")) each.open = true;
  });

  document.getElementById("theme").addEventListener("click", theme.toggle);
  theme.apply(root.dataset.theme);
  if (matchMedia("(max-width: 64rem)").matches) document.querySelector(".contents details").open = false;
  new ResizeObserver(() => {
    const isSticky = getComputedStyle(form).position === "sticky";
    root.style.setProperty("--bar", isSticky ? `${form.offsetHeight}px` : "0px");
  }).observe(form);
  show();
  colour(document);
  whenIdle(() => claims.forEach((claim) => textOf(claim.element)));
});

"use strict";
// The report works without this: what it adds is search, filters, links that unfold what they lead to, and the theme.
(() => {
  const root = document.documentElement;
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const cards = all(".change");
  const groups = all(".group");
  const facets = ["action", "risk", "kind", "cause"];
  const toolbar = one(".toolbar");
  let texts = null;

  const words = () => one("#search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = () => facets.map((name) => [name, one("#" + name).value]).filter(([, value]) => value);
  const has = (card, [name, value]) => (card.dataset[name] || "").split(" ").includes(value);

  const filter = () => {
    const terms = words();
    const wanted = chosen();
    const blocked = one("#blocked").checked;
    if (terms.length && !texts) texts = cards.map((card) => card.textContent.toLowerCase());
    let shown = 0;
    cards.forEach((card, place) => {
      const fits =
        (!blocked || card.dataset.blocked === "yes") &&
        wanted.every((facet) => has(card, facet)) &&
        terms.every((term) => texts[place].includes(term));
      if (card.hidden === fits) card.hidden = !fits;
      if (fits) shown += 1;
    });
    for (const group of groups) group.hidden = !group.querySelector(".change:not([hidden])");
    one("#none").hidden = shown > 0;
    one("#shown").textContent = `${shown} of ${cards.length} shown`;
    for (const chip of all(".chip")) {
      const { facet, value } = chip.dataset;
      const on = facet === "blocked" ? blocked : one("#" + facet).value === value;
      if (on) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    }
  };

  const reset = () => {
    toolbar.reset();
    filter();
  };

  const follow = () => {
    let id = "";
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const found = id && document.getElementById(id);
    if (!found) return;
    if (found.hidden) reset();
    for (let at = found; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    const inside = found.querySelector(":scope > details");
    if (inside) inside.open = true;
    found.scrollIntoView({ block: "start" });
  };

  const copy = async (button) => {
    const code = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "selected: copy it with the keyboard";
    }
  };

  const themes = ["auto", "light", "dark"];
  const theme = one("#theme");
  const dress = (name) => {
    if (name === "auto") delete root.dataset.theme;
    else root.dataset.theme = name;
    theme.textContent = `theme: ${name}`;
  };
  theme.hidden = false;
  theme.addEventListener("click", () => {
    dress(themes[(themes.indexOf(root.dataset.theme || "auto") + 1) % themes.length]);
  });

  for (const button of all(".copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }

  if (toolbar) {
    toolbar.hidden = false;
    toolbar.addEventListener("submit", (event) => event.preventDefault());
    toolbar.addEventListener("input", filter);
    one("#reset-all").addEventListener("click", reset);
    const fold = (open) => cards.filter((card) => !card.hidden).forEach((card) => (card.open = open));
    one("#open-all").addEventListener("click", () => fold(true));
    one("#fold-all").addEventListener("click", () => fold(false));
    for (const chip of all(".chip"))
      chip.addEventListener("click", () => {
        const { facet, value } = chip.dataset;
        if (facet === "blocked") one("#blocked").checked = !one("#blocked").checked;
        else one("#" + facet).value = one("#" + facet).value === value ? "" : value;
        filter();
      });
    document.addEventListener("keydown", (event) => {
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        one("#search").focus();
      } else if (event.key === "Escape" && event.target === one("#search")) reset();
    });
    filter();
  }

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    for (const found of folded) found.open = true;
  });
  addEventListener("afterprint", () => {
    for (const found of folded) found.open = false;
  });
  addEventListener("hashchange", follow);
  follow();
})();

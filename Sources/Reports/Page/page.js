"use strict";
(() => {
  const content = document.getElementById("content");
  const views = new Map();
  let figures = JSON.parse(document.getElementById("figures").textContent);

  const find = (element) => figures.find((one) => one.name === element.closest("figure").id);

  function spec(figure) {
    const values = figure.rows.map((row) => Object.fromEntries(figure.columns.map((name, place) => [name, row[place]])));
    return { ...figure.chart, data: { values } };
  }

  function csv(figure) {
    const field = (value) => {
      const text = value === null ? "" : String(value);
      return typeof value === "string" && (text === "" || /[",\r\n]/.test(text)) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    return [figure.columns, ...figure.rows].map((row) => row.map(field).join(",") + "\r\n").join("");
  }

  async function draw() {
    if (typeof vegaEmbed !== "function") return;
    const isDark = getComputedStyle(document.documentElement).colorScheme === "dark";
    for (const figure of figures) {
      const place = document.querySelector(`#${CSS.escape(figure.name)} .chart`);
      if (!place || views.has(figure.name)) continue;
      const options = { actions: false, renderer: "svg", tooltip: { theme: isDark ? "dark" : "light" } };
      try {
        views.set(figure.name, (await vegaEmbed(place, spec(figure), options)).view);
      } catch (error) {
        place.textContent = `This figure can't be drawn: ${error.message}`;
        console.error(figure.name, error);
      }
    }
    document.body.dataset.drawn = String(views.size);
  }

  function save(name, type, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  async function offer(button) {
    const [figure, kind] = [find(button), button.dataset.offer];
    const name = `${figure.name}.${kind}`;
    if (kind === "csv") save(name, "text/csv", csv(figure));
    else if (kind === "vl.json") save(name, "application/json", JSON.stringify(spec(figure), null, 1));
    else if (views.has(figure.name)) save(name, "image/svg+xml", await views.get(figure.name).toSVG());
  }

  function sort(button) {
    const [head, table] = [button.closest("th"), button.closest("table")];
    const place = [...head.parentElement.children].indexOf(head);
    const isRising = head.getAttribute("aria-sort") !== "ascending";
    for (const other of head.parentElement.children) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", isRising ? "ascending" : "descending");
    const key = (row) => row.children[place].dataset.order;
    const rows = [...table.tBodies[0].rows].sort((one, other) => {
      const [a, b] = [key(one), key(other)];
      // What has no number stands last whichever way one sorts.
      if (a === undefined && b === undefined) {
        const order = one.children[place].textContent.localeCompare(other.children[place].textContent, undefined, { numeric: true });
        return isRising ? order : -order;
      }
      if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
      return isRising ? a - b : b - a;
    });
    table.tBodies[0].append(...rows);
  }

  function fill(details) {
    const [figure, limit] = [find(details), 500];
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    figure.columns.forEach((name) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.setAttribute("aria-sort", "none");
      cell.append(Object.assign(document.createElement("button"), { type: "button", textContent: name.replaceAll("_", " ") }));
      head.append(cell);
    });
    const body = table.createTBody();
    for (const row of figure.rows.slice(0, limit)) {
      const line = body.insertRow();
      for (const value of row) {
        const cell = line.insertCell();
        cell.textContent = value === null ? "–" : typeof value === "number" ? Number(value.toPrecision(6)) : value;
        if (typeof value === "number") Object.assign(cell, { className: "number" }).dataset.order = value;
      }
    }
    const frame = document.createElement("div");
    Object.assign(frame, { className: "scroll", tabIndex: 0 });
    frame.append(table);
    details.append(frame);
    if (figure.rows.length > limit) {
      const note = document.createElement("p");
      note.textContent = `The first ${limit} of ${figure.rows.length} rows; the CSV has all.`;
      details.append(Object.assign(note, { className: "note" }));
    }
  }

  function follow() {
    const state = document.getElementById("live");
    const say = (word, text) => { state.dataset.state = word; state.textContent = text; };
    const source = new EventSource("/events");
    let shown = document.body.dataset.live;
    source.addEventListener("news", async (event) => {
      if (event.data === shown) return;
      const news = await (await fetch("/update")).json();
      shown = event.data;
      const opened = [...content.querySelectorAll("details[open]")].map((one) => one.closest("figure")?.id);
      const top = window.scrollY;
      for (const view of views.values()) view.finalize();
      views.clear();
      // The height is held while the charts are drawn anew, so that nothing jumps under the reader.
      content.style.minHeight = `${content.offsetHeight}px`;
      content.innerHTML = news.content;
      figures = news.figures;
      for (const name of opened) {
        const details = document.querySelector(name ? `#${CSS.escape(name)} details` : "details.again");
        if (details) details.open = true;
      }
      await draw();
      content.style.minHeight = "";
      window.scrollTo({ top, behavior: "instant" });
      say(news.isRunning ? "live" : "over", news.isRunning ? "live" : "nothing is running");
    });
    source.addEventListener("error", () => say("lost", "the server is gone; this is what it last showed"));
    source.addEventListener("open", () => say("live", "live"));
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.offer) offer(button);
    else if (button.closest("th")) sort(button);
    else if (button.id === "theme") {
      const root = document.documentElement;
      const isDark = getComputedStyle(root).colorScheme === "dark";
      root.dataset.theme = isDark ? "light" : "dark";
    }
  });
  document.addEventListener("toggle", (event) => {
    const details = event.target;
    if (details.open && details.classList?.contains("numbers") && details.children.length === 1) fill(details);
  }, true);
  draw();
  if ("live" in document.body.dataset) follow();
})();

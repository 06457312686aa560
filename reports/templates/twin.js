/* Two conveniences of the HTML twins; without them a page is complete. Tables sort by their headings (again: the other
   way; a third time: as printed), and a chart tells its values under the pointer or the arrow keys. */
(() => {
  "use strict";
  const value = (cell) => {
    const text = (cell.childNodes[0] ? cell.childNodes[0].textContent : "").trim().replace(/,/g, "").replace("\u2212", "-");
    const part = text.match(/^(\d+) of (\d+)$/);
    if (part) return part[1] / part[2];
    return /^\D{0,9}-?\d/.test(text) ? parseFloat(text.replace(/^[^\d-]+/, "")) : text.toLowerCase();
  };
  const compare = (a, b) => (typeof a === typeof b ? (a > b) - (a < b) : typeof a === "number" ? -1 : 1);
  const sort = (table, column, heading, printed) => {
    const now = { none: "descending", descending: "ascending", ascending: "none" }[heading.getAttribute("aria-sort") || "none"];
    table.querySelectorAll("thead th").forEach((th) => th.removeAttribute("aria-sort"));
    const rows = printed.filter((row) => !row.matches(".total, .rest"));
    if (now !== "none") {
      heading.setAttribute("aria-sort", now);
      rows.sort((a, b) => compare(value(a.cells[column]), value(b.cells[column])) * (now === "ascending" ? 1 : -1));
    }
    table.tBodies[0].append(...rows, ...printed.filter((row) => row.matches(".total, .rest")));
  };
  for (const table of document.querySelectorAll("table.sorts")) {
    const printed = [...table.tBodies[0].rows];
    table.querySelectorAll("thead th").forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      button.addEventListener("click", () => sort(table, column, heading, printed));
      heading.append(button);
    });
  }
  for (const chart of document.querySelectorAll(".chart[data-points]")) {
    const points = JSON.parse(chart.dataset.points), [left, right] = JSON.parse(chart.dataset.inside);
    const reader = document.createElement("div"), said = document.createElement("span");
    const show = (i) => {
      const [month, number] = points[i];
      const at = left + ((i + 0.5) / points.length) * (right - left);
      reader.setAttribute("aria-valuenow", i + 1);
      reader.setAttribute("aria-valuetext", `${month}: ${number}`);
      said.textContent = `${month}: ${number}`;
      reader.style.setProperty("--at", `${at * 100}%`);
      reader.classList.add("on");
    };
    let place = points.length - 1;
    const go = (i) => show((place = Math.min(Math.max(i, 0), points.length - 1)));
    Object.entries({ role: "slider", tabindex: 0, "aria-label": `${chart.dataset.title}, month by month`, "aria-valuemin": 1,
      "aria-valuemax": points.length, "aria-valuenow": points.length, "aria-valuetext": points[place].join(": "),
    }).forEach(([name, text]) => reader.setAttribute(name, text));
    reader.className = "reader";
    reader.append(said);
    reader.addEventListener("focus", () => show(place));
    reader.addEventListener("blur", () => reader.classList.remove("on"));
    reader.addEventListener("pointerleave", () => reader.classList.remove("on"));
    reader.addEventListener("pointermove", (event) => {
      const box = reader.getBoundingClientRect(), x = (event.clientX - box.left) / box.width;
      go(Math.floor(((x - left) / (right - left)) * points.length));
    });
    reader.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -points.length, End: points.length }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      go(place + step);
    });
    chart.append(reader);
  }
})();

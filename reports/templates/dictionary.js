// Shows the entries that hold every word typed; `/` goes to the box, Escape empties it.
(() => {
  const box = document.getElementById("q");
  const count = document.getElementById("count");
  const nothing = document.getElementById("nothing");
  const entries = [...document.querySelectorAll("[data-entry]")].map((place) => {
    const text = `${place.closest("[data-of]").dataset.of} ${place.textContent}`.toLowerCase();
    return { place, text: `${text} ${text.replaceAll("_", " ")}` };
  });
  const parts = [...document.querySelectorAll("[data-part]")].reverse(); // inner ones first
  const show = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let hits = 0;
    for (const entry of entries) {
      entry.place.hidden = !words.every((word) => entry.text.includes(word));
      hits += entry.place.hidden ? 0 : 1;
    }
    for (const part of parts) {
      part.hidden = words.length > 0 && !part.querySelector("[data-entry]:not([hidden])");
    }
    count.textContent = words.length ? `${hits} of ${entries.length}` : `${entries.length} entries`;
    nothing.hidden = hits > 0;
  };
  box.addEventListener("input", show);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== box) {
      event.preventDefault();
      box.focus();
    } else if (event.key === "Escape" && box.value) {
      box.value = "";
      show();
    }
  });
  window.addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) {
      box.value = "";
      show();
      target.scrollIntoView();
    }
  });
  box.closest(".search").hidden = false;
  show();
})();

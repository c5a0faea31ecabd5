// Turns the drawn map into one that moves, when asked to: Leaflet is fetched then, and no tile is.
// What it shows is read from the list of the page: places, numbers, titles, addresses.
class MissionMap extends HTMLElement {
  connectedCallback() {
    if (this.querySelector("button")) return;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "button button--quiet button--small button--wide";
    this.button.textContent = this.dataset.open;
    this.button.addEventListener("click", () => this.open());
    this.append(this.button);
  }

  async open() {
    await this.load();
    this.button.remove();
    const drawing = this.querySelector("svg");
    const frame = document.createElement("div");
    frame.className = "map__live";
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", drawing.getAttribute("aria-label"));
    drawing.replaceWith(frame);
    const here = [Number(this.dataset.latitude), Number(this.dataset.longitude)];
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = window.L.map(frame, { attributionControl: false, zoomAnimation: !calm, fadeAnimation: !calm }).setView(here, 11);
    const rings = [0.5, 1].map((part) =>
      window.L.circle(here, { radius: this.dataset.km * 1000 * part, className: "map__ring", fill: false, interactive: false }).addTo(map));
    window.L.marker(here, { icon: this.icon("map__here", "", 18), title: this.dataset.name, alt: this.dataset.name, keyboard: false }).addTo(map);
    for (const [point, cards] of this.places()) {
      const numbers = cards.map((card) => card.dataset.number);
      const label = numbers.length > 1 ? `${numbers[0]}–${numbers.at(-1)}` : numbers[0];
      const links = document.createElement("ul");
      links.className = "lines";
      for (const card of cards) {
        const line = document.createElement("li");
        const link = document.createElement("a");
        const titled = card.querySelector("a");
        [link.href, link.textContent] = [titled.href, titled.textContent.replace(/^\D*\d+\s*/, "").trim()];
        line.append(link);
        links.append(line);
      }
      const title = [...links.querySelectorAll("a")].map((link) => link.textContent).join(", ");
      window.L.marker(point.split(",").map(Number), { icon: this.icon("map__number", label, 30, 12 + 9 * label.length), title, alt: title })
        .bindPopup(links).addTo(map);
    }
    map.fitBounds(rings[1].getBounds());
    frame.focus();
  }

  // Cards of one place share a marker, as on the drawing.
  places() {
    const found = new Map();
    for (const card of document.querySelectorAll(".found[data-number]")) {
      const point = `${card.dataset.latitude},${card.dataset.longitude}`;
      found.set(point, [...(found.get(point) ?? []), card]);
    }
    return found;
  }

  icon(name, text, height, width = height) {
    return window.L.divIcon({ className: name, html: text, iconSize: [Math.max(width, height), height] });
  }

  async load() {
    if (window.L) return;
    const style = document.createElement("link");
    [style.rel, style.href] = ["stylesheet", this.dataset.style];
    const script = document.createElement("script");
    script.src = this.dataset.source;
    await Promise.all([style, script].map((part) => new Promise((done, failed) => {
      [part.onload, part.onerror] = [done, failed];
      document.head.append(part);
    })));
  }
}
customElements.define("mission-map", MissionMap);

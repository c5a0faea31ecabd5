// Turns the drawn map into one that moves, when asked to: Leaflet is fetched then, and no tile is.
class MissionMap extends HTMLElement {
  connectedCallback() {
    if (this.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet button--small";
    button.textContent = this.dataset.open;
    button.addEventListener("click", () => this.open(button));
    this.append(button);
  }

  async open(button) {
    button.remove();
    await this.load();
    const here = [Number(this.dataset.latitude), Number(this.dataset.longitude)];
    const drawing = this.querySelector("svg");
    const frame = document.createElement("div");
    frame.className = "map__live";
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", drawing.getAttribute("aria-label"));
    drawing.replaceWith(frame);
    const map = window.L.map(frame, { attributionControl: false }).setView(here, 11);
    const km = Number(this.dataset.km) * 1000;
    const rings = [0.5, 1].map((part) => window.L.circle(here, { radius: km * part, className: "map__ring", fill: false }).addTo(map));
    window.L.marker(here, { icon: this.icon("map__here", "", 18), title: this.dataset.name, alt: this.dataset.name }).addTo(map);
    for (const card of document.querySelectorAll(".found[data-number]")) {
      const point = [Number(card.dataset.latitude), Number(card.dataset.longitude)];
      const link = card.querySelector("a").cloneNode(true);
      window.L.marker(point, { icon: this.icon("map__number", card.dataset.number, 30), title: link.textContent, alt: link.textContent })
        .bindPopup(link).addTo(map);
    }
    map.fitBounds(rings[1].getBounds());
  }

  icon(name, text, size) {
    return window.L.divIcon({ className: name, html: text, iconSize: [size, size] });
  }

  load() {
    if (window.L) return Promise.resolve();
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = this.dataset.style;
    document.head.append(style);
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = this.dataset.source;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
  }
}
customElements.define("mission-map", MissionMap);

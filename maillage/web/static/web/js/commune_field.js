// Suggestions under a commune's field, as the ARIA « combobox » pattern says: arrows, Enter, Escape.
class CommuneField extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    [this.input, this.code] = this.querySelectorAll("input");
    this.list = document.createElement("ul");
    this.list.id = `${this.input.id}_list`;
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    const label = document.querySelector(`label[for="${this.input.id}"]`);
    this.list.setAttribute("aria-label", label ? label.textContent.trim() : this.input.name);
    this.append(this.list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id,
    })) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.move(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    // Whoever typed before this file had come is not left waiting for another letter.
    if (document.activeElement === this.input && this.input.value !== this.input.defaultValue) this.typed();
  }

  typed() {
    this.code.value = "";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), 150);
  }

  async ask() {
    const words = this.input.value.trim();
    if (words.length < 2) return this.close();
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const answer = await fetch(`${this.dataset.url}?q=${encodeURIComponent(words)}`, { signal: this.asking.signal });
      this.show((await answer.json()).communes);
    } catch { /* without network the field is a plain field */ }
  }

  show(communes) {
    this.list.replaceChildren(...communes.map(([insee, label, postcode], place) => {
      const line = document.createElement("li");
      line.id = `${this.list.id}_${place}`;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", "false");
      line.dataset.insee = insee;
      line.dataset.label = label;
      line.textContent = postcode ? `${label} · ${postcode}` : label;
      line.addEventListener("pointerdown", (event) => { event.preventDefault(); this.take(line); });
      return line;
    }));
    this.chosen = -1;
    this.list.hidden = communes.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
  }

  move(event) {
    const lines = [...this.list.children];
    if (this.list.hidden || !lines.length) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.chosen = (this.chosen + step + lines.length) % lines.length;
      lines.forEach((line, place) => line.setAttribute("aria-selected", String(place === this.chosen)));
      this.input.setAttribute("aria-activedescendant", lines[this.chosen].id);
    } else if (event.key === "Enter" && this.chosen >= 0) {
      event.preventDefault();
      this.take(lines[this.chosen]);
    } else if (event.key === "Escape") {
      this.close();
    }
  }

  take(line) {
    this.input.value = line.dataset.label;
    this.code.value = line.dataset.insee;
    this.close();
    if (this.hasAttribute("data-go")) this.closest("form").requestSubmit();
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
customElements.define("commune-field", CommuneField);

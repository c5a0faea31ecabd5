// « Écouter »: the device's own voice reads the page; nothing is sent anywhere.
class ReadAloud extends HTMLElement {
  connectedCallback() {
    if (!window.speechSynthesis || this.querySelector("button")) return;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "button button--quiet";
    this.button.addEventListener("click", () => (speechSynthesis.speaking ? this.stop() : this.read()));
    this.append(this.button);
    this.stop();
    addEventListener("pagehide", () => speechSynthesis.cancel());
  }

  read() {
    const main = document.getElementById("main").cloneNode(true);
    main.querySelectorAll("read-aloud, script, svg, [aria-hidden=true], [hidden]").forEach((one) => one.remove());
    const blocks = [...main.querySelectorAll("h1, h2, h3, h4, p, li, dt, dd, label, legend, th, td, button, a.button")];
    const leaves = blocks.filter((one) => !one.querySelector("p, li, dd, label"));
    for (const block of leaves) {
      const text = block.textContent.replace(/\s+/g, " ").trim();
      if (!text) continue;
      const said = new SpeechSynthesisUtterance(text);
      said.lang = document.documentElement.lang;
      said.rate = 0.95;
      speechSynthesis.speak(said);
    }
    const last = new SpeechSynthesisUtterance(" ");
    last.onend = () => this.stop();
    speechSynthesis.speak(last);
    this.button.textContent = this.dataset.stop;
  }

  stop() {
    speechSynthesis.cancel();
    this.button.textContent = this.dataset.listen;
  }
}
customElements.define("read-aloud", ReadAloud);

// A button beside a secret or an address that puts it in the clipboard.
class CopyButton extends HTMLElement {
  connectedCallback() {
    if (!navigator.clipboard || this.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet button--small";
    button.textContent = this.dataset.label || "⧉";
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.dataset.value);
      button.textContent = this.dataset.done;
    });
    this.append(" ", button);
  }
}
customElements.define("copy-button", CopyButton);

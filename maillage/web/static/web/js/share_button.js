// Hands a page to the telephone's own « partager », or copies its address.
class ShareButton extends HTMLElement {
  connectedCallback() {
    if (this.querySelector("button") || !(navigator.share || navigator.clipboard)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = this.dataset.label;
    button.addEventListener("click", async () => {
      const told = { title: this.dataset.title, text: this.dataset.text, url: this.dataset.url || location.href };
      if (navigator.share) return navigator.share(told).catch(() => {});
      await navigator.clipboard.writeText(`${told.text || told.title} ${told.url}`);
      button.textContent = this.dataset.done;
    });
    this.append(button);
  }
}
customElements.define("share-button", ShareButton);

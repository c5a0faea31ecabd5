// Questions that only some people need: hidden until another answer asks for them. Without JavaScript they all show.
// A tick left empty answers nothing: `data-value=""`.
class ShownWhen extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.form?.addEventListener("change", (event) => {
      if (event.target.name === this.dataset.name) this.follow();
    });
    this.follow();
  }

  follow() {
    this.hidden = (new FormData(this.form).get(this.dataset.name) ?? "") !== this.dataset.value;
  }
}
customElements.define("shown-when", ShownWhen);

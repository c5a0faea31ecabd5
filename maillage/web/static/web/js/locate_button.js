// « Autour de moi »: asks the device where it is, only when tapped, and sends the rounded point with the form.
class LocateButton extends HTMLElement {
  connectedCallback() {
    if (!navigator.geolocation || this.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = this.dataset.label;
    const says = document.createElement("p");
    says.setAttribute("role", "status");
    says.className = "soft small";
    button.addEventListener("click", () => {
      says.textContent = this.dataset.wait;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          // Two decimals are about a kilometre: enough to find a commune, too little to find a door.
          const form = this.closest("form");
          form.elements.latitude.value = coords.latitude.toFixed(2);
          form.elements.longitude.value = coords.longitude.toFixed(2);
          form.querySelectorAll("commune-field input").forEach((input) => (input.value = ""));
          form.requestSubmit();
        },
        () => (says.textContent = this.dataset.failed),
        { maximumAge: 600000, timeout: 10000 },
      );
    });
    this.append(button, says);
  }
}
customElements.define("locate-button", LocateButton);

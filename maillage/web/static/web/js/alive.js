// Everything here makes a page that already works more comfortable; nothing depends on it.
// A component is fetched only by a page that shows it.
const parts = {
  "copy-button": () => import("web/copy_button"),
  "commune-field": () => import("web/commune_field"),
  "locate-button": () => import("web/locate_button"),
  "mission-map": () => import("volunteering/mission_map"),
  "read-aloud": () => import("web/read_aloud"),
  "share-button": () => import("web/share_button"),
};

function wake(root) {
  for (const [name, load] of Object.entries(parts)) {
    if (root.querySelector(name) && (name !== "read-aloud" || document.documentElement.dataset.readAloud)) load();
  }
  if (document.documentElement.dataset.oneQuestion && root.querySelector("form[data-steps]")) import("web/steps");
}

wake(document);
document.addEventListener("htmx:afterSwap", (event) => wake(event.target));

// A form that was sent shows it, and is not sent by a second tap; the server would do it once anyway.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 8000) event.preventDefault();
  else form.dataset.sent = String(Date.now());
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// A filter chosen is a filter applied, where the form says so.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-live]");
  if (form && event.target.matches("select, [type=checkbox], [type=radio]")) form.requestSubmit();
});

// A part of the page that could not be asked for says so where it was tapped.
document.addEventListener("htmx:sendError", (event) => {
  const said = event.target.closest("[data-offline]");
  const line = event.target.closest("li");
  if (!said || !line || line.querySelector(".is-offline")) return;
  const words = document.createElement("p");
  words.className = "field__error is-offline";
  words.setAttribute("role", "alert");
  words.textContent = said.dataset.offline;
  line.prepend(words);
});

// On a telephone a row of links runs off the screen: the one where we are comes into sight.
for (const here of document.querySelectorAll(".desk-menu a[aria-current], .tabs a[aria-current]")) {
  const row = here.closest("ul, .tabs");
  row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}

// One question per screen, for whoever chose it: the fields of a form marked `data-steps` come one after the other.
const WORDS = document.documentElement.lang.startsWith("en")
  ? { next: "Continue", back: "Back", of: (n, all) => `Question ${n} of ${all}` }
  : { next: "Continuer", back: "Revenir", of: (n, all) => `Question ${n} sur ${all}` };

for (const form of document.querySelectorAll("form[data-steps]")) {
  const fields = [...form.querySelectorAll(".field")].filter((field) => !field.parentElement.closest(".field"));
  if (fields.length < 2) continue;
  const last = [...form.querySelectorAll("button[type=submit]")];
  const nav = document.createElement("div");
  nav.className = "row";
  const told = document.createElement("p");
  told.setAttribute("role", "status");
  told.className = "soft";
  const [back, next] = ["back", "next"].map((which) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = which === "next" ? "button" : "button button--quiet";
    button.textContent = WORDS[which];
    return button;
  });
  nav.append(back, next);
  form.append(told, nav);
  const wrong = fields.findIndex((field) => field.classList.contains("field--wrong"));
  let at = Math.max(0, wrong);
  const show = (focus) => {
    fields.forEach((field, place) => (field.hidden = place !== at));
    last.forEach((button) => (button.hidden = at < fields.length - 1));
    next.hidden = at === fields.length - 1;
    back.hidden = at === 0;
    told.textContent = WORDS.of(at + 1, fields.length);
    if (focus) fields[at].querySelector("input, select, textarea")?.focus();
  };
  next.addEventListener("click", () => {
    const inputs = [...fields[at].querySelectorAll("input, select, textarea")];
    if (inputs.every((input) => input.reportValidity())) { at += 1; show(true); }
  });
  back.addEventListener("click", () => { at -= 1; show(true); });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.tagName !== "TEXTAREA" && at < fields.length - 1) {
      event.preventDefault();
      next.click();
    }
  });
  show(false);
}

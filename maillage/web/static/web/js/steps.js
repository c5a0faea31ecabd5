// One question per screen, for whoever chose it: the fields of a form marked `data-steps` come one after the other.
const WORDS = document.documentElement.lang.startsWith("en")
  ? { next: "Continue", back: "Back", of: (n, all) => `Question ${n} of ${all}` }
  : { next: "Continuer", back: "Revenir", of: (n, all) => `Question ${n} sur ${all}` };

for (const form of document.querySelectorAll("form[data-steps]")) {
  // What is folded is one question with its fold; what another answer hides is not asked.
  const every = [...new Set([...form.querySelectorAll(".field")]
    .filter((field) => !field.parentElement.closest(".field"))
    .map((field) => field.closest("details") ?? field))];
  const asked = () => every.filter((field) => !field.parentElement.closest("[hidden]"));
  if (every.length < 2) continue;
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
  let here = every.find((field) => field.matches(".field--wrong, :has(.field--wrong)")) ?? every[0];
  const show = (focus) => {
    const fields = asked();
    const at = fields.indexOf(here);
    every.forEach((field) => (field.hidden = field !== here));
    last.forEach((button) => (button.hidden = at < fields.length - 1));
    next.hidden = at === fields.length - 1;
    back.hidden = at === 0;
    told.textContent = WORDS.of(at + 1, fields.length);
    if (here.tagName === "DETAILS") here.open = true;
    if (focus) here.querySelector("input, select, textarea")?.focus();
  };
  const move = (step) => {
    const fields = asked();
    here = fields[fields.indexOf(here) + step];
    show(true);
  };
  next.addEventListener("click", () => {
    const inputs = [...here.querySelectorAll("input, select, textarea")];
    if (inputs.every((input) => input.reportValidity())) move(1);
  });
  back.addEventListener("click", () => move(-1));
  form.addEventListener("change", () => setTimeout(show)); // once the others have heard it too
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input, select") && !next.hidden) {
      event.preventDefault();
      next.click();
    }
  });
  show(false);
}

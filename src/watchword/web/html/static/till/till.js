// The till: keys type, times run down, and what a scanner types lands in the field. All works without.

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

// The digits on the page type into their field, which then needs no keyboard of the tablet.
for (const keys of document.querySelectorAll("[data-types]")) {
  const field = document.getElementById(keys.dataset.types);
  if (matchMedia("(pointer: coarse)").matches && field.id === "code") field.inputMode = "none";
  keys.addEventListener("click", (event) => {
    const key = event.target.closest("button[type=button]");
    if (!key) return;
    field.value = key.value === "back" ? field.value.slice(0, -1) : field.value + key.value;
    field.removeAttribute("aria-invalid");
    field.focus();
  });
}

// A scanner types wherever the focus is: on nothing, it means the first field of the step.
const first = document.querySelector("main input[autofocus]");
document.addEventListener("keydown", (event) => {
  const isElsewhere = event.target.closest("input, textarea, select, button, a, summary");
  if (!first || isElsewhere || event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
  first.focus();
});

const runDown = (seconds, show, end) => {
  const over = performance.now() + seconds * 1000;
  const tick = () => {
    const left = Math.max(Math.ceil((over - performance.now()) / 1000), 0);
    show(left);
    if (left) setTimeout(tick, 250);
    else end?.();
  };
  tick();
};

for (const each of document.querySelectorAll("[data-until]")) {
  runDown(Math.max(Number(each.dataset.until), 0), (left) => (each.textContent = clock(left)));
}

for (const button of document.querySelectorAll("[data-after]")) {
  const left = button.querySelector("[data-left]");
  button.disabled = true;
  runDown(
    Number(button.dataset.after),
    (seconds) => (left.textContent = `· ${clock(seconds)}`),
    () => {
      button.disabled = false;
      left.remove();
    },
  );
}

// Another till may ask for the same customer: then this sale is over, and its page says so by itself.
const EVERY = 3000;
const watched = document.querySelector("[data-watch]");
const look = async () => {
  const isBusy = document.hidden || document.querySelector("form[data-sent]");
  try {
    const told = isBusy ? null : await fetch(watched.dataset.watch, { cache: "no-store", redirect: "manual" });
    if (told?.status === 200) return location.replace(watched.dataset.page);
    if (told && told.status !== 204 && told.status < 500) return;
  } catch {
    // The line is bad; it is asked again.
  }
  setTimeout(look, EVERY);
};
if (watched) setTimeout(look, EVERY);

// A button that was pressed is not pressed twice, until the page comes back.
for (const form of document.querySelectorAll("main form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

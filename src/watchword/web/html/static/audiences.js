// Who is meant is counted while one types. Without this script the button "Count" does the same.

const form = document.querySelector("form[data-counts]");
const WAIT = 500;

if (form) {
  let timer = 0;
  let latest = 0;
  const count = async () => {
    latest += 1;
    const mine = latest;
    const shown = document.querySelector("#counted");
    shown.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.counts, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
      });
      // What cannot be so is said when it is sent; until then the last count stands.
      if (answer.ok && mine === latest) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const counted = page.querySelector("#counted");
        if (counted) shown.replaceChildren(...counted.childNodes);
      }
    } catch {
      // Somebody is not on the line; the button says so when it is pressed.
    } finally {
      if (mine === latest) shown.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target.name === "name") return;
    clearTimeout(timer);
    timer = setTimeout(count, WAIT);
  });
}

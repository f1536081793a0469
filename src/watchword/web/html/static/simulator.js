// A telephone with keys: they type without a request for each, and what is said can be heard.
// Without this script every key sends the form, and all of it works as well.

const form = document.querySelector(".telephone form");
const field = document.querySelector("#typed");

if (form && field) {
  const send = form.querySelector("button.sends");
  const typed = (key) => {
    field.value += key;
    const is_again = field.value === "*";
    if (field.value.length >= Number(field.dataset.most) || is_again) {
      // The last key goes as itself, so that the call hears how the entry ended.
      field.value = field.value.slice(0, -1);
      return true;
    }
    return false;
  };
  for (const key of form.querySelectorAll(".keys button:not(.sends)")) {
    key.addEventListener("click", (event) => {
      if (!typed(key.value)) event.preventDefault();
    });
  }
  field.addEventListener("keydown", (event) => {
    if (event.key !== "#") return;
    event.preventDefault();
    form.requestSubmit(send);
  });
}

const held = document.querySelector("form[data-held] button");
if (held) setTimeout(() => held.click(), 1000);

const button = document.querySelector("[data-speak]");
if (button && window.speechSynthesis) {
  const said = [...document.querySelectorAll("[data-said]")].map((each) => each.textContent);
  const speak = () => {
    speechSynthesis.cancel();
    for (const text of said) {
      const words = new SpeechSynthesisUtterance(text);
      words.lang = document.querySelector(".telephone").dataset.language;
      speechSynthesis.speak(words);
    }
  };
  button.hidden = said.length === 0;
  button.addEventListener("click", () => {
    sessionStorage.setItem("speaks", "on");
    speak();
  });
  addEventListener("pagehide", () => speechSynthesis.cancel());
  if (sessionStorage.getItem("speaks")) speak();
}

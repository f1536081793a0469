// Keeps the page up to date: hears that there is news, fetches what the server shows of it,
// and puts in what is new. Whatever was there already stays: place, focus and selection.

const QUIETLY_EVERY = 30_000; // so that "2 minutes ago" stays true
const TRY_AGAIN_AFTER = 15_000;
const inbox = document.querySelector("#inbox");
const said = document.querySelector("#said");
let ears = null;
let again = null;
let looking = false;
let missed = false;

const offerCopying = (place) => {
  if (!navigator.clipboard) return;
  for (const button of place.querySelectorAll(".copy")) button.hidden = false;
};

const put = (parent, node, before) => {
  if (node.ownerDocument === document && parent.moveBefore) parent.moveBefore(node, before);
  else parent.insertBefore(node, before);
};

// Make the children of `old` those of `fresh`, and keep every node that is known by its id.
const settle = (old, fresh, added) => {
  let place = old.firstElementChild;
  for (const next of [...fresh.children]) {
    const known = document.getElementById(next.id);
    if (known === null && next.matches(".message")) added.push(next);
    if (known === null) added.push(...next.querySelectorAll(".message"));
    if (known !== null && known === place) place = place.nextElementSibling;
    else put(old, known ?? next, place);
    if (known !== null) refresh(known, next, added);
  }
  while (place !== null) {
    const gone = place;
    place = place.nextElementSibling;
    gone.remove();
  }
};

const refresh = (known, next, added) => {
  const list = known.querySelector(":scope > .messages");
  if (list !== null) return settle(list, next.querySelector(".messages"), added);
  const [shown, current] = [known, next].map((node) => node.querySelector("time"));
  if (shown.textContent !== current.textContent) shown.textContent = current.textContent;
};

const show = (fresh) => {
  const added = [];
  const [old, next] = [inbox, fresh].map((place) => place.querySelector(".devices"));
  const focused = document.activeElement;
  offerCopying(fresh);
  if (old !== null && next !== null) settle(old, next, added);
  else if (inbox.innerHTML.trim() !== fresh.innerHTML.trim()) {
    added.push(...fresh.querySelectorAll(".message"));
    inbox.replaceChildren(...fresh.childNodes);
  }
  if (focused.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
  for (const message of added) message.classList.add("new");
  if (added.length > 0) said.textContent = added.map((message) => message.dataset.said).join(" ");
};

const fetched = async () => {
  const address = new URL(location.href);
  address.searchParams.set("fragment", "1");
  try {
    const reply = await fetch(address, { headers: { "Accept-Language": document.documentElement.lang } });
    return reply.ok ? await reply.text() : null;
  } catch {
    return null; // the next event, or the next half minute, brings us back
  }
};

const look = async () => {
  missed = looking;
  if (looking) return;
  looking = true;
  const text = await fetched();
  looking = false;
  if (text === null) tell(false);
  else show(new DOMParser().parseFromString(text, "text/html").body);
  if (missed) await look();
};

const tell = (live) => {
  document.querySelector("#live").hidden = !live;
  document.querySelector("#again").hidden = live;
};

const listen = () => {
  if (ears !== null) return;
  ears = new EventSource("/sandbox/events");
  ears.addEventListener("open", () => {
    tell(true);
    look(); // something may have come since the page was made
  });
  ears.addEventListener("news", look);
  ears.addEventListener("error", () => {
    tell(false);
    if (ears?.readyState !== EventSource.CLOSED) return; // otherwise the browser tries again
    rest();
    again = setTimeout(listen, TRY_AGAIN_AFTER);
  });
};

const rest = () => {
  clearTimeout(again);
  ears?.close();
  ears = null;
};

// A browser holds few connections to one server, so a page that nobody sees gives its own back.
const attend = () => (document.hidden ? rest() : listen());

inbox.addEventListener("click", async ({ target }) => {
  const button = target.closest(".copy");
  if (button === null) return;
  await navigator.clipboard.writeText(button.parentElement.querySelector(".code").textContent);
  const words = button.textContent;
  if (words === button.dataset.copied) return;
  button.textContent = said.textContent = button.dataset.copied;
  setTimeout(() => (button.textContent = words), 2_000);
});

document.addEventListener("visibilitychange", attend);
addEventListener("pagehide", rest);
addEventListener("pageshow", attend);
setInterval(() => document.hidden || look(), QUIETLY_EVERY);
offerCopying(inbox);
attend();

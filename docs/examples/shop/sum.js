// What the order costs once a reward is put by. The server works it out again when it takes the order.

const sum = document.getElementById("sum");
const discount = document.getElementById("discount");
const cart = Number(sum.dataset.cart);
const written = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "EUR" });

document.addEventListener("watchword:reserved", ({ detail }) => {
  const off = Math.min(detail.value, cart);
  discount.querySelector(".name").textContent = detail.name;
  discount.querySelector(".money").textContent = written.format(-off / 100);
  sum.querySelector(".money").textContent = written.format((cart - off) / 100);
  discount.hidden = sum.hidden = false;
});

document.addEventListener("watchword:released", () => {
  discount.hidden = sum.hidden = true;
});

// Comfort for those who have JavaScript: every page works without this file. It asks the server for nothing.

const lang = document.documentElement.lang || "nl";

// Text boxes grow with their text.
const grow = (box) => {
  const edges = box.offsetHeight - box.clientHeight;
  const y = window.scrollY;
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + edges, window.innerHeight * 0.8)}px`;
  window.scrollTo({ top: y, behavior: "instant" });
};
document.addEventListener("input", (event) => {
  if (event.target.matches("textarea")) grow(event.target);
});
document.querySelectorAll("textarea").forEach((box) => {
  if (box.value) grow(box);
});

// Ctrl or Cmd with Enter sends the form one is writing in.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.preventDefault();
    event.target.form?.requestSubmit();
  }
});

// What can't be undone is asked about once more; a form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  if (form.action.endsWith("/logout")) sessionStorage.clear();
  noteSent(form);
  window.setTimeout(() => delete form.dataset.sent, 5000);
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// Menus close with Escape and when one clicks elsewhere.
const openMenus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  openMenus().forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// After a mistake in a form the list of mistakes gets the focus.
document.querySelector("[data-focus]")?.focus();

// A long text survives a reload, a preview and a form that was refused, in this tab only. It goes away once a page says that
// the form it was sent in did its work. What was sent is noted until then: a preview comes from another address than the form.
const draftKey = (box) => `draft:${location.pathname}:${box.name}`;
const noteSent = (form) => {
  const keys = [...form.querySelectorAll("[data-draft]")].map(draftKey);
  const before = JSON.parse(sessionStorage.getItem("sent") ?? "[]");
  if (keys.length) sessionStorage.setItem("sent", JSON.stringify([...before, ...keys]));
  else sessionStorage.removeItem("sent");
};
if (document.querySelector(".alert--ok[role=status]")) {
  JSON.parse(sessionStorage.getItem("sent") ?? "[]").forEach((key) => sessionStorage.removeItem(key));
  sessionStorage.removeItem("sent");
}
document.querySelectorAll("textarea[data-draft]").forEach((box) => {
  const kept = sessionStorage.getItem(draftKey(box));
  if (kept && !box.value) {
    box.value = kept;
    grow(box);
  }
  box.addEventListener("input", () => sessionStorage.setItem(draftKey(box), box.value));
});

// A table that goes on beyond the edge says so in words; without this a shadow at the edge does.
const wide = () => {
  document.querySelectorAll("[data-hint]").forEach((box) => box.toggleAttribute("data-wide", box.scrollWidth > box.clientWidth));
};
wide();
window.addEventListener("resize", wide);

// "5 minuten geleden" stays true while the page is open.
const relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
const refresh = () => {
  document.querySelectorAll("time[data-ago]").forEach((time) => {
    const minutes = Math.floor((Date.now() - Date.parse(time.dateTime)) / 60000);
    if (minutes >= 1 && minutes < 60) time.textContent = relative.format(-minutes, "minute");
    else if (minutes >= 60 && minutes < 1440) time.textContent = relative.format(-Math.floor(minutes / 60), "hour");
  });
};
window.setInterval(refresh, 60000);

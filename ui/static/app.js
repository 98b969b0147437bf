// app.js: what a page does beyond plain HTML. Every page works without it.
// It must not know any single page: it acts on data- attributes.
//
//   data-key="F4"            pressed by that key (F2 puts the cursor there)
//   data-walk                rows whose links the arrows walk, down from a search box
//   data-keys, data-press    one-key answers, only while the focus is among them
//   data-draft="key"         a form whose fields are kept on this machine as one types
//   data-settled="key"       what that draft was for has been saved: forget it
//   data-live, data-dots     the link strip and the dots of this page, asked for again;
//                            one command may have its dots in several places,
//                            and its steps (data-steps) beside them
//                            when one is agreed, the page is read again
//   data-refresh="/url"      a part that is asked for again until it no longer says so
//   data-copy="id"           copies that field
//   data-scan                where a card goes that is scanned or pasted anywhere: into
//                            the one of that form, of the page, or of every page

const officer = document.body.dataset.officer || "";
const draftDays = 3;

// Keys
const byKey = (key) => { // what belongs to the page comes before what every page has
  const has = `[data-key="${CSS.escape(key)}"]`;
  return document.querySelector(`main ${has}`) || document.querySelector(has);
};
const typing = (el) => el.matches?.("input:not([type=radio],[type=checkbox]), textarea, select");

// step moves the focus down or up by one link of data-walk; above the first is the search box.
function step(event) {
  const down = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const links = [...document.querySelectorAll("[data-walk] tbody a")];
  const at = links.indexOf(event.target);
  if (!down || !links.length || (at < 0 && (down < 0 || event.target.type !== "search"))) return false;
  (links[at + down] || (down < 0 ? document.querySelector("main [type=search]") || byKey("F2") : links.at(-1)))?.focus();
  return true;
}

function press(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (step(event)) return event.preventDefault();
  const target = byKey(event.key);
  if (event.key === "F2" && target) {
    target.focus();
    target.select();
  } else if (event.key === "F8") {
    window.print();
  } else if (event.key === "F4" && target) {
    target.click();
  } else if (event.key === "Escape") {
    if (typing(event.target)) event.target.blur();
    else if (target) target.click();
    else history.back();
  } else if (event.target.closest?.("[data-keys]") && !event.repeat && !(run?.keys.length > 1)) {
    const answer = event.code.replace(/^(Key|Digit|Numpad)/, "");
    const button = document.querySelector(`[data-press="${CSS.escape(answer)}"]`);
    if (!button) return;
    button.click();
  } else {
    return;
  }
  event.preventDefault();
}

// Cards
// A scanner types what a card says at once, faster than anybody, and ends with
// Enter or Tab, or not at all. A card begins with twelve digits, whatever became
// of them, and one sign parts its fields; or it is the three lines of the back.
const card = (text) => text.length > 29 && /^\s*(\]Q\d)?[\p{L}\p{M}\p{N}]{10,18}([^\p{L}\p{M}\p{N}\s,.\/-])(.*\2){4}|IDVNM\d/siu.test(text);
let run; // what a scanner may be typing: from its second key on no answer

function take(from, text) {
  const field = from.form?.querySelector("[data-scan]") || (from.closest?.(".shell") ? null : document.querySelector("main [data-scan]")) || document.querySelector("[data-scan]");
  if (!field) return false;
  field.value = text;
  field.form.requestSubmit();
  return true;
}

function ended(event) {
  const r = run;
  run = null;
  if (!r || r.keys.length < 30) return;
  const text = r.was === null ? r.keys : r.el.value.slice(r.from, r.el.value.length - r.after);
  if (!card(text) && !card(r.keys)) return;
  event?.preventDefault();
  event?.stopImmediatePropagation();
  if (r.was !== null) r.el.value = r.was;
  take(r.el, card(text) ? text : r.keys);
}

function wedge(event) {
  const { key, target: el, timeStamp: at } = event;
  const end = key === "Enter" || key === "Tab";
  if (event.repeat || (key.length > 1 && !end)) return;
  clearTimeout(run?.timer);
  if (run && (at - run.at > 100 || run.el !== el)) run = null;
  if (end && !(run?.keys.length < 80 && /IDVNM\d/i.test(run.keys))) return ended(event);
  const text = typing(el) && el.type !== "select-one";
  run ||= { el, keys: "", was: text ? el.value : null, from: text ? el.selectionStart : 0, after: text ? el.value.length - el.selectionEnd : 0 };
  if (!event.altKey && !end) run.keys += key; // Alt and digits are one letter, which only a field puts together
  run.at = at;
  if (end || (!text && run.keys.length > 12)) {
    event.preventDefault(); // a space would press a button, the end of a line send the form
    event.stopImmediatePropagation();
  }
  run.timer = setTimeout(ended, 400);
}

function pasted(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (card(text) && take(event.target, text)) event.preventDefault();
}

// A card that came too slowly for one, or by other ways, where one searches: it belongs
// in no address.
function searched(event) {
  const field = event.target.querySelector("[type=search]");
  if (!field || !card(field.value) || !take(field, field.value)) return;
  event.preventDefault();
  event.stopPropagation();
}

// Drafts
const draftKey = (name) => `gocua.draft.${officer}.${name}`;
const kept = (field) => field.name && field.name !== "token" && !("scan" in field.dataset) && !["password", "file", "submit", "button"].includes(field.type);

function read(name) {
  try {
    const draft = JSON.parse(localStorage.getItem(draftKey(name)));
    return draft && Date.now() - draft.at < draftDays * 864e5 ? draft : null;
  } catch {
    return null;
  }
}

function write(form) {
  const fields = [...form.elements].filter(kept).map((f) => [f.name, card(f.value) ? "" : f.value, f.checked === true]);
  try {
    localStorage.setItem(draftKey(form.dataset.draft), JSON.stringify({ at: Date.now(), fields }));
    note(form);
  } catch {
    // The disk is full or storage is switched off: the page works, without drafts.
  }
}

function fill(form, draft) {
  const seen = {};
  for (const [name, value, checked] of draft.fields) {
    const same = [...form.elements].filter((f) => f.name === name && kept(f));
    const choice = same.some((f) => f.type === "radio" || f.type === "checkbox");
    const field = choice ? same.find((f) => f.value === value) : same[(seen[name] = (seen[name] ?? -1) + 1)];
    if (!field) continue;
    if (choice) field.checked = checked;
    else field.value = value;
  }
}

const clock = (ms) => {
  const t = new Date(ms);
  const two = (n) => String(n).padStart(2, "0");
  const day = t.toDateString() === new Date().toDateString() ? "" : ` ${two(t.getDate())}/${two(t.getMonth() + 1)}`;
  return `${two(t.getHours())}:${two(t.getMinutes())}${day}`;
};

function show(selector, ms) {
  for (const el of document.querySelectorAll(selector)) {
    el.hidden = false;
    const at = el.querySelector("[data-draft-at]");
    if (at) at.textContent = clock(ms);
  }
}

const note = () => show("[data-draft-note]", Date.now());

function drafts() {
  for (const done of document.querySelectorAll("[data-settled]")) localStorage.removeItem(draftKey(done.dataset.settled));
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const draft = read(form.dataset.draft);
    const banner = document.querySelector("[data-draft-banner]");
    if (draft && banner && !("returned" in form.dataset)) {
      show("[data-draft-banner]", draft.at);
      banner.querySelector("[data-draft-open]").onclick = () => {
        fill(form, draft);
        banner.hidden = true;
        form.querySelector("input:not([type=hidden]), textarea")?.focus();
      };
      banner.querySelector("[data-draft-drop]").onclick = () => {
        localStorage.removeItem(draftKey(form.dataset.draft));
        banner.hidden = true;
      };
    }
    let timer;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => write(form), 300);
    });
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      write(form);
      if (form.dataset.sent) event.preventDefault(); // a double click is one submit
      form.dataset.sent = "yes";
    });
  }
}

// What moves by itself
let inked = false; // pencil became ink: words around the dots are out of date
let touched = false; // somebody has typed or chosen something in this page

const parse = (html) => new DOMParser().parseFromString(html, "text/html");
const agreed = (was, is) => was.dataset.at === "1" && (is.dataset.at > 1 || is.classList.contains("stop"));

function replace(html) {
  const fresh = parse(html);
  for (const part of fresh.body.querySelectorAll("[id]")) {
    const old = document.getElementById(part.id);
    if (old && old.outerHTML !== part.outerHTML && !old.contains(document.activeElement)) old.replaceWith(part);
  }
  for (const mark of ["data-dots", "data-steps"]) {
    for (const part of fresh.body.querySelectorAll(`[${mark}]`)) {
      for (const old of document.querySelectorAll(`[${mark}="${CSS.escape(part.getAttribute(mark))}"]`)) {
        inked ||= agreed(old, part);
        old.replaceWith(part.cloneNode(true));
      }
    }
  }
}

async function ask(url) {
  const answer = await fetch(url, { headers: { "Gocua-Fragment": "1" }, signal: AbortSignal.timeout(10000) });
  return answer.ok && !answer.redirected ? answer.text() : "";
}

// renew reads the page again, never under the hands of somebody who writes in it.
const busy = () => touched || typing(document.activeElement) || String(getSelection()) || document.querySelector("[data-draft]");

async function renew() {
  if (busy()) return;
  const fresh = parse(await ask(location.href)).querySelector(".leaf");
  if (!fresh || busy()) return;
  inked = false;
  const [from, top] = [document.activeElement, scrollY];
  const old = document.querySelector(".leaf");
  const at = old.contains(from) && (from.id ? `#${CSS.escape(from.id)}` : `a[href="${CSS.escape(from.getAttribute("href"))}"]`);
  old.replaceWith(fresh);
  bind();
  window.htmx?.process(fresh);
  scrollTo(0, top);
  if (at) fresh.querySelector(at)?.focus({ preventScroll: true });
}

async function live() {
  let wait = 15000;
  try {
    if (document.visibilityState === "visible") {
      const open = [...document.querySelectorAll("[data-dots]")];
      const ids = [...new Set(open.map((d) => d.dataset.dots))];
      if (open.some((d) => d.dataset.at < 2)) wait = 3000;
      if (document.body.dataset.live) {
        replace(await ask(`${document.body.dataset.live}?dots=${ids.slice(0, 50).join(",")}`));
      }
      if (inked) await renew();
      for (const part of document.querySelectorAll("[data-refresh]")) {
        wait = 3000;
        replace(await ask(part.dataset.refresh));
      }
    }
  } catch {
    wait = 15000; // this machine is being restarted; the page stays as it is
  }
  setTimeout(live, wait);
}

// bind is for what a page that was read again has anew.
function bind() {
  for (const button of document.querySelectorAll('button[data-key="F8"]')) button.onclick = () => window.print();
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.onclick = async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        document.execCommand("copy"); // plain HTTP has no clipboard
      }
    };
  }
}

document.addEventListener("keydown", wedge, true);
document.addEventListener("paste", pasted);
document.addEventListener("submit", searched, true);
document.addEventListener("change", (event) => {
  if (event.target.type === "file" && event.target.id === "photo") event.target.form.requestSubmit(event.target.parentElement.querySelector("button"));
});
document.addEventListener("keydown", press);
document.addEventListener("input", () => (touched = true));
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});
drafts();
bind();
document.querySelector(".error-summary")?.focus();
if (!document.querySelector("[autofocus]")) document.querySelector("[data-keys]")?.focus({ preventScroll: true });
if (document.body.dataset.live) setTimeout(live, 3000);

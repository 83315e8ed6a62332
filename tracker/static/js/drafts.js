// Unsaved text: a warning before the page is left, and a draft in this tab that survives an expired session.
// Drafts stay in sessionStorage, since case texts should not remain on the computer when the tab is closed.
const PREFIX = "samordna-draft:";
const SENT = "samordna-draft-sent";
const SAVE_AFTER_MS = 400;

function fieldsOf(form) {
  return [...form.elements].filter(
    (field) => field.name && !["hidden", "password", "submit", "button", "file"].includes(field.type) && field.tagName !== "BUTTON",
  );
}

function read(form) {
  return fieldsOf(form).map((field) => {
    if (field.type === "checkbox" || field.type === "radio") {
      return [field.name, field.value, field.checked];
    }
    if (field.multiple) {
      return [field.name, [...field.selectedOptions].map((option) => option.value), null];
    }
    return [field.name, field.value, null];
  });
}

function write(form, values) {
  const fields = fieldsOf(form);
  values.forEach(([name, value, checked], index) => {
    const field = fields[index];
    if (!field || field.name !== name) {
      return;
    }
    if (checked !== null) {
      field.checked = checked && field.value === value;
    } else if (Array.isArray(value)) {
      for (const option of field.options) {
        option.selected = value.includes(option.value);
      }
    } else {
      field.value = value;
    }
  });
}

function keyOf(form) {
  return PREFIX + window.location.pathname + ":" + form.dataset.draft;
}

// The draft of a form that was sent is dropped on the next page, unless that page refused it or asks to sign in.
function dropSent(root, storage) {
  const sent = storage.getItem(SENT);
  const isRefused = root.querySelector("#error-summary, #conflict, #typed-title, input[type=password]");
  if (sent && !isRefused) {
    storage.removeItem(sent);
    storage.removeItem(SENT);
  }
}

function offer(form, storage, draft) {
  const box = form.querySelector("[data-draft-offer]");
  if (!box) {
    return;
  }
  const moment = box.querySelector("[data-draft-time]");
  moment.textContent = new Date(draft.at).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  box.hidden = false;
  box.querySelector("[data-draft-restore]").addEventListener("click", () => {
    write(form, draft.values);
    box.hidden = true;
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
  box.querySelector("[data-draft-drop]").addEventListener("click", () => {
    storage.removeItem(keyOf(form));
    box.hidden = true;
  });
}

function watchForm(form, root, storage) {
  const key = keyOf(form);
  const shown = JSON.stringify(read(form));
  const isReshown = Boolean(root.querySelector("#error-summary, #conflict"));
  let isDirty = isReshown;
  let timer = 0;

  const kept = storage.getItem(key);
  if (kept && !isReshown) {
    const draft = JSON.parse(kept);
    if (JSON.stringify(draft.values) !== shown) {
      offer(form, storage, draft);
    }
  }

  const save = () => storage.setItem(key, JSON.stringify({ at: Date.now(), values: read(form) }));
  form.addEventListener("input", () => {
    isDirty = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(save, SAVE_AFTER_MS);
  });
  form.addEventListener("submit", () => {
    window.clearTimeout(timer);
    save();
    storage.setItem(SENT, key);
    isDirty = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty && JSON.stringify(read(form)) !== shown) {
      save();
      event.preventDefault();
    }
  });
}

export function watchDrafts(root, storage) {
  try {
    dropSent(root, storage);
    for (const form of root.querySelectorAll("form[data-draft]")) {
      watchForm(form, root, storage);
    }
  } catch (error) {
    // A full or forbidden storage must not disturb the form itself.
    console.warn("drafts are off:", error);
  }
}

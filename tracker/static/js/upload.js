// Sends a file as soon as it is chosen (tus 1.0), while the rest of the form is filled in. The form then carries only
// the upload's address. Whatever fails here, the file can still go with the form itself.
const CHUNK_BYTES = 8 * 1024 * 1024;
const RETRY_AFTER_MS = [0, 1000, 3000, 5000, 10000, 20000, 30000];
// A screen reader is told each tenth, and not more often than this.
const TOLD_STEP = 10;
const TOLD_EVERY_MS = 4000;
const KB = 1024;
const MB = KB * KB;

function words(template, values) {
  return template.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "");
}

// Both numbers of "a of b" in the unit that suits the whole file.
function shown(bytes, total) {
  const [unit, amount] = total < MB ? ["kilobyte", Math.ceil(bytes / KB)] : ["megabyte", bytes / MB];
  const format = { style: "unit", unit, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(document.documentElement.lang, format).format(amount);
}

// A refusal by the protocol is a sentence for people; a whole page that something else answered with is not.
function isPlain(response) {
  return (response.getHeader("Content-Type") || "").startsWith("text/plain");
}

class UploadField {
  constructor(root, tus) {
    this.root = root;
    this.tus = tus;
    this.endpoint = root.dataset.upload;
    this.input = root.querySelector("input[type=file]");
    this.form = this.input.form;
    this.address = this.form.elements.upload;
    this.state = root.querySelector("[data-upload-state]");
    this.bar = root.querySelector("progress");
    this.figures = root.querySelector("[data-upload-figures]");
    this.status = root.querySelector("[data-upload-status]");
    this.problem = root.querySelector("[data-upload-problem]");
    this.pauseButton = root.querySelector("[data-upload-pause]");
    this.resumeButton = root.querySelector("[data-upload-resume]");
    this.name = this.input.name;
    this.upload = null;
    this.phase = "none"; // none, sending, paused, stopped, done, plain, refused
    this.submitter = null;
    this.isSubmitWaiting = false;
    this.toldAt = 0;
    this.toldPercent = 0;
    this.listen();
    this.tellOfInterrupted();
  }

  listen() {
    this.input.addEventListener("change", () => this.choose(this.input.files[0]));
    this.pauseButton.addEventListener("click", () => this.pause());
    this.resumeButton.addEventListener("click", () => this.resume());
    this.root.querySelector("[data-upload-remove]").addEventListener("click", () => this.remove());
    this.form.addEventListener("submit", (event) => this.beforeSubmit(event));
    window.addEventListener("online", () => this.phase === "stopped" && this.resume());
    window.addEventListener("offline", () => this.phase === "sending" && this.tell(this.root.dataset.textLost));
    window.addEventListener("beforeunload", (event) => {
      if (this.phase === "sending") {
        event.preventDefault();
      }
    });
  }

  async tellOfInterrupted() {
    if (this.address.value || this.input.files.length) {
      return;
    }
    const begun = await this.tus.defaultOptions.urlStorage.findAllUploads();
    const mine = begun.filter((entry) => (entry.urlStorageKey || "").includes(`-${this.endpoint}`)).pop();
    if (mine && this.phase === "none") {
      this.tell(words(this.root.dataset.textBegun, { name: mine.metadata.filename }));
    }
  }

  choose(file) {
    this.stop(this.phase === "done");
    this.say("");
    if (!file) {
      this.show("none");
      return;
    }
    this.forgetRefused();
    const fault = this.faultOf(file);
    if (fault) {
      this.refuse(fault);
      return;
    }
    this.send(file);
  }

  // What the page says is wrong with the file that was sent before is not true of another one.
  forgetRefused() {
    const summary = document.getElementById("error-summary");
    for (const link of summary?.querySelectorAll(`a[href="#${this.input.id}"]`) ?? []) {
      link.closest("li").remove();
    }
    if (summary && !summary.querySelector("li")) {
      summary.remove();
    }
    document.getElementById(`${this.input.id}-error`)?.remove();
    this.root.classList.remove("ds-field--error");
    this.input.setAttribute("aria-describedby", `${this.input.id}-hint`);
  }

  faultOf(file) {
    const texts = this.root.dataset;
    const types = texts.accept.split(",");
    const limit = Number(texts.maxBytes);
    if (!types.some((ending) => file.name.toLowerCase().endsWith(ending))) {
      return words(texts.textType, { types: types.join(", ") });
    }
    if (file.size > limit) {
      return words(texts.textLarge, { limit: limit / MB });
    }
    return file.size === 0 ? texts.textEmpty : "";
  }

  async send(file) {
    this.file = file;
    this.toldPercent = 0;
    this.toldAt = Date.now();
    this.isRetrying = false;
    this.sent = 0;
    const upload = new this.tus.Upload(file, {
      endpoint: this.endpoint,
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_AFTER_MS,
      metadata: { filename: file.name, filetype: file.type },
      headers: { "X-CSRFToken": this.form.elements.csrf_token.value },
      removeFingerprintOnSuccess: true,
      onShouldRetry: (error) => this.mayRetry(error),
      onProgress: (sent, total) => this.progress(sent, total),
      onSuccess: () => this.succeed(upload),
      onError: (error) => this.fail(error),
    });
    this.upload = upload;
    // The form must not send the file a second time.
    this.input.removeAttribute("name");
    this.progress(0, file.size);
    this.show("sending");
    this.tell(words(this.root.dataset.textSending, { name: file.name }));
    const previous = await upload.findPreviousUploads();
    if (previous.length) {
      upload.resumeFromPreviousUpload(previous[0]);
    }
    if (this.upload === upload && this.phase === "sending") {
      upload.start();
    }
  }

  // As the client decides by itself, and the page says so: some seconds pass between the attempts.
  mayRetry(error) {
    const status = error.originalResponse ? error.originalResponse.getStatus() : 0;
    const mayRetry = (status < 400 || status >= 500 || status === 409 || status === 423) && navigator.onLine;
    if (mayRetry && this.phase === "sending") {
      this.isRetrying = true;
      this.tell(this.root.dataset.textRetrying);
    }
    return mayRetry;
  }

  progress(sent, total) {
    if (this.isRetrying && sent > this.sent) {
      this.isRetrying = false;
      const { textWait, textSending } = this.root.dataset;
      this.tell(this.isSubmitWaiting ? textWait : words(textSending, { name: this.file.name }));
    }
    this.sent = sent;
    const percent = Math.floor((100 * sent) / total);
    this.bar.value = percent;
    this.figures.textContent = words(this.root.dataset.textProgress, {
      percent,
      sent: shown(sent, total),
      total: shown(total, total),
    });
    const isDue = percent >= this.toldPercent + TOLD_STEP && Date.now() - this.toldAt > TOLD_EVERY_MS;
    if (this.phase === "sending" && isDue && percent < 100) {
      this.toldPercent = percent;
      this.toldAt = Date.now();
      this.tell(words(this.root.dataset.textSteps, { percent }));
    }
  }

  succeed(upload) {
    if (this.upload !== upload) {
      return;
    }
    this.address.value = new URL(upload.url, window.location.href).pathname;
    this.show("done");
    this.tell(words(this.root.dataset.textDone, { name: this.file.name }));
    if (this.isSubmitWaiting) {
      this.isSubmitWaiting = false;
      this.form.requestSubmit(this.submitter);
    }
  }

  fail(error) {
    const response = error.originalResponse;
    const status = response ? response.getStatus() : 0;
    if ([413, 415, 429].includes(status) || (status === 422 && isPlain(response))) {
      this.refuse(response.getBody());
    } else if (status >= 400 && status < 500 && status !== 423) {
      // Something between us does not let the protocol through: the file goes with the form.
      this.fallBack();
    } else {
      this.isSubmitWaiting = false;
      this.show("stopped");
      this.tell("");
      this.say(navigator.onLine ? (status === 507 && response.getBody()) || this.root.dataset.textFailed : this.root.dataset.textLost);
    }
  }

  fallBack() {
    const isSubmitWaiting = this.isSubmitWaiting;
    this.stop();
    this.show("plain");
    this.tell(this.root.dataset.textPlain);
    if (isSubmitWaiting) {
      this.form.requestSubmit(this.submitter);
    }
  }

  refuse(text) {
    this.stop();
    this.input.value = "";
    this.show("refused");
    this.tell("");
    this.say(text);
  }

  pause() {
    if (this.phase === "sending") {
      this.upload.abort();
      this.show("paused");
      this.tell(this.root.dataset.textPaused);
      this.resumeButton.focus();
    }
  }

  resume() {
    this.say("");
    this.show("sending");
    this.tell(words(this.root.dataset.textSending, { name: this.file.name }));
    this.upload.start();
    this.pauseButton.focus();
  }

  remove() {
    this.stop(true);
    this.input.value = "";
    this.show("none");
    this.tell(this.root.dataset.textRemoved);
    this.input.focus();
  }

  // Forget the present upload; the form has the file input again, and is not sent by itself with another file.
  stop(isUnwanted = false) {
    const upload = this.upload;
    this.upload = null;
    this.isSubmitWaiting = false;
    this.address.value = "";
    this.input.setAttribute("name", this.name);
    const kept = this.root.querySelector("[data-upload-kept]");
    if (kept) {
      kept.remove();
    }
    if (upload) {
      upload.abort(isUnwanted).catch(() => {});
    }
  }

  beforeSubmit(event) {
    if (this.phase === "paused" || this.phase === "stopped") {
      this.resume();
    }
    if (this.phase === "sending") {
      event.preventDefault();
      this.isSubmitWaiting = true;
      this.submitter = event.submitter;
      this.tell(this.root.dataset.textWait);
    }
  }

  show(phase) {
    this.phase = phase;
    this.state.hidden = !["sending", "paused", "stopped", "done"].includes(phase);
    this.pauseButton.hidden = phase !== "sending";
    this.resumeButton.hidden = !["paused", "stopped"].includes(phase);
  }

  tell(text) {
    this.status.textContent = text;
  }

  say(problem) {
    this.problem.textContent = problem;
    this.problem.hidden = !problem;
    if (problem) {
      this.input.setAttribute("aria-invalid", "true");
    } else {
      this.input.removeAttribute("aria-invalid");
    }
  }
}

if (window.tus && window.tus.isSupported) {
  for (const root of document.querySelectorAll("[data-upload]")) {
    new UploadField(root, window.tus);
  }
}

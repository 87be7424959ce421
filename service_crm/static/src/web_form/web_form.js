import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

const LONGEST_SIDE = 2000;
const SHRINK_FROM = 600 * 1024;

/**
 * A large photo as a smaller JPEG: phones make 10 MB where 1 MB tells as much. What the
 * browser cannot draw is sent as it is.
 */
export async function shrinkPhoto(file) {
    if (file.size < SHRINK_FROM || file.type === "image/gif") {
        return file;
    }
    let bitmap;
    try {
        bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
        return file;
    }
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    if (!blob || blob.size >= file.size) {
        return file;
    }
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

/**
 * The public request form. It is sent by fetch, so that whatever the answer is, the text
 * and the photos stay where they are.
 */
export class ServiceForm extends Interaction {
    static selector = ".o_service_form";
    dynamicContent = {
        _root: { "t-on-submit.prevent": this.onSubmit, "t-on-input": this.onInput },
        "input[type='file']": { "t-on-change": this.onAddPhotos },
        ".o_service_form_photos": { "t-on-click": this.onRemovePhoto },
    };

    setup() {
        this.photos = [];
        this.sending = false;
        this.alertEl = this.el.querySelector(".o_service_form_alert");
        this.photosEl = this.el.querySelector(".o_service_form_photos");
        this.buttonEl = this.el.querySelector(".o_service_form_send");
        // one token per request: the same post sent twice makes one
        this.el.elements.token.value = crypto.randomUUID
            ? crypto.randomUUID()
            : `${Date.now()}-${Math.random().toString(36).slice(2)}`;
        const dayEl = this.el.elements.day;
        dayEl.min = luxon.DateTime.now().toISODate();
        this.registerCleanup(() => this.photos.forEach((p) => URL.revokeObjectURL(p.url)));
    }

    /** The form is listened to: only now it may be sent. */
    start() {
        this.buttonEl.disabled = false;
    }

    text(key) {
        return this.el.querySelector(`[data-text="${key}"]`).textContent;
    }

    onInput(ev) {
        this.markField(ev.target.closest("[data-field]"), "");
        if (!this.el.querySelector(".is-invalid")) {
            this.alertEl.classList.add("d-none");
        }
    }

    async onAddPhotos(ev) {
        const inputEl = ev.target;
        const files = [...inputEl.files];
        inputEl.value = "";
        const free = parseInt(inputEl.dataset.max) - this.photos.length;
        const fieldEl = inputEl.closest("[data-field]");
        this.markField(fieldEl, files.length > free ? this.text("too_many") : "");
        for (const file of files.slice(0, Math.max(0, free))) {
            const photo = { file: await this.waitFor(shrinkPhoto(file)), name: file.name };
            photo.url = URL.createObjectURL(photo.file);
            this.photos.push(photo);
            this.showPhotos();
        }
    }

    onRemovePhoto(ev) {
        const buttonEl = ev.target.closest("button");
        if (buttonEl) {
            const [photo] = this.photos.splice(parseInt(buttonEl.dataset.index), 1);
            URL.revokeObjectURL(photo.url);
            this.showPhotos();
        }
    }

    showPhotos() {
        this.photosEl.replaceChildren(
            ...this.photos.map((photo, index) => {
                const itemEl = document.createElement("div");
                itemEl.className = "o_service_form_photo";
                const imageEl = document.createElement("img");
                imageEl.src = photo.url;
                imageEl.alt = photo.name;
                const buttonEl = document.createElement("button");
                buttonEl.type = "button";
                buttonEl.className = "btn btn-dark";
                buttonEl.dataset.index = index;
                buttonEl.title = this.text("remove");
                buttonEl.setAttribute("aria-label", `${this.text("remove")}: ${photo.name}`);
                const iconEl = document.createElement("i");
                iconEl.className = "fa fa-times";
                buttonEl.append(iconEl);
                itemEl.append(imageEl, buttonEl);
                return itemEl;
            })
        );
    }

    markField(fieldEl, message) {
        if (!fieldEl) {
            return;
        }
        const feedbackEl = fieldEl.querySelector(".invalid-feedback");
        fieldEl.querySelector(".form-control")?.classList.toggle("is-invalid", Boolean(message));
        if (feedbackEl) {
            feedbackEl.textContent = message;
            feedbackEl.classList.toggle("d-block", Boolean(message));
        }
    }

    showErrors(errors) {
        const { "": general, ...fields } = errors;
        this.alertEl.textContent = general || this.text("check");
        this.alertEl.classList.remove("d-none");
        for (const fieldEl of this.el.querySelectorAll("[data-field]")) {
            this.markField(fieldEl, fields[fieldEl.dataset.field] || "");
        }
        const firstEl = this.el.querySelector(".is-invalid") || this.alertEl;
        firstEl.scrollIntoView({ block: "center", behavior: "smooth" });
        firstEl.focus({ preventScroll: true });
    }

    getData() {
        const data = new FormData(this.el);
        this.photos.forEach((photo) => data.append("photos", photo.file, photo.file.name));
        return data;
    }

    async send() {
        const post = () =>
            fetch(this.el.action, {
                method: "POST",
                body: this.getData(),
                headers: { Accept: "application/json" },
            });
        const isJson = (response) =>
            (response.headers.get("Content-Type") || "").includes("application/json");
        let response = await post();
        if (response.status === 400 && !isJson(response)) {
            // the page stood open until its session was over: take a new token
            const page = await (await fetch(location.href)).text();
            const freshEl = new DOMParser()
                .parseFromString(page, "text/html")
                .querySelector("input[name='csrf_token']");
            this.el.elements.csrf_token.value = freshEl?.value || "";
            response = await post();
        }
        if (isJson(response)) {
            return response.json();
        }
        return {
            ok: false,
            errors: { "": this.text(response.status === 413 ? "too_large" : "failed") },
        };
    }

    async onSubmit() {
        if (this.sending) {
            return;
        }
        this.sending = true;
        const label = this.buttonEl.textContent;
        this.buttonEl.disabled = true;
        this.buttonEl.textContent = this.text("sending");
        this.alertEl.classList.add("d-none");
        let answer;
        try {
            answer = await this.waitFor(this.send());
        } catch {
            answer = { ok: false, errors: { "": this.text("offline") } };
        }
        this.sending = false;
        this.buttonEl.disabled = false;
        this.buttonEl.textContent = label;
        if (answer.ok) {
            this.showDone(answer);
        } else {
            this.showErrors(answer.errors || { "": this.text("failed") });
        }
    }

    showDone({ number, url }) {
        const doneEl = this.el.parentElement.querySelector(".o_service_form_done");
        doneEl.querySelector("[data-answer='number']").textContent = number;
        const linkEl = doneEl.querySelector("[data-answer='url']");
        linkEl.classList.toggle("d-none", !url);
        linkEl.href = url;
        doneEl.querySelector("[data-with='number']").classList.toggle("d-none", !number);
        this.el.classList.add("d-none");
        doneEl.classList.remove("d-none");
        window.scrollTo(0, 0);
        doneEl.focus();
    }
}

registry.category("public.interactions").add("service_crm.service_form", ServiceForm);

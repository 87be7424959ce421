import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";
import { shrinkPhoto } from "../web_form/web_form";

/** Photos for the office: made smaller on the phone, shown before they are sent. */
export class ServicePagePhotos extends Interaction {
    static selector = ".o_service_page #photos";
    dynamicContent = {
        "input[type=file]": { "t-on-change": this.onChoose },
    };

    setup() {
        this.urls = [];
        this.shownEl = this.el.querySelector(".o_service_photos");
        this.registerCleanup(() => this.forget());
    }

    async onChoose(ev) {
        const inputEl = ev.currentTarget;
        const buttonEl = this.el.querySelector("button[type=submit]");
        const max = parseInt(inputEl.dataset.max);
        const chosen = [...inputEl.files];
        buttonEl.disabled = true;
        const kept = new DataTransfer();
        for (const file of chosen.slice(0, max)) {
            kept.items.add(await this.waitFor(shrinkPhoto(file)));
        }
        inputEl.files = kept.files;
        buttonEl.disabled = false;
        this.show(kept.files, chosen.length > max);
    }

    show(files, tooMany) {
        this.forget();
        this.shownEl.replaceChildren();
        for (const file of files) {
            const image = document.createElement("img");
            image.src = URL.createObjectURL(file);
            image.alt = file.name;
            this.urls.push(image.src);
            this.shownEl.append(image);
        }
        if (tooMany) {
            const words = document.createElement("p");
            words.className = "o_service_state o_open w-100 mb-0";
            words.textContent = this.el.querySelector("[data-text=too_many]").textContent;
            this.shownEl.append(words);
        }
    }

    forget() {
        this.urls.forEach((url) => URL.revokeObjectURL(url));
        this.urls = [];
    }
}

registry.category("public.interactions").add("service_crm.service_page_photos", ServicePagePhotos);

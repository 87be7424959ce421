import { registry } from "@web/core/registry";

/** A photo as a phone would give it: large and noisy, so that it is made smaller. */
async function addPhoto() {
    const canvas = document.createElement("canvas");
    canvas.width = 2400;
    canvas.height = 800;
    const context = canvas.getContext("2d");
    const image = context.createImageData(canvas.width, canvas.height);
    for (let i = 0; i < image.data.length; i++) {
        image.data[i] = i % 4 === 3 ? 255 : Math.random() * 255;
    }
    context.putImageData(image, 0, 0);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    const transfer = new DataTransfer();
    transfer.items.add(new File([blob], "лифт.png", { type: "image/png" }));
    const inputEl = document.querySelector(".o_service_form input[type='file']");
    inputEl.files = transfer.files;
    inputEl.dispatchEvent(new Event("change", { bubbles: true }));
}

registry.category("web_tour.tours").add("service_web_form", {
    steps: () => [
        { trigger: "#need", run: "edit Лифт стоит между этажами" },
        { trigger: ".o_service_form_add", run: addPhoto },
        { trigger: ".o_service_form_photo img" },
        { content: "No name and no phone", trigger: ".o_service_form_send", run: "click" },
        { trigger: ".o_service_form_alert:not(.d-none)" },
        { trigger: "[data-field='phone'] .invalid-feedback:contains(phone)" },
        { content: "The photo is still there", trigger: ".o_service_form_photo img" },
        {
            content: "And so is the text",
            trigger: "#need",
            run() {
                if (this.anchor.value !== "Лифт стоит между этажами") {
                    throw new Error("the text is gone");
                }
            },
        },
        { trigger: "#name", run: "edit Иван" },
        { trigger: "#phone", run: "edit +7 495 000-00-01" },
        {
            content: "The page stood open until the session was over",
            trigger: ".o_service_form",
            run() {
                this.anchor.elements.csrf_token.value = "outdated";
            },
        },
        { trigger: ".o_service_form_send", run: "click" },
        { trigger: ".o_service_form_done:not(.d-none) [data-answer='number']:contains(SR/)" },
        { trigger: "[data-answer='url'][href*='/service/r/']" },
    ],
});

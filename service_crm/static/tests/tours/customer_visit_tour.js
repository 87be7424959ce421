import { registry } from "@web/core/registry";

const PIXEL =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

registry.category("web_tour.tours").add("service_customer_visit", {
    steps: () => [
        {
            content: "When the performer arrives",
            trigger: ".o_service_arrival:contains(Arrives)",
        },
        {
            content: "The office asks: an empty answer is refused and says why",
            trigger: "#questions button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_service_error:contains(write an answer)",
        },
        {
            trigger: "#questions textarea",
            run: "edit Пятый этаж",
        },
        {
            trigger: "#questions button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_service_page:not(:has(#questions)):contains(Пятый этаж)",
        },
        {
            content: "Photos are shown before they are sent",
            trigger: "#photos",
            run() {
                const input = this.anchor.querySelector("input[type=file]");
                const bytes = Uint8Array.from(atob(PIXEL), (char) => char.charCodeAt(0));
                const files = new DataTransfer();
                files.items.add(new File([bytes], "дверь.png", { type: "image/png" }));
                input.files = files.files;
                input.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        {
            trigger: "#photos .o_service_photos img",
        },
        {
            trigger: "#photos button[type=submit]:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_service_flash:contains(we have your photos)",
        },
        {
            content: "Another time, out of the free ones",
            trigger: ".o_service_page summary:contains(Another time)",
            run: "click",
        },
        {
            trigger: ".o_service_slots label:first",
            run: "click",
        },
        {
            trigger: ".o_service_slots button:contains(Take this time)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_service_flash:contains(the new time is yours)",
        },
        {
            trigger: ".o_service_page .o_agreed:contains(You have confirmed this time)",
        },
    ],
});

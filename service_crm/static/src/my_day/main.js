import { h } from "./dom";
import { MyDay } from "./app";
import { forgetDay, isOwnDay } from "./owner";
import { Store } from "./store";
import { _t, setup } from "./words";

const WORKER = "/service/service-worker.js";
const LOGIN = "/web/login?redirect=/service/my-day";

/** The page works without connection once the worker keeps it. */
async function keepPage() {
    if (!navigator.serviceWorker) {
        return;
    }
    await navigator.serviceWorker.register(WORKER, { scope: "/service/" });
    const { active } = await navigator.serviceWorker.ready;
    const parts = document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon]");
    const urls = [...parts].map((part) => part.src || part.href);
    active.postMessage({ keep: [location.pathname, ...urls] });
}

async function start() {
    const config = JSON.parse(document.getElementById("my_day_config").textContent);
    const root = document.getElementById("my_day");
    if (!isOwnDay(config.user)) {
        // The page was kept, but whoever it belonged to is logged out since.
        setup(config);
        await forgetDay(config.user, new Store(config.user));
        root.replaceChildren(
            h("p.o_day_empty", {}, _t("You have logged out. With a connection you can log in again.")),
            h("a.o_day_button.o_day_primary", { href: LOGIN }, _t("Log in"))
        );
        // with a connection the server knows whose day it is now
        const ask = () => fetch("/web/health").then(() => location.replace(LOGIN), () => {});
        window.addEventListener("online", ask);
        ask();
        return;
    }
    keepPage().catch(() => {}); // without it the page needs a connection, no more
    await new MyDay(root, config).start();
}

if (document.getElementById("my_day_config")) {
    start();
}

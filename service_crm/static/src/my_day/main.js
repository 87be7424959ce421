import { h } from "./dom";
import { MyDay } from "./app";
import { Store } from "./store";
import { _t, setup } from "./words";

const WORKER = "/service/service-worker.js";

/** Whose day this browser may show: logging out takes the cookie away. */
function isOwnDay(user) {
    const found = document.cookie.match(/(?:^|; )service_my_day=(\d+)/);
    return Number(found?.[1]) === user;
}

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
        // The page was kept, but whoever it belonged to has logged out since.
        setup(config);
        await new Store(config.user).forgetDays();
        navigator.serviceWorker?.controller?.postMessage({ forget: true });
        root.replaceChildren(
            h("p.o_day_empty", {}, _t("You have logged out. With a connection you can log in again.")),
            h("a.o_day_button.o_day_primary", { href: "/web/login?redirect=/service/my-day" }, _t("Log in"))
        );
        return;
    }
    keepPage().catch(() => {}); // without it the page needs a connection, no more
    await new MyDay(root, config).start();
}

if (document.getElementById("my_day_config")) {
    start();
}

/* Keeps the performer's page for where there is no connection, and sends what waits
   when the page is closed.
   VERSION and BUNDLE are put above by the server: another bundle is another cache.
   Only the page and its scripts are kept here, never anybody's day. */

const CACHE = `service-my-day-${VERSION}`;
const PAGE = "/service/my-day";
const PATIENCE = 5000;

// What the page sends by, without the page: modules as Odoo bundles them.
const makers = {};
const modules = {};

function need(name) {
    modules[name] ||= makers[name](need);
    return modules[name];
}

self.odoo = {
    define(name, needed, make) {
        makers[name] = make;
    },
};
importScripts(BUNDLE);

self.addEventListener("sync", (event) => {
    if (event.tag === "service-my-day") {
        event.waitUntil(need("@service_crm/my_day/worker/background").sendWaiting());
    }
});

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
    event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
    if (event.data?.keep) {
        event.waitUntil(keep(event.data.keep));
    } else if (event.data?.forget) {
        event.waitUntil(caches.delete(CACHE));
    }
});

self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== self.location.origin) {
        return;
    }
    if (request.mode === "navigate") {
        // Other pages below /service/ belong to customers and go their own way.
        if (url.pathname === PAGE) {
            event.respondWith(readPage(request));
        }
    } else if (/^\/(web\/assets|service_crm\/static)\//.test(url.pathname)) {
        event.respondWith(readPart(request));
    }
});

async function forgetOthers() {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("service-my-day-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
}

async function keep(urls) {
    const cache = await caches.open(CACHE);
    for (const url of urls) {
        const isPage = new URL(url, self.location.href).pathname === PAGE;
        if (isPage || !(await cache.match(url))) {
            const response = await fetch(url, { credentials: "same-origin" });
            if (response.ok && !response.redirected && (!isPage || isOurs(response))) {
                await cache.put(url, response);
            }
        }
    }
}

/** Said by the server itself, and not by a proxy before it? */
function isOurs(response) {
    return response.headers.has("X-Service-User");
}

async function readPage(request) {
    const cache = await caches.open(CACHE);
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), PATIENCE);
    try {
        const response = await fetch(request, { signal: control.signal });
        if (response.ok && isOurs(response)) {
            await cache.put(PAGE, response.clone());
        } else if (response.type === "opaqueredirect" || isOurs(response)) {
            await cache.delete(PAGE); // logged out, or somebody else
        } else if (!response.ok) {
            return (await cache.match(PAGE)) || response;
        }
        return response;
    } catch (error) {
        const kept = await cache.match(PAGE);
        if (kept) {
            return kept;
        }
        throw error;
    } finally {
        clearTimeout(timer);
    }
}

async function readPart(request) {
    const cache = await caches.open(CACHE);
    return (await cache.match(request)) || fetch(request);
}

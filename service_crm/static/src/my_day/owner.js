/** Whose day this browser may show. No words, nothing is drawn. */

const COOKIE = "service_my_day";
const SYNC = "service-my-day";

/** The server takes its cookie away when the performer's session is over. */
export function isOwnDay(user) {
    const found = document.cookie.match(new RegExp(`(?:^|; )${COOKIE}=(\\d+)`));
    return Number(found?.[1]) === user;
}

/** Nothing of the day is shown here any more; what was not sent yet stays. */
export async function forgetDay(user, store) {
    if (isOwnDay(user)) {
        document.cookie = `${COOKIE}=; path=/; max-age=0; samesite=lax`;
    }
    navigator.serviceWorker?.controller?.postMessage({ forget: true });
    await store.forgetDays();
}

/** Have the browser send what waits, also when this page is closed (Chromium). */
export async function sendLater() {
    const registration = await navigator.serviceWorker?.ready;
    await registration?.sync?.register(SYNC);
}

/** What a dispatcher's hands do on the board: drag, pull, draw a frame, press keys. */

const FIRST_HOUR = 8;
const LAST_HOUR = 18;

export const FIRST = "Service Performer";
export const SECOND = "Олег Второй";
export const barIn = (performer, customer) =>
    `.o_board_line:has(.o_board_name:contains(${performer})) .o_board_bar:not(.o_board_pending):contains(${customer})`;
export const inPane = (customer) => `.o_board_job:not(.o_board_pending):contains(${customer})`;

export function frames(count = 3) {
    return new Promise((resolve) => {
        const next = () => (count-- ? requestAnimationFrame(next) : resolve());
        next();
    });
}

/** Until the board has taken the room there is. */
export async function rest() {
    const scroll = document.querySelector(".o_board_scroll");
    const isWide = () => scroll.querySelector(".o_board_canvas").offsetWidth >= scroll.clientWidth - 1;
    do {
        await frames();
    } while (!isWide());
}

export function pointer(target, type, x, y, init = {}) {
    target.dispatchEvent(
        new PointerEvent(type, {
            bubbles: true,
            cancelable: true,
            button: 0,
            pointerType: "mouse",
            clientX: x,
            clientY: y,
            ...init,
        })
    );
}

export function find(selector, text) {
    return [...document.querySelectorAll(selector)].find((el) => el.textContent.includes(text));
}

/** Where that hour is in the row of a performer; of tomorrow when days are three. */
export function spot(performer, hour, day = 1) {
    const box = document.querySelectorAll(".o_board_day")[day].getBoundingClientRect();
    const row = find(".o_board_line", performer).getBoundingClientRect();
    const share = (hour - FIRST_HOUR) / (LAST_HOUR - FIRST_HOUR);
    return [box.left + box.width * share + 1, row.top + row.height / 2];
}

async function glide(from, [x, y]) {
    for (let step = 1; step <= 5; step++) {
        const between = (start, end) => start + ((end - start) * step) / 5;
        pointer(window, "pointermove", between(from[0], x), between(from[1], y));
        await frames(1);
    }
    await frames();
}

/** Take something by its left side and carry it, without letting go. */
export async function carry(element, place) {
    const box = element.getBoundingClientRect();
    const from = [box.left + 1, box.top + box.height / 2];
    pointer(element.querySelector("div") || element, "pointerdown", ...from);
    await glide(from, place);
}

export async function drop([x, y]) {
    pointer(window, "pointerup", x, y);
    await frames();
}

export async function drag(element, place) {
    await carry(element, place);
    await drop(place);
}

/** Take a bar by its start or its end and pull, without letting go. */
export async function pull(bar, side, place) {
    const grip = bar.querySelector(`[data-side=${side}]`);
    const box = grip.getBoundingClientRect();
    const from = [box.left + box.width / 2, box.top + box.height / 2];
    bar.focus({ preventScroll: true }); // as a real press does
    pointer(grip, "pointerdown", ...from);
    await glide(from, place);
}

/** Draw a frame from one place to another, in the rows below. */
export async function drawFrame(from, to) {
    pointer(document.querySelector(".o_board_track"), "pointerdown", ...from);
    await glide(from, to);
    await drop(to);
}

export async function click(element, init = {}) {
    const box = element.getBoundingClientRect();
    const at = [box.left + Math.min(8, box.width / 2), box.top + 8];
    pointer(element, "pointerdown", ...at, init);
    pointer(window, "pointerup", ...at, init);
    await frames();
}

/** Keys go to what has the focus: `press("Ctrl+z")`. */
export async function press(...keys) {
    for (const combination of keys) {
        const parts = combination.split("+");
        const key = parts.pop() || "+";
        document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", {
                key,
                ctrlKey: parts.includes("Ctrl"),
                shiftKey: parts.includes("Shift"),
                bubbles: true,
                cancelable: true,
            })
        );
        await frames();
    }
}

/** What is said beside what moves, and in which colour. */
export function getLanding() {
    const landing = document.querySelector(".o_board_landing:not([hidden])");
    return {
        tone: landing?.dataset.tone,
        words: document.querySelector(".o_board_words:not([hidden])")?.textContent || "",
    };
}

export function expectLanding(tone, ...words) {
    const found = getLanding();
    if (found.tone !== tone || words.some((word) => !found.words.includes(word))) {
        throw new Error(`${found.tone}: ${found.words}`);
    }
}

export function expectFocus(customer) {
    const { activeElement } = document;
    if (!activeElement.dataset.order || !activeElement.textContent.includes(customer)) {
        throw new Error(`The focus is on ${activeElement.outerHTML.slice(0, 200)}`);
    }
}

/** Calls of the server, and the ways they fail that make a difference. */

export class Unreachable extends Error {}
export class LoggedOut extends Error {}
/** Something answers, but takes nothing at all just now: no fault of what was sent. */
export class Busy extends Unreachable {}
/** The server, or a proxy before it, cannot take what was sent. */
export class ServerFailed extends Error {}

const SESSION_EXPIRED = 100;

/**
 * @param {string} path
 * @param {Object} params
 * @param {number} [patience] milliseconds until the connection counts as lost
 */
export async function call(path, params = {}, patience = 30000) {
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), patience);
    try {
        const response = await fetch(path, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ jsonrpc: "2.0", method: "call", params }),
            signal: control.signal,
        });
        if ([429, 502, 503, 504].includes(response.status)) {
            throw new Busy(String(response.status));
        }
        if (!response.ok) {
            throw new ServerFailed(String(response.status));
        }
        return readAnswer(await response.json());
    } catch (error) {
        if ([ServerFailed, LoggedOut, Busy].some((known) => error instanceof known)) {
            throw error;
        }
        throw error instanceof SyntaxError
            ? new ServerFailed("no answer that can be read")
            : new Unreachable(error.message);
    } finally {
        clearTimeout(timer);
    }
}

function readAnswer({ result, error }) {
    if (error?.code === SESSION_EXPIRED) {
        throw new LoggedOut();
    }
    if (error) {
        throw new ServerFailed(error.data?.message || error.message);
    }
    return result;
}

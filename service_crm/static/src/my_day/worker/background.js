/** What waits is sent by the worker when the page is closed. */
import { LoggedOut } from "../rpc";
import { Sender } from "../sender";
import { Server, settle } from "../server";
import { listWaitingUsers, Store } from "../store";

/**
 * Send what waits, each user's in order; what is somebody else's waits for him.
 *
 * Rejects when the connection is gone again: the browser then tries later.
 */
export async function sendWaiting() {
    for (const user of await listWaitingUsers()) {
        const store = new Store(user);
        const server = new Server(user);
        const sender = new Sender({
            list: () => store.list("queue"),
            send: (action) => server.send(action),
            take: async (action, answer) =>
                settle(store, await store.readDay(), action, answer),
            update: (action) => store.update(action),
            changed: () => {},
        });
        try {
            await sender.withLock(() => sender.sendAll());
        } catch (error) {
            if (!(error instanceof LoggedOut)) {
                throw error;
            }
        } finally {
            await store.close();
        }
    }
}

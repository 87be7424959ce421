import { useService } from "@web/core/utils/hooks";
import { onWillUnmount } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";

const GATHER = 120;
const MANY = 150;
const FLASH = 2500;

/**
 * Changes of colleagues and performers as they happen. They wait while something is in
 * hand: nothing moves under the pointer.
 *
 * @param {Object} board `read(ids)`, `reload()`, `getStore()`, `changed()`
 */
export function useBoardLive(board) {
    const bus = useService("bus_service");
    const waiting = new Set();
    let held = false;
    let gone = false;
    let timer;

    async function flush() {
        timer = null;
        if (held || gone || !waiting.size) {
            return;
        }
        const store = board.getStore();
        if (!store) {
            return soon(); // not there yet
        }
        const ids = [...waiting];
        waiting.clear();
        if (ids.length > MANY) {
            return board.reload();
        }
        const versions = new Map(ids.map((id) => [id, store.get(id)?.version]));
        await board.read(ids);
        if (gone) {
            return;
        }
        const fresh = ids.filter((id) => store.get(id) && store.get(id).version !== versions.get(id));
        fresh.forEach((id) => store.fresh.add(id));
        store.touchOrders(fresh);
        board.changed();
        browser.setTimeout(() => {
            fresh.forEach((id) => store.fresh.delete(id));
            store.touchOrders(fresh);
            board.changed();
        }, FLASH);
    }

    function soon() {
        timer ||= browser.setTimeout(flush, GATHER);
    }

    function onChange({ ids }) {
        ids.forEach((id) => waiting.add(id));
        soon();
    }

    const onReconnect = () => board.reload();
    bus.subscribe("service_dispatch_changed", onChange);
    bus.addEventListener("BUS:RECONNECT", onReconnect);
    bus.start();
    onWillUnmount(() => {
        gone = true;
        browser.clearTimeout(timer);
        bus.unsubscribe("service_dispatch_changed", onChange);
        bus.removeEventListener("BUS:RECONNECT", onReconnect);
    });

    return {
        /** Let changes wait, or let them in. */
        hold(value) {
            held = value;
            if (!held) {
                soon();
            }
        },
    };
}

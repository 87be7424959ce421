import { browser } from "@web/core/browser/browser";
import { Domain } from "@web/core/domain";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { CogMenu } from "@web/search/cog_menu/cog_menu";
import { Layout } from "@web/search/layout";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { standardViewProps } from "@web/views/standard_view_props";
import { ActionHelper } from "@web/views/action_helper";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import {
    Component,
    markRaw,
    onWillStart,
    onWillUnmount,
    onWillUpdateProps,
    useState,
} from "@odoo/owl";
import { Board } from "./board";
import { BoardActions } from "./board_actions";
import { BoardList } from "./board_list";
import { useBoardLive } from "./board_live";
import { rangeOf, recall, remember, turnPage } from "./board_period";
import { BoardStore } from "./board_store";
import { BoardToolbar } from "./board_toolbar";

const { DateTime } = luxon;
const TICK = 30000;

/** The dispatch board: period, search, live changes; what is drawn is below it. */
export class DispatchBoardController extends Component {
    static template = "service_crm.DispatchBoard";
    static components = { ActionHelper, Board, BoardList, BoardToolbar, CogMenu, Layout, SearchBar };
    static props = { ...standardViewProps };

    setup() {
        this.ui = useState(useService("ui"));
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.actionService = useService("action");
        this.searchBarToggler = useSearchBarToggler();
        const known = { days: 3, groupBy: "team", pane: true, whole: false, folded: [], ...recall() };
        const kept = this.props.state?.board || {};
        const { board_date, board_days, board_plan_id } = this.props.context;
        this.planId = board_plan_id;
        this.state = useState({
            days: kept.days || board_days || known.days,
            start: 0,
            groupBy: known.groupBy,
            paneOpen: known.pane,
            whole: known.whole,
            loading: false,
            revision: 0,
            preview: null,
            now: Date.now(),
            folded: markRaw(new Set(known.folded)),
            selected: markRaw(new Set()),
        });
        this.goneBy = 0;
        this.actions = new BoardActions(
            {
                orm: this.orm,
                dialog: this.dialog,
                notification: useService("notification"),
            },
            {
                getStore: () => this.store,
                getDomain: () => this.props.domain,
                changed: () => this.changed(),
                reload: () => this.load(),
            }
        );
        this.live = useBoardLive({
            read: (ids) => this.actions.read(ids),
            reload: () => this.load(),
            getStore: () => this.store,
            changed: () => this.changed(),
        });
        useSetupAction({
            getLocalState: () => ({ board: { days: this.state.days, start: this.state.start } }),
        });
        const asked = board_date ? DateTime.fromISO(board_date) : DateTime.now();
        const first = kept.start ? DateTime.fromMillis(kept.start) : asked;
        onWillStart(() => this.show(first));
        onWillUpdateProps((next) => {
            if (new Domain(next.domain).toString() !== new Domain(this.props.domain).toString()) {
                return this.load(next.domain);
            }
        });
        this.timer = browser.setInterval(() => {
            this.state.now = Date.now() + this.goneBy;
        }, TICK);
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    get zone() {
        return DateTime.local().zoneName;
    }

    get isSmall() {
        return this.ui.isSmall;
    }

    /** Days in sight; a phone shows one. */
    get days() {
        return this.isSmall ? 1 : this.state.days;
    }

    get isEmpty() {
        return !this.store.data.rows.length && !this.props.domain.length;
    }

    // ------------------------------------------------------------------ loading

    async show(date) {
        const range = rangeOf(date, this.days);
        this.state.start = range.start;
        await this.load(this.props.domain, range);
    }

    async load(domain = this.props.domain, range = this.store?.range) {
        this.state.loading = true;
        try {
            const data = await this.actions.load(domain, range, this.state.groupBy);
            this.goneBy = data.now ? data.now - Date.now() : 0;
            const store = new BoardStore(data, range, Boolean(domain.length));
            await this.preview(store);
            this.store = markRaw(store);
            this.state.now = Date.now() + this.goneBy;
            this.changed();
        } finally {
            this.state.loading = false;
        }
    }

    /** Draw a proposal of the planner on what was loaded, when one is looked at. */
    async preview(store) {
        if (!this.planId) {
            return;
        }
        const found = await this.orm.call("service.plan", "action_preview", [[this.planId]]);
        if (!found) {
            this.planId = this.state.preview = null; // deleted meanwhile
            return;
        }
        const shown = this.state.preview?.shown ?? true;
        this.state.preview = { name: found.name, summary: found.summary, shown };
        if (shown) {
            const missing = found.moves.map(({ id }) => id).filter((id) => !store.get(id));
            const orders = missing.length && (await this.actions.call("action_read", [missing]));
            store.propose(found.moves, orders || []);
        }
    }

    togglePreview() {
        this.state.preview.shown = !this.state.preview.shown;
        return this.load();
    }

    changed() {
        this.dropHidden();
        this.state.revision += 1;
    }

    /** What cannot be seen is not selected: nobody moves it without knowing. */
    dropHidden() {
        const { selected, folded, paneOpen } = this.state;
        if (selected.size) {
            const seen = this.store.findSeen([...selected], folded, paneOpen);
            if (seen.length < selected.size) {
                this.select(new Set(seen));
            }
        }
    }

    keep() {
        const { days, groupBy, paneOpen, whole, folded } = this.state;
        remember({ days, groupBy, pane: paneOpen, whole, folded: [...folded] });
    }

    // ------------------------------------------------------------------ toolbar

    turn(by) {
        return this.show(turnPage(this.state.start, this.days, by, this.zone));
    }

    goTo(date) {
        return this.show(date || DateTime.now());
    }

    /** Let the planner propose a plan of the days in sight. */
    plan() {
        const first = DateTime.fromMillis(this.state.start);
        return this.actionService.doAction("service_crm.action_service_plan", {
            additionalContext: {
                default_date_start: first.toISODate(),
                default_date_end: first.plus({ days: this.days - 1 }).toISODate(),
            },
        });
    }

    /** Nobody is there to be sent: the first step of who plans. */
    addPerformer() {
        return this.actionService.doAction("service_crm.action_performer");
    }

    setDays(days) {
        // Another number of days around the same ones: what is selected stays in sight,
        // else today.
        const { range } = this.store;
        const { now, selected, start } = this.state;
        const starts = [...selected].map((id) => this.store.get(id)?.start).filter(Boolean);
        const inSight = now >= range.start && now < range.stop;
        const first = starts.length ? Math.min(...starts) : inSight ? now : start;
        this.state.days = days;
        this.keep();
        return this.show(DateTime.fromMillis(Math.max(first, range.start)));
    }

    setGroupBy(groupBy) {
        this.state.groupBy = groupBy;
        this.state.folded = markRaw(new Set());
        this.keep();
        return this.load();
    }

    setWhole(whole) {
        this.state.whole = whole;
        this.keep();
    }

    togglePane() {
        this.state.paneOpen = !this.state.paneOpen;
        this.dropHidden();
        this.keep();
    }

    toggleGroup(id) {
        const folded = new Set(this.state.folded);
        if (!folded.delete(id)) {
            folded.add(id);
        }
        this.state.folded = markRaw(folded);
        this.dropHidden();
        this.keep();
    }

    select(selected) {
        this.store.touchOrders([...this.state.selected, ...selected]);
        this.state.selected = markRaw(selected);
    }

    // ------------------------------------------------------------------ orders

    openOrder(order) {
        const read = () => this.store.get(order.id) && this.actions.read([order.id]);
        this.dialog.add(
            FormViewDialog,
            {
                resModel: this.props.resModel,
                resId: order.id,
                title: order.name,
                size: "xl",
                onRecordSaved: read,
            },
            { onClose: read }
        );
    }

    async drop(moves, verdict) {
        const moved = await this.actions.drop(moves, verdict);
        if (moved && this.state.selected.size) {
            this.select(new Set());
        }
    }

    setDragging(dragging) {
        this.live.hold(dragging);
    }
}

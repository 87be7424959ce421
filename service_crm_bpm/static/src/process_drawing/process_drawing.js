import { Component, onMounted, onPatched, onWillUnmount, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { getIcon } from "./icons";
import { getPath } from "./paths";
import { downloadSvg } from "./svg_file";

const STEP = 1.25;
const LEAST = 0.2;
const MOST = 2;
const READABLE = 0.8; // it is not made smaller than that only to fit
const HEADER = 30; // of lanes
const LABEL_GAP = 6;
const LINE = 15;
const LOOKS = ["plain", "visited", "warning", "error", "selected"];

/**
 * A process as a drawing: stages, ways and lanes, what is wrong, and where a run stands.
 *
 * `drawing` is what `bpm.process._get_drawing()` tells, for a run with `places` and
 * `visited`; elements are spoken of as `{element: "stage" | "way" | …, id}`.
 */
export class ProcessDrawing extends Component {
    static template = "service_crm_bpm.ProcessDrawing";
    static props = {
        drawing: Object,
        name: { type: String, optional: true },
        direction: { type: String, optional: true },
        problems: { type: Array, optional: true },
        onSelect: { type: Function, optional: true },
        onOpen: { type: Function, optional: true },
    };
    static defaultProps = { problems: [], onSelect: () => {}, onOpen: () => {} };

    setup() {
        this.ui = useState(useService("ui"));
        this.scroll = useRef("scroll");
        this.svg = useRef("svg");
        this.heads = useRef("heads");
        this.lineHeight = LINE;
        this.state = useState({
            direction: "",
            scale: 0, // 0: as it fits
            width: 0,
            selected: false,
            isFull: false,
        });
        this.drag = null;
        onMounted(() => {
            this.observer = new ResizeObserver(() => this.measure());
            this.observer.observe(this.scroll.el);
            this.measure();
        });
        onPatched(() => {
            this.showPresent();
            this.keepHeads();
        });
        onWillUnmount(() => this.observer.disconnect());
    }

    // ------------------------------------------------------------------ the whole

    measure() {
        this.state.width = this.scroll.el?.clientWidth || 0;
    }

    get isRun() {
        return Boolean(this.props.drawing.places);
    }

    get fullTitle() {
        return this.state.isFull ? _t("Back to the form (Esc)") : _t("Fill the window");
    }

    get hasFailed() {
        return Object.values(this.props.drawing.places).some(({ state }) => state === "failed");
    }

    /** Which of the layouts is shown: on phones the one without lanes; a run lies along
     * the screen; a definition too, when it fits. */
    get direction() {
        const { layouts } = this.props.drawing;
        if (this.state.direction || this.props.direction) {
            return this.state.direction || this.props.direction;
        }
        if (this.ui.isSmall) {
            return layouts.narrow ? "narrow" : "down";
        }
        const fits = this.state.width >= layouts.right.width * READABLE;
        return this.isRun || fits ? "right" : "down";
    }

    get layout() {
        return this.props.drawing.layouts[this.direction];
    }

    get isDown() {
        return this.direction !== "right";
    }

    /** 0 in the state: as it fits, as long as it can be read. */
    get scale() {
        const fitting = this.state.width ? this.state.width / this.layout.width : 1;
        return this.state.scale || Math.min(1, Math.max(fitting, READABLE));
    }

    /** Where the run stands, or has ended, comes into sight once, as soon as the size is
     * known. */
    showPresent() {
        const { places = {}, stages } = this.props.drawing;
        if (this.isShown || !this.state.width) {
            return;
        }
        this.isShown = true;
        const been = stages.filter((stage) => places[stage.id]);
        const present =
            been.find((stage) => places[stage.id].is_open) ||
            been.find((stage) => ["end", "terminate"].includes(stage.kind));
        if (present) {
            this.reveal(present.id);
        }
    }

    reveal(id) {
        const place = this.layout.boxes[id] || this.layout.arrows[id]?.[0];
        const el = this.scroll.el;
        if (place && el) {
            el.scrollTo({
                left: place[0] * this.scale - el.clientWidth / 2,
                top: place[1] * this.scale - el.clientHeight / 2,
            });
        }
    }

    /** The names of the lanes stay in sight while their stages pass. */
    keepHeads() {
        if (this.heads.el) {
            const { scrollLeft, scrollTop } = this.scroll.el;
            const [x, y] = this.isDown ? [0, scrollTop] : [scrollLeft, 0];
            this.heads.el.setAttribute(
                "transform",
                `translate(${x / this.scale} ${y / this.scale})`
            );
        }
    }

    // ------------------------------------------------------------------- elements

    get lanes() {
        return this.layout.lanes.map(([x, y, width, height], index) => ({
            ...this.props.drawing.lanes[index],
            x,
            y,
            width,
            height,
            head: this.isDown ? { width, height: HEADER } : { width: HEADER, height },
            label: this.isDown
                ? `translate(${x + width / 2} ${y + HEADER / 2})`
                : `translate(${x + HEADER / 2} ${y + height / 2}) rotate(-90)`,
        }));
    }

    get stages() {
        const { places = {}, stages } = this.props.drawing;
        return stages.map((stage) => {
            const [x, y] = this.layout.boxes[stage.id];
            const place = places[stage.id];
            const level = this.getLevel("stage", stage.id);
            return {
                ...stage,
                ...this.getTextPlace(stage),
                place,
                level,
                isDone: place?.state === "done",
                icon: getIcon(stage.kind),
                transform: `translate(${x} ${y})`,
                className: [
                    `o_bpm_${stage.shape} o_bpm_kind_${stage.kind}`,
                    place ? `o_bpm_place_${place.state}` : "",
                    place?.is_open ? "o_bpm_present" : "",
                    level ? `o_bpm_${level}` : "",
                    this.isSelected("stage", stage.id) ? "o_bpm_selected" : "",
                ].join(" "),
                title: this.getTitle(stage, place),
            };
        });
    }

    /** Where the text of a stage begins, from the middle of its shape. */
    getTextPlace({ shape, width, height, lines }) {
        const middle = 11 - (lines.length * LINE) / 2;
        if (shape === "box") {
            return { textX: 34 - width / 2, textY: middle, anchor: "start" };
        }
        return this.isDown
            ? { textX: width / 2 + LABEL_GAP, textY: middle, anchor: "start" }
            : { textX: 0, textY: height / 2 + LABEL_GAP + 10, anchor: "middle" };
    }

    /** All about a stage in words, for the pointer and for those who do not see it. */
    getTitle(stage, place) {
        const problems = this.props.problems.filter(
            ({ element, id }) => element === "stage" && String(id) === stage.id
        );
        return [
            stage.name ? `${stage.name} (${stage.kind_name})` : stage.kind_name,
            ...(place ? place.texts : []),
            ...problems.map((problem) => problem.text),
        ].join("\n");
    }

    /** What is told of the chosen stage of a run, also where nothing hovers. */
    get about() {
        const { places, stages } = this.props.drawing;
        const stage =
            this.isRun && stages.find(({ id }) => this.isSelected("stage", id));
        return stage && { ...stage, texts: places[stage.id]?.texts || [_t("Not reached yet")] };
    }

    /** Those that tell most are drawn last, above the others. */
    get ways() {
        const { visited = [], ways } = this.props.drawing;
        const been = new Set(visited);
        return ways
            .filter((way) => this.layout.arrows[way.id])
            .map((way) => {
                const level = this.getLevel("way", way.id);
                const looks = [
                    been.has(way.id) && "visited",
                    level,
                    this.isSelected("way", way.id) && "selected",
                ].filter(Boolean);
                return {
                    ...way,
                    path: getPath(this.layout.arrows[way.id]),
                    label: this.layout.labels[way.id],
                    className: looks.map((look) => `o_bpm_${look}`).join(" "),
                    look: looks.at(-1) || "plain",
                };
            })
            .sort((a, b) => LOOKS.indexOf(a.look) - LOOKS.indexOf(b.look));
    }

    get looks() {
        return LOOKS;
    }

    /** The worst that is wrong with an element: `error`, `warning` or nothing. */
    getLevel(element, id) {
        const levels = this.props.problems
            .filter((problem) => problem.element === element && String(problem.id) === id)
            .map((problem) => problem.level || "error");
        return levels.includes("error") ? "error" : levels[0] || "";
    }

    // ------------------------------------------------------------------- choosing

    isSelected(element, id) {
        const { selected } = this.state;
        return selected && selected.element === element && selected.id === id;
    }

    select(element, id) {
        this.state.selected = { element, id };
        this.props.onSelect({ element, id });
    }

    selectProblem({ element, id }) {
        if (id) {
            this.select(element, String(id));
            this.reveal(String(id));
        }
    }

    open(element, id) {
        this.props.onOpen({ element, id });
    }

    onStageKeydown(ev, id) {
        if (ev.key === "Enter" || ev.key === " ") {
            ev.preventDefault();
            ev.stopPropagation();
            this.select("stage", id);
            if (ev.key === "Enter") {
                this.open("stage", id);
            }
        }
    }

    // --------------------------------------------------------------------- moving

    zoom(factor) {
        const el = this.scroll.el;
        const before = this.scale;
        const scale = Math.min(MOST, Math.max(LEAST, before * factor));
        const x = (el.scrollLeft + el.clientWidth / 2) / before;
        const y = (el.scrollTop + el.clientHeight / 2) / before;
        this.state.scale = scale;
        requestAnimationFrame(() =>
            el.scrollTo(x * scale - el.clientWidth / 2, y * scale - el.clientHeight / 2)
        );
    }

    zoomIn() {
        this.zoom(STEP);
    }

    zoomOut() {
        this.zoom(1 / STEP);
    }

    /** The whole process at a glance; again: as it can be read. */
    fit() {
        const el = this.scroll.el;
        this.state.scale = this.state.scale
            ? 0
            : Math.min(
                  el.clientWidth / this.layout.width,
                  Math.max(el.clientHeight, 320) / this.layout.height,
                  1
              );
    }

    /** The whole window for the drawing, and back. */
    toggleFull() {
        this.state.isFull = !this.state.isFull;
        this.state.scale = 0;
    }

    turn() {
        this.state.direction = this.isDown ? "right" : "down";
        this.state.scale = 0;
    }

    onWheel(ev) {
        if (ev.ctrlKey || ev.metaKey) {
            ev.preventDefault();
            this.zoom(ev.deltaY < 0 ? STEP : 1 / STEP);
        }
    }

    onKeydown(ev) {
        if (ev.key === "Escape" && this.state.isFull) {
            ev.preventDefault();
            ev.stopPropagation();
            this.toggleFull();
            return;
        }
        const action = { "+": "zoomIn", "=": "zoomIn", "-": "zoomOut", 0: "fit" }[ev.key];
        if (action && !ev.ctrlKey && !ev.altKey && !ev.metaKey) {
            ev.preventDefault();
            this[action]();
        }
    }

    /** With the mouse the drawing is pulled; fingers scroll by themselves. */
    onPointerDown(ev) {
        if (ev.pointerType === "mouse" && ev.button === 0) {
            const el = this.scroll.el;
            this.drag = { x: ev.clientX, y: ev.clientY, left: el.scrollLeft, top: el.scrollTop };
        }
    }

    onPointerMove(ev) {
        if (this.drag && ev.buttons) {
            const el = this.scroll.el;
            el.scrollLeft = this.drag.left + this.drag.x - ev.clientX;
            el.scrollTop = this.drag.top + this.drag.y - ev.clientY;
        } else {
            this.drag = null;
        }
    }

    /** The file shows the process as it is, nothing chosen and nothing scrolled. */
    async download() {
        this.state.selected = false;
        this.scroll.el.scrollTo(0, 0);
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        downloadSvg(this.svg.el, this.layout, this.props.name || _t("Process"));
    }
}

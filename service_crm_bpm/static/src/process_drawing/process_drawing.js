import { Component, onMounted, onPatched, onWillUnmount, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { getIcon } from "./icons";
import { getPath, getWayClass } from "./paths";
import { downloadSvg } from "./svg_file";

const STEP = 1.25;
const LEAST = 0.25;
const MOST = 2;
const READABLE = 0.7; // smaller than that it is not made only to fit

export const LINE = 15;
const LABEL_GAP = 4;

/**
 * A process as a drawing: stages, ways and lanes, problems and the places of a run.
 *
 * `drawing` is what `bpm.process._get_drawing()` tells; `selected` and `onSelect` speak
 * of elements as `{model, id}`.
 */
export class ProcessDrawing extends Component {
    static template = "service_crm_bpm.ProcessDrawing";
    static props = {
        drawing: Object,
        name: { type: String, optional: true },
        direction: { type: String, optional: true },
        onSelect: { type: Function, optional: true },
        onOpen: { type: Function, optional: true },
    };

    setup() {
        this.ui = useState(useService("ui"));
        this.scroll = useRef("scroll");
        this.svg = useRef("svg");
        this.getIcon = getIcon;
        this.getPath = getPath;
        this.lineHeight = LINE;
        this.state = useState({
            direction: this.props.direction || "",
            scale: 0, // 0: as it fits
            width: 0,
            selected: false,
        });
        this.drag = null;
        onMounted(() => {
            this.observer = new ResizeObserver(() => this.measure());
            this.observer.observe(this.scroll.el);
            this.measure();
            this.isShown = false;
        });
        onPatched(() => this.showPresent());
        onWillUnmount(() => this.observer.disconnect());
    }

    // ------------------------------------------------------------------ places

    measure() {
        this.state.width = this.scroll.el?.clientWidth || 0;
    }

    /** Along the screen when that fits, else down the page, as people scroll. */
    get direction() {
        if (this.state.direction) {
            return this.state.direction;
        }
        const { right, down } = this.props.drawing.layouts;
        const room = this.state.width || right.width;
        return room / right.width >= Math.min(READABLE, room / down.width) ? "right" : "down";
    }

    get layout() {
        return this.props.drawing.layouts[this.direction];
    }

    get scale() {
        const fitting = this.state.width ? this.state.width / this.layout.width : 1;
        return this.state.scale || Math.min(1, Math.max(fitting, READABLE));
    }

    get isDown() {
        return this.direction === "down";
    }

    /** On the way into the screen: the present place, once. */
    showPresent() {
        const { places } = this.props.drawing;
        if (this.isShown || !places || !this.state.width) {
            return;
        }
        this.isShown = true;
        const present = this.props.drawing.stages.find((stage) => places[stage.id]?.is_open);
        if (present) {
            this.reveal(present.id);
        }
    }

    reveal(id) {
        const place = this.layout.boxes[id];
        const el = this.scroll.el;
        if (place && el) {
            el.scrollTo({
                left: place[0] * this.scale - el.clientWidth / 2,
                top: place[1] * this.scale - el.clientHeight / 2,
            });
        }
    }

    // ----------------------------------------------------------------- elements

    get lanes() {
        return this.layout.lanes.map(([x, y, width, height], index) => {
            const lane = this.props.drawing.lanes[index];
            const header = 30;
            return {
                ...lane,
                x,
                y,
                width,
                height,
                header: this.isDown ? { width, height: header } : { width: header, height },
                label: this.isDown
                    ? `translate(${x + width / 2} ${y + header / 2})`
                    : `translate(${x + header / 2} ${y + height / 2}) rotate(-90)`,
            };
        });
    }

    get stages() {
        const { problems = [], places = {}, stages } = this.props.drawing;
        return stages.map((stage) => {
            const [x, y] = this.layout.boxes[stage.id];
            const place = places[stage.id];
            const wrong = problems.filter(
                (problem) => problem.model === "bpm.stage" && problem.id === stage.id
            );
            return {
                ...stage,
                ...this.getTextPlace(stage),
                place,
                wrong,
                transform: `translate(${x} ${y})`,
                className: [
                    `o_bpm_${stage.shape}`,
                    `o_bpm_kind_${stage.kind}`,
                    place ? `o_bpm_place_${place.state}` : "",
                    place?.is_open ? "o_bpm_present" : "",
                    wrong.length ? "o_bpm_wrong" : "",
                    this.isSelected("bpm.stage", stage.id) ? "o_bpm_selected" : "",
                ].join(" "),
                title: this.getTitle(stage, place, wrong),
            };
        });
    }

    /** Where the text of a stage begins, from the middle of its shape. */
    getTextPlace({ shape, width, height, lines }) {
        const size = lines.length * LINE;
        if (shape === "box") {
            return { textX: -width / 2 + 34, textY: -size / 2 + LINE - 4, anchor: "start" };
        }
        return this.isDown
            ? { textX: width / 2 + LABEL_GAP + 2, textY: -size / 2 + LINE - 4, anchor: "start" }
            : { textX: 0, textY: height / 2 + LABEL_GAP + LINE - 3, anchor: "middle" };
    }

    getTitle(stage, place, wrong) {
        const parts = [stage.name, stage.kind_name];
        if (place) {
            parts.push(place.state_name, place.user, place.when, place.result);
        }
        return [...parts.filter(Boolean), ...wrong.map((problem) => problem.text)].join("\n");
    }

    get ways() {
        const { problems = [], visited = [], ways } = this.props.drawing;
        const been = new Set(visited);
        return ways
            .filter((way) => this.layout.arrows[way.id])
            .map((way) => {
                const wrong = problems.some(
                    (problem) => problem.model === "bpm.transition" && problem.id === way.id
                );
                const look = {
                    visited: been.has(way.id),
                    wrong,
                    selected: this.isSelected("bpm.transition", way.id),
                };
                return {
                    ...way,
                    ...look,
                    path: getPath(this.layout.arrows[way.id]),
                    label: this.layout.labels[way.id],
                    className: getWayClass(look),
                };
            })
            .sort((a, b) => a.visited - b.visited || a.wrong - b.wrong || a.selected - b.selected);
    }

    get problems() {
        return this.props.drawing.problems || [];
    }

    getMarker(way) {
        const look = ["selected", "wrong", "visited"].find((name) => way[name]);
        return `url(#o_bpm_arrow_${look || "plain"})`;
    }

    // ------------------------------------------------------------------ choosing

    isSelected(model, id) {
        const { selected } = this.state;
        return Boolean(selected && id && selected.model === model && selected.id === id);
    }

    select(model, id) {
        this.state.selected = { model, id };
        this.props.onSelect?.(this.state.selected);
    }

    selectProblem(problem) {
        if (problem.id) {
            this.select(problem.model, problem.id);
            this.reveal(problem.id);
        }
    }

    open(model, id) {
        this.props.onOpen?.({ model, id });
    }

    onElementKeydown(ev, model, id) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            ev.stopPropagation();
            this.select(model, id);
            this.open(model, id);
        } else if (ev.key === " ") {
            ev.preventDefault();
            this.select(model, id);
        }
    }

    // -------------------------------------------------------------------- moving

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

    fit() {
        this.state.scale = this.state.scale ? 0 : this.state.width / this.layout.width;
    }

    turn() {
        this.state.direction = this.isDown ? "right" : "down";
    }

    onWheel(ev) {
        if (ev.ctrlKey || ev.metaKey) {
            ev.preventDefault();
            this.zoom(ev.deltaY < 0 ? STEP : 1 / STEP);
        }
    }

    onKeydown(ev) {
        const action = { "+": "zoomIn", "=": "zoomIn", "-": "zoomOut", 0: "fit" }[ev.key];
        if (action && !ev.ctrlKey && !ev.altKey && !ev.metaKey) {
            ev.preventDefault();
            this[action]();
        }
    }

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

    onPointerUp() {
        this.drag = null;
    }

    download() {
        downloadSvg(this.svg.el, this.layout, this.props.name || _t("Process"));
    }
}

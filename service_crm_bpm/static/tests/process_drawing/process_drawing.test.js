import { expect, test } from "@odoo/hoot";
import {
    click,
    dblclick,
    press,
    queryAll,
    queryAllTexts,
    queryOne,
    resize,
    waitFor,
} from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { mailModels } from "@mail/../tests/mail_test_helpers";

import { getPath } from "@service_crm_bpm/process_drawing/paths";
import { ProcessDrawing } from "@service_crm_bpm/process_drawing/process_drawing";
import { getSvgText } from "@service_crm_bpm/process_drawing/svg_file";

/** Start → Call → End, as the server lays it out. */
function getDrawing({ withLanes = false, ...more } = {}) {
    const stage = (id, name, kind, shape, width, height, lines) => ({
        id,
        name,
        kind,
        kind_name: kind,
        shape,
        width,
        height,
        lines,
        lane: false,
    });
    const boxes = { 1: [40, 60], 2: [200, 60], virtual_7: [360, 60] };
    const layout = {
        width: 420,
        height: 120,
        boxes,
        arrows: {
            11: [
                [59, 60],
                [118, 60],
            ],
            12: [
                [282, 60],
                [300, 60],
                [300, 80],
                [341, 80],
            ],
        },
        labels: { 12: [311, 60] },
        lanes: withLanes ? [[1, 1, 418, 118]] : [],
    };
    const layouts = { right: layout, down: layout };
    if (withLanes) {
        layouts.narrow = { ...layout, lanes: [] };
    }
    return {
        stages: [
            stage("1", "Start", "start", "circle", 38, 38, ["Start"]),
            stage("2", "Call the customer", "work", "box", 164, 60, ["Call the", "customer"]),
            stage("virtual_7", "End", "end", "circle", 38, 38, ["End"]),
        ],
        ways: [
            { id: "11", source: "1", target: "2", name: "", lines: [] },
            { id: "12", source: "2", target: "virtual_7", name: "done", lines: ["done"] },
        ],
        lanes: withLanes ? [{ id: "5", name: "Dispatcher", lines: ["Dispatcher"] }] : [],
        layouts,
        ...more,
    };
}

class Process extends models.Model {
    _name = "bpm.process";

    name = fields.Char();
    drawing = fields.Json();
    problems = fields.Json();
    stage_ids = fields.One2many({ relation: "bpm.stage" });

    _records = [
        {
            id: 1,
            name: "Visit",
            drawing: getDrawing(),
            problems: [
                { element: "stage", id: 2, text: "“Call” has no way out.", level: "error" },
                { element: "process", id: false, text: "Nobody may start it.", level: "warning" },
            ],
            stage_ids: [1, 2],
        },
    ];
}

class Stage extends models.Model {
    _name = "bpm.stage";

    name = fields.Char();

    _records = [
        { id: 1, name: "Start" },
        { id: 2, name: "Call the customer" },
    ];
}

defineModels({ ...mailModels, Process, Stage });

const FORM = `
    <form>
        <notebook>
            <page name="start" string="Start"><field name="name"/></page>
            <page name="stages" string="Stages">
                <field name="stage_ids"><list editable="bottom"><field name="name"/></list></field>
            </page>
        </notebook>
        <field name="problems" invisible="1"/>
        <field name="drawing" widget="bpm_drawing" options="{'problems': 'problems'}"/>
    </form>`;

test("stages, ways and their texts are drawn", async () => {
    await mountWithCleanup(ProcessDrawing, { props: { drawing: getDrawing() } });
    expect(".o_bpm_stage").toHaveCount(3);
    expect(".o_bpm_way").toHaveCount(2);
    expect(".o_bpm_lane").toHaveCount(0);
    expect(queryAllTexts(".o_bpm_stage[data-id='2'] .o_bpm_name")).toEqual([
        "Call the",
        "customer",
    ]);
    expect(queryAllTexts(".o_bpm_way_label text")).toEqual(["done"]);
    expect(".o_bpm_kind_start circle.o_bpm_shape").toHaveCount(1);
    expect(".o_bpm_kind_work rect.o_bpm_shape").toHaveCount(1);
});

test("a process without stages tells what will be here", async () => {
    const drawing = getDrawing({ stages: [], ways: [] });
    await mountWithCleanup(ProcessDrawing, { props: { drawing } });
    expect(".o_bpm_svg").toHaveCount(0);
    expect(".o_bpm_drawing_scroll").toHaveText(/as soon as it has a stage/);
});

test("lanes have names", async () => {
    await mountWithCleanup(ProcessDrawing, {
        props: { drawing: getDrawing({ withLanes: true }), direction: "right" },
    });
    expect(queryAllTexts(".o_bpm_lane text")).toEqual(["Dispatcher"]);
});

test("on a phone the lanes give way", async () => {
    await resize({ width: 390, height: 800 });
    await mountWithCleanup(ProcessDrawing, { props: { drawing: getDrawing({ withLanes: true }) } });
    expect(".o_bpm_lane").toHaveCount(0);
    expect(".o_bpm_stage").toHaveCount(3);
});

test("present places are lit, ways gone are marked, and told in words", async () => {
    const drawing = getDrawing({
        places: {
            1: { state: "done", is_open: false, texts: ["Completed"] },
            2: { state: "progress", is_open: true, texts: ["In Progress", "Responsible: Irina"] },
        },
        visited: ["11"],
    });
    await mountWithCleanup(ProcessDrawing, { props: { drawing } });
    expect(".o_bpm_stage.o_bpm_present").toHaveCount(1);
    expect(".o_bpm_stage[data-id='2']").toHaveClass("o_bpm_present");
    expect(".o_bpm_stage[data-id='2']").toHaveAttribute("aria-label", /Responsible: Irina/);
    expect(".o_bpm_stage[data-id='1'] .o_bpm_done").toHaveCount(1);
    expect(".o_bpm_way.o_bpm_visited").toHaveCount(1);
    expect(".o_bpm_way[data-id='11']").toHaveClass("o_bpm_visited");
    expect(".o_bpm_legend").toHaveCount(1);
    await contains(".o_bpm_stage[data-id='2']").click();
    expect(".o_bpm_about").toHaveText("Call the customer\nIn Progress\nResponsible: Irina");
    await contains(".o_bpm_stage[data-id='virtual_7']").click();
    expect(".o_bpm_about").toHaveText("End\nNot reached yet");
});

test("what is wrong is marked, and its line finds the element", async () => {
    await mountView({ type: "form", resModel: "bpm.process", resId: 1, arch: FORM });
    expect(".o_bpm_stage.o_bpm_error").toHaveCount(1);
    expect(".o_bpm_stage[data-id='2'] .o_bpm_mark").toHaveCount(1);
    expect(queryAllTexts(".o_bpm_problems button")).toEqual([
        "“Call” has no way out.",
        "Nobody may start it.",
    ]);
    await contains(".o_bpm_problems button:first").click();
    expect(".o_bpm_stage[data-id='2']").toHaveClass("o_bpm_selected");
});

test("a click finds the row, on whichever page of the form it is", async () => {
    await mountView({ type: "form", resModel: "bpm.process", resId: 1, arch: FORM });
    expect("tr.o_data_row").toHaveCount(0);
    await click(".o_bpm_stage[data-id='2']");
    await waitFor("tr.o_bpm_row_marked");
    expect("tr.o_bpm_row_marked").toHaveCount(1);
    expect("tr.o_bpm_row_marked").toHaveText("Call the customer");
    await click(".o_bpm_stage[data-id='1']");
    await waitFor("tr.o_bpm_row_marked:contains(Start)");
    expect("tr.o_bpm_row_marked").toHaveCount(1);
});

test("a double click opens the row", async () => {
    await mountView({ type: "form", resModel: "bpm.process", resId: 1, arch: FORM });
    await dblclick(".o_bpm_stage[data-id='2']");
    await waitFor("tr.o_selected_row");
    expect("tr.o_selected_row").toHaveCount(1);
});

test("the drawing follows what is typed and not saved", async () => {
    Process._fields.stage_ids.onChange = () => {};
    onRpc("bpm.process", "onchange", () => {
        const drawing = getDrawing();
        drawing.stages[1].lines = ["Visit"];
        return { value: { drawing } };
    });
    await mountView({ type: "form", resModel: "bpm.process", resId: 1, arch: FORM });
    await click(".o_bpm_stage[data-id='2']");
    await waitFor("tr.o_bpm_row_marked");
    await contains("tr.o_bpm_row_marked td").click();
    await contains("tr.o_selected_row input").edit("Visit");
    await waitFor(".o_bpm_stage[data-id='2'] .o_bpm_name:contains(Visit)");
    expect(queryAllTexts(".o_bpm_stage[data-id='2'] .o_bpm_name")).toEqual(["Visit"]);
});

test("stages are reached and chosen by keyboard, and the size changes by keys", async () => {
    const chosen = [];
    await mountWithCleanup(ProcessDrawing, {
        props: {
            drawing: getDrawing(),
            onSelect: ({ element, id }) => chosen.push(`${element} ${id}`),
            onOpen: ({ element, id }) => chosen.push(`open ${element} ${id}`),
        },
    });
    queryOne(".o_bpm_stage[data-id='virtual_7']").focus();
    await press(" ");
    await press("Enter");
    expect(chosen).toEqual(["stage virtual_7", "stage virtual_7", "open stage virtual_7"]);
    const width = () => parseFloat(queryOne(".o_bpm_svg").getAttribute("width"));
    const before = width();
    await press("+");
    await animationFrame();
    expect(width()).toBeGreaterThan(before);
    await press("0");
    await animationFrame();
    expect(width()).toBe(before);
});

test("corners are rounded, and a line on itself is one point", () => {
    expect(
        getPath([
            [0, 0],
            [10, 0],
        ])
    ).toBe("M0 0L10 0");
    expect(
        getPath([
            [0, 0],
            [0, 0],
            [20, 0],
            [20, 40],
        ])
    ).toBe("M0 0L13 0Q20 0 20 7L20 40");
});

test("the file of a drawing needs no style sheet", async () => {
    await mountWithCleanup(ProcessDrawing, { props: { drawing: getDrawing() } });
    const text = getSvgText(queryOne(".o_bpm_svg"), { width: 420, height: 120 });
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    expect(svg.getAttribute("width")).toBe("420");
    expect(svg.querySelectorAll("[class]").length).toBe(0);
    const shapes = [...svg.querySelectorAll("rect")];
    expect(shapes.every((shape) => shape.getAttribute("stroke"))).toBe(true);
    expect(queryAll(".o_bpm_svg [class]").length).toBeGreaterThan(0);
});

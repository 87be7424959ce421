/** What people do with processes, to be put together in tours. */

const card = (stage) => `.o_bpm_step:has(h2:contains("${stage}"))`;
const field = (name) => `.o_field_widget[name=${name}]`;

/** The card of a run stands at a stage; its place is lit on the drawing. */
export const standsAt = (stage) => [
    { content: `It stands at ${stage}`, trigger: card(stage) },
    {
        content: "The place is lit on the drawing",
        trigger: `.o_bpm_drawing .o_bpm_stage.o_bpm_present[aria-label^="${stage}"]`,
    },
];

/** From “My Processes” to the card of the run. */
export const openMine = (stage) => [
    {
        content: "It waits for me",
        trigger: `.o_kanban_record:not(.o_kanban_ghost):contains("${stage}")`,
        run: "click",
    },
    ...standsAt(stage),
];

/** The start card: a note goes with the process. */
const fillStart = (note) => [
    ...(note
        ? [{ trigger: `.modal ${field("note")} textarea`, run: `edit ${note}` }]
        : []),
    { trigger: ".modal button[name=action_start]", run: "click" },
    { trigger: "body:not(:has(.modal)) .o_bpm_card .o_bpm_steps" },
];

const choose = (process, note) => [
    {
        trigger: `.o_bpm_choose .o_kanban_record:contains("${process}") a:contains(Start)`,
        run: "click",
    },
    ...fillStart(note),
];

/** From a document: its processes, the start card, the card of the run. */
export const startHere = (process, { note = "" } = {}) => [
    { trigger: ".o_form_view button[name=action_open_processes]", run: "click" },
    { trigger: "button[name=action_start_new]", run: "click" },
    ...choose(process, note),
];

/** From the menu, about nothing that is in the system. */
export const startFromMenu = (process, { note = "" } = {}) => [
    {
        trigger: "[data-menu-xmlid='service_crm_bpm.menu_bpm_start']",
        run: "click",
    },
    ...choose(process, note),
];

/** Ticks, whom it goes to, then the button of the result; another page may follow. */
export const finish = (stage, result, { ticks = [], next = "" } = {}) => [
    ...standsAt(stage),
    ...ticks.flatMap((tick) => [
        {
            trigger: `${card(stage)} .o_bpm_check:contains("${tick}") input:not(:checked):enabled`,
            run: "click",
        },
        { trigger: `${card(stage)} .o_bpm_check:contains("${tick}") input:checked:enabled` },
    ]),
    {
        content: `${stage}: ${result}`,
        trigger: `${card(stage)} .o_bpm_results button:enabled:contains("${result}")`,
        run: "click",
    },
    ...(next
        ? [
              {
                  content: "No rule says who goes on: it is asked",
                  trigger: `.modal ${field("user_id")} input`,
                  run: `edit ${next}`,
              },
              {
                  trigger: `.o-autocomplete--dropdown-item a:contains("${next}")`,
                  run: "click",
              },
              { trigger: ".modal button[name=action_confirm]", run: "click" },
          ]
        : []),
    { trigger: `.o_bpm_steps:not(:has(h2:contains("${stage}")))` },
];

/** What the run carries along, filled in by who has the stage. */
export const fillIn = (name, value) => [
    { trigger: "button[name=action_change_variables]", run: "click" },
    {
        trigger: `.modal .o_data_row:contains("${name}") td[name=value]`,
        run: "click",
    },
    {
        trigger: `.modal .o_data_row:contains("${name}") td[name=value] input`,
        run: `edit ${value}`,
    },
    { trigger: ".modal button[name=action_confirm]", run: "click" },
    {
        trigger: `body:not(:has(.modal)) ${field("variable_table")}:contains("${value}")`,
    },
];

/** Who has the stage now. */
export const isWith = (stage, who) => [
    ...standsAt(stage),
    { content: `It is with ${who}`, trigger: `${card(stage)}:contains("${who}")` },
];

/** The stage is somebody else's, and there is nothing to press. */
export const waitsFor = (stage, who) => [
    ...isWith(stage, who),
    { trigger: `${card(stage)}:not(:has(.o_bpm_results))` },
];

/** Who is asked says yes or no on the card of the run. */
export const decide = (stage, decision = "action_approve") => [
    ...standsAt(stage),
    {
        trigger: `${field("approval_ids")} button[name=${decision}]`,
        run: "click",
    },
];

/** The run has ended, as its title says. */
export const ended = (how = "Ended Well") => [
    { trigger: `.o_bpm_card .oe_title .badge:contains("${how}")` },
    { trigger: ".o_bpm_steps:contains(The process has ended)" },
];

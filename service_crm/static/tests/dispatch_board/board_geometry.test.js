import { describe, expect, test } from "@odoo/hoot";

import {
    addDays,
    buildAxis,
    HOUR,
    lineAt,
    packLanes,
    pickHours,
    place,
    shadeBackground,
    snap,
    snapX,
    stackLines,
    timeToX,
    visibleLines,
    xToTime,
} from "@service_crm/dispatch_board/board_geometry";

describe.current.tags("headless");

const ZONE = "Europe/Berlin";
const { DateTime } = luxon;

function at(text) {
    return DateTime.fromISO(text, { zone: ZONE }).toMillis();
}

/** Three days from 8 to 18, ten pixels an hour. */
function buildThreeDays(first = "2026-11-23") {
    return buildAxis({
        start: at(first),
        stop: DateTime.fromMillis(at(first), { zone: ZONE }).plus({ days: 3 }).toMillis(),
        zone: ZONE,
        hours: [8, 18],
        room: 300,
        minHour: 5,
    });
}

test("days stand side by side without their nights", () => {
    const axis = buildThreeDays();
    expect(axis.width).toBe(300);
    expect(timeToX(axis, at("2026-11-23T08:00"))).toBe(0);
    expect(timeToX(axis, at("2026-11-23T13:00"))).toBe(50);
    expect(timeToX(axis, at("2026-11-23T22:00"))).toBe(100);
    expect(timeToX(axis, at("2026-11-24T03:00"))).toBe(100);
    expect(timeToX(axis, at("2026-11-24T09:30"))).toBe(115);
    expect(timeToX(axis, at("2026-11-27T09:30"))).toBe(300);
});

test("a place leads back to its time", () => {
    const axis = buildThreeDays();
    for (const text of ["2026-11-23T08:00", "2026-11-24T09:30", "2026-11-25T17:45"]) {
        expect(xToTime(axis, timeToX(axis, at(text)))).toBe(at(text));
    }
    expect(xToTime(axis, -50)).toBe(at("2026-11-23T08:00"));
    expect(xToTime(axis, 9999)).toBe(at("2026-11-25T18:00"));
});

test("an hour never gets narrower than told: then the board scrolls", () => {
    const axis = buildAxis({
        start: at("2026-11-23"),
        stop: at("2026-11-30"),
        zone: ZONE,
        hours: [8, 18],
        room: 300,
        minHour: 20,
    });
    expect(axis.days.length).toBe(7);
    expect(axis.width).toBe(1400);
});

test("the day the clocks change keeps its hours", () => {
    // On 29 March 2026 the hour from 2 to 3 does not exist.
    const axis = buildThreeDays("2026-03-28");
    expect(timeToX(axis, at("2026-03-29T08:00"))).toBe(100);
    expect(timeToX(axis, at("2026-03-30T18:00"))).toBe(300);
    expect(addDays(axis, at("2026-03-28T09:00"), 1)).toBe(at("2026-03-29T09:00"));
    const whole = buildAxis({
        start: at("2026-03-29"),
        stop: at("2026-03-30"),
        zone: ZONE,
        hours: [0, 24],
        room: 230,
        minHour: 1,
    });
    expect(whole.width).toBe(230);
    expect(timeToX(whole, at("2026-03-29T03:00"))).toBe(20);
});

test("times snap to quarters of an hour", () => {
    const axis = buildThreeDays();
    expect(snap(axis, at("2026-11-23T09:08"))).toBe(at("2026-11-23T09:15"));
    expect(snap(axis, at("2026-11-23T09:07"))).toBe(at("2026-11-23T09:00"));
    expect(snapX(axis, 113)).toBe(at("2026-11-24T09:15"));
});

test("hours shown are those that are worked or planned", () => {
    const work = [[at("2026-11-23T07:00"), at("2026-11-23T16:00")]];
    expect(pickHours([{ work }], [], ZONE)).toEqual([7, 18]);
    const late = { start: at("2026-11-23T19:00"), end: at("2026-11-23T20:30") };
    expect(pickHours([{ work }], [late], ZONE)).toEqual([7, 21]);
    const night = { start: at("2026-11-23T22:00"), end: at("2026-11-24T05:00") };
    expect(pickHours([{ work }], [night], ZONE)).toEqual([7, 18]);
});

test("what is in the night or very short can still be seen and held", () => {
    const axis = buildThreeDays();
    expect(place(axis, at("2026-11-23T20:00"), at("2026-11-23T22:00"))).toEqual({
        x: 100,
        width: 10,
    });
    expect(place(axis, at("2026-11-25T20:00"), at("2026-11-25T22:00"))).toEqual({
        x: 290,
        width: 10,
    });
});

test("bars at the same time get lanes, bars one after the other share one", () => {
    const { lanes, count } = packLanes([
        { id: 1, start: 0, end: 2 * HOUR },
        { id: 2, start: HOUR, end: 3 * HOUR },
        { id: 3, start: 2 * HOUR, end: 4 * HOUR },
        { id: 4, start: 3 * HOUR, end: 4 * HOUR },
    ]);
    expect([...lanes]).toEqual([
        [1, 0],
        [2, 1],
        [3, 0],
        [4, 1],
    ]);
    expect(count).toBe(2);
    expect(packLanes([]).count).toBe(1);
});

test("only lines in sight are drawn", () => {
    const { tops, height } = stackLines(Array.from({ length: 200 }, () => ({ height: 50 })));
    expect(height).toBe(10000);
    expect(visibleLines(tops, 5000, 500, 100)).toEqual([98, 113]);
    expect(visibleLines(tops, 0, 500, 100)).toEqual([0, 13]);
    expect(visibleLines([], 0, 500, 100)).toEqual([0, 0]);
    expect(lineAt(tops, 149)).toBe(2);
});

test("hours nobody works are shaded", () => {
    const axis = buildThreeDays();
    expect(shadeBackground(axis, false)).toBe("none");
    const off = shadeBackground(axis, [[at("2026-11-23T09:00"), at("2026-11-25T18:00")]], "red");
    expect(off).toBe(
        "linear-gradient(to right, transparent 0.0px, red 0.0px, red 10.0px, transparent 10.0px)"
    );
});

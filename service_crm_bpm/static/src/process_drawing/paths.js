const RADIUS = 7;

/** A right-angled line through points, its corners rounded, as the `d` of a path. */
export function getPath(points) {
    const corners = points.filter(
        (point, index) =>
            !index || point[0] !== points[index - 1][0] || point[1] !== points[index - 1][1]
    );
    const [first, ...rest] = corners;
    const parts = [`M${first[0]} ${first[1]}`];
    rest.forEach((point, index) => {
        const next = rest[index + 1];
        if (!next) {
            parts.push(`L${point[0]} ${point[1]}`);
            return;
        }
        const before = corners[index];
        const radius = Math.min(RADIUS, getDistance(before, point) / 2, getDistance(point, next) / 2);
        const start = getPointTowards(point, before, radius);
        const end = getPointTowards(point, next, radius);
        parts.push(`L${start.join(" ")}Q${point.join(" ")} ${end.join(" ")}`);
    });
    return parts.join("");
}

function getDistance([ax, ay], [bx, by]) {
    return Math.hypot(bx - ax, by - ay);
}

function getPointTowards([x, y], [towardsX, towardsY], length) {
    const distance = getDistance([x, y], [towardsX, towardsY]) || 1;
    const round = (value) => Math.round(value * 10) / 10;
    return [
        round(x + ((towardsX - x) * length) / distance),
        round(y + ((towardsY - y) * length) / distance),
    ];
}

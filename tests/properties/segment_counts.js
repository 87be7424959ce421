// Writes segment_counts.json, what two public calculators say of the generated texts:
//
//   npm install --prefix DIR sms-segments-calculator@1.3.0 split-sms@0.1.7
//   python3 -c "import json, segment_texts; print(json.dumps(segment_texts.generate()))" \
//     | NODE_PATH=DIR/node_modules node segment_counts.js > segment_counts.json

const fs = require("fs");
const { SegmentedMessage } = require("sms-segments-calculator");
const { split } = require("split-sms");

const rows = JSON.parse(fs.readFileSync(0)).map((text) => {
    const first = new SegmentedMessage(text);
    const second = split(text);
    return JSON.stringify([
        [first.encodingName, first.segmentsCount],
        [second.characterSet, second.parts.length, second.remainingInPart],
    ]);
});
console.log(`[\n${rows.join(",\n")}\n]`);

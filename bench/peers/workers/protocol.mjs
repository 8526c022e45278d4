// A peer's side of the conversation with shoal-bench; protocol.py describes it. A task is a function of the prepare
// message that gives {before, run, result}, each of which may be async; result gives a list of arrays of numbers.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

// Packages lie where SHOAL_BENCH_NODE_MODULES says, or beside the workers' folder.
const folder = process.env.SHOAL_BENCH_NODE_MODULES ?? fileURLToPath(new URL("../node_modules", import.meta.url));
const require = createRequire(`${folder}/`);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

// The package and its version; where it is missing, that is told.
export async function load(name) {
    try {
        return [require(name), require(`${name}/package.json`).version];
    } catch (error) {
        await lines.next();
        say({ ok: false, why: `${name} is not installed (${String(error.message).split("\n")[0]})` });
        process.exit(0);
    }
}

export function columns(path, count) {
    const bytes = readFileSync(path);
    const values = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
    const rows = values.length / count;
    return Array.from({ length: count }, (_, j) => values.subarray(j * rows, (j + 1) * rows));
}

function write(path, parts) {
    const arrays = parts.map((part) => Float64Array.from(part));
    writeFileSync(path, Buffer.concat(arrays.map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength))));
}

async function answer(message, state, version, tasks) {
    switch (message.op) {
        case "hello":
            return { version };
        case "prepare":
            await state.task?.forget?.();
            state.task = null;
            state.task = await tasks[message.task](message);
            return {};
        case "run": {
            await state.task.before?.();
            const since = performance.now();
            await state.task.run();
            return { ms: performance.now() - since };
        }
        case "result":
            write(message.file, await state.task.result());
            return {};
        case "forget":
            await state.task?.forget?.();
            state.task = null;
            return {};
        default:
            throw new Error(`no such operation: ${message.op}`);
    }
}

export async function serve(version, tasks) {
    const state = { task: null };
    for (let line = await lines.next(); !line.done; line = await lines.next()) {
        const message = JSON.parse(line.value);
        try {
            say({ ok: true, ...(await answer(message, state, version, tasks)) });
        } catch (error) {
            say({ ok: false, why: String(error.message ?? error) });
        }
    }
    process.exit(0);
}

// DuckDB: distinct days in two levels of grouping, which is at least as fast as count(DISTINCT); results go to a table,
// since what is taken out row by row is another matter. Threads by SET threads.
import { columns, load, serve } from "./protocol.mjs";

const [duckdb, version] = await load("@duckdb/node-api");

const instance = await duckdb.DuckDBInstance.create(":memory:");
const connection = await instance.connect();

const quote = (text) => `'${text.replaceAll("'", "''")}'`;

// Types are given: guessing them costs time, and one may be guessed wrong.
const csv = (path) => `read_csv(${quote(path)}, header = true, columns = {'customer_id': 'VARCHAR', 'date': 'DATE',
    'amount': 'DOUBLE', 'product': 'VARCHAR', 'channel': 'VARCHAR'})`;

const summarise = (rows) => `CREATE OR REPLACE TEMP TABLE result AS
    SELECT customer_id, max(date) AS last, count(*) AS frequency, sum(amount) AS monetary
    FROM (SELECT customer_id, date, sum(amount) AS amount FROM ${rows} GROUP BY customer_id, date)
    GROUP BY customer_id`;

async function take(query) {
    const read = await connection.runAndReadAll(query);
    return read.getColumns();
}

const result = () => take(`SELECT CAST((SELECT max(last) FROM result) - last AS DOUBLE), CAST(frequency AS DOUBLE),
    monetary FROM result ORDER BY customer_id`);

const threads = (count) => connection.run(`SET threads = ${count}`);

async function fromCsv({ files, threads: count }) {
    await threads(count);
    return {
        before: () => connection.run("DROP TABLE IF EXISTS result"),
        run: () => connection.run(summarise(csv(files.csv))),
        result,
    };
}

// Customers are numbers here, and the rows lie as shoal's do: by customer, then date.
async function fromMemory({ files, threads: count }) {
    await threads(count);
    await connection.run(`CREATE OR REPLACE TABLE purchases AS
        SELECT dense_rank() OVER (ORDER BY customer_id) AS customer_id, date, amount FROM ${csv(files.csv)}
        ORDER BY 1, 2`);
    return {
        before: () => connection.run("DROP TABLE IF EXISTS result"),
        run: () => connection.run(summarise("purchases")),
        result,
        forget: () => connection.run("DROP TABLE purchases"),
    };
}

async function fill(values) {
    const CHUNK = 2048;
    await connection.run("CREATE OR REPLACE TABLE customers(id INTEGER, a DOUBLE, b DOUBLE, c DOUBLE)");
    const appender = await connection.createAppender("customers");
    const chunk = duckdb.DuckDBDataChunk.create([duckdb.INTEGER, duckdb.DOUBLE, duckdb.DOUBLE, duckdb.DOUBLE]);
    for (let i = 0; i < values[0].length; i += CHUNK) {
        const parts = values.map((column) => Array.from(column.subarray(i, i + CHUNK)));
        chunk.reset();
        chunk.setColumns([parts[0].map((_, at) => i + at), ...parts]);
        appender.appendDataChunk(chunk);
    }
    appender.closeSync();
}

async function scores({ params, files, threads: count }) {
    await threads(count);
    await fill(columns(files.values, 3));
    const score = (name) => `ntile(${params.scores}) OVER (ORDER BY ${name}) AS ${name}`;
    return {
        before: () => connection.run("DROP TABLE IF EXISTS result"),
        run: () => connection.run(`CREATE OR REPLACE TEMP TABLE result AS
            SELECT id, ${score("a")}, ${score("b")}, ${score("c")} FROM customers`),
        result: () => take("SELECT CAST(a AS DOUBLE), CAST(b AS DOUBLE), CAST(c AS DOUBLE) FROM result ORDER BY id"),
        forget: () => connection.run("DROP TABLE customers"),
    };
}

await serve(version, { "rfm/csv": fromCsv, "rfm/memory": fromMemory, "rfm/scores": scores });

// polars: the lazy reading of a CSV (only the columns that are needed, their types given), threads by
// POLARS_MAX_THREADS.
import { columns, load, serve } from "./protocol.mjs";

const [pl, version] = await load("nodejs-polars");

const summarise = (rows) =>
    rows
        .groupBy("customer_id")
        .agg(
            pl.col("date").max().alias("last"),
            pl.col("date").nUnique().alias("frequency"),
            pl.col("amount").sum().alias("monetary"),
        );

const schema = { customer_id: pl.Utf8, date: pl.Date, amount: pl.Float64, product: pl.Utf8, channel: pl.Utf8 };
const scan = (path) => pl.scanCSV(path, { schema });

// Sorted by customer: days since the last purchase of all, frequency, money.
function result(summary) {
    const sorted = summary.sort("customer_id");
    const last = sorted.getColumn("last").cast(pl.Int32).toArray(); // days since 1970-01-01
    const end = last.reduce((latest, day) => Math.max(latest, day), -Infinity);
    return [last.map((day) => end - day), sorted.getColumn("frequency").toArray(), sorted.getColumn("monetary").toArray()];
}

function fromCsv({ files }) {
    let summary = null;
    return {
        before: () => (summary = null),
        run: () => (summary = summarise(scan(files.csv)).collectSync()),
        result: () => result(summary),
    };
}

// Customers are numbers here, and the rows lie as shoal's do: by customer, then date.
function fromMemory({ files }) {
    const rows = scan(files.csv)
        .select("customer_id", "date", "amount")
        .withColumn(pl.col("customer_id").rank("dense").alias("customer_id"))
        .collectSync()
        .sort(["customer_id", "date"]);
    let summary = null;
    return {
        run: () => (summary = summarise(rows.lazy()).collectSync()),
        result: () => result(summary),
    };
}

// No ntile in this API: ranks, cut into equal shares.
function scores({ params, files }) {
    const values = columns(files.values, 3);
    const rows = pl.DataFrame(Object.fromEntries(values.map((column, j) => ["abc"[j], pl.Series("abc"[j], column)])));
    const score = (name) =>
        pl.col(name).rank("ordinal").minus(1).mul(params.scores).div(values[0].length).floor().plus(1).alias(name);
    let scored = null;
    return {
        run: () => (scored = rows.lazy().select(score("a"), score("b"), score("c")).collectSync()),
        result: () => ["a", "b", "c"].map((name) => scored.getColumn(name).toArray()),
    };
}

await serve(version, { "rfm/csv": fromCsv, "rfm/memory": fromMemory, "rfm/scores": scores });

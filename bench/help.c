#include "options.h"

static const char general[] =
    "Usage: shoal-bench COMMAND [options]\n"
    "\n"
    "Measures shoal: how it scales, which variant of a model is faster and better, where it stands against other\n"
    "libraries, and whether a change made it slower. Nothing is timed whose result was not checked.\n"
    "\n"
    "Commands\n"
    "  scaling             strong, weak and size scaling of everything shoal does, against the machine's limits\n"
    "  variants STORE      time, memory and quality of a grid of models on your own data\n"
    "  peers               the same work in scikit-learn, faiss, OpenCV, pandas, DuckDB, polars, in turn\n"
    "  report FILE…        records to one HTML page and Markdown tables\n"
    "  compare OLD NEW     a verdict for every row: faster, slower, no difference\n"
    "  instructions        instruction counts of the hot kernels by callgrind, against the committed ones\n"
    "\n"
    "'shoal-bench COMMAND --help' shows its options. bench/README.md explains the method.\n"
    "\n"
    "Exit status: 0 done, 1 a regression was found, 2 usage, 3 bad input or a result that is wrong, 4 input/output,\n"
    "5 memory, 6 interrupted (what was measured is kept; the same command continues).\n";

static const char filter[] =
    "      --filter TEXTS     only rows whose name begins with one of these texts, separated by commas;\n"
    "                         * stands for anything: '*/rfm'\n";

static const char common[] =
    "      --threads LIST     such as 1,2,4; default 1, 2, 4 … all cores; more than there are is marked "
    "oversubscribed\n"
    "      --quick            small sizes and short budgets: done within a minute on two cores\n";

static const char records[] =
    "  -o, --output FILE      append records as JSON lines (schema shoal.bench/1); rows of the same commit that FILE\n"
    "                         holds already are not measured again\n"
    "      --machine NAME     tag of the machine in the records; default made from CPU, cores and instruction set\n"
    "      --budget SECONDS   time for the samples of a row, at least five are taken; default 1.5, with --quick 0.15\n";

static const char ending[] = "  -q, --quiet            no progress, no notes\n"
                             "  -h, --help             this text\n";

static const struct command_help {
    const char *usage, *about, *own, *examples;
    bool measures, records;
} helps[BENCH_N_COMMANDS] = {
    [BENCH_SCALING] =
        {
            "scaling [options]",
            "Measures every case with 1, 2, 4 … threads (strong scaling), with work that grows with the threads (weak\n"
            "scaling) and at several sizes (fitted exponents), beside the machine's own limits.\n",
            "      --list             the cases and their phases\n",
            "  shoal-bench scaling --quick\n"
            "  shoal-bench scaling --filter kmeans,rfm --threads 1,2,4,8 -o scaling.jsonl\n",
            true,
            true,
        },
    [BENCH_VARIANTS] =
        {
            "variants STORE [options]",
            "Runs every combination of a grid on the customers of a store, which is not changed, and says how long\n"
            "each takes, how much memory, and how good it is; a star marks those that no other beats in both.\n"
            "Runs with the largest count of --threads.\n",
            "      --grid FILE        the grid, as JSON; default a small one over k, initialisation and scaling\n"
            "      --example-grid     print a grid to start from\n",
            "  shoal-bench variants --example-grid > grid.json\n"
            "  shoal-bench variants out/store.h5 --grid grid.json -o variants.jsonl\n",
            true,
            true,
        },
    [BENCH_PEERS] =
        {
            "peers [options]",
            "Runs the same work in shoal and in every peer that is installed (./bootstrap bench), in turn, with equal\n"
            "threads and starts; a result that differs is shown and its time does not count. With --quick only the\n"
            "largest count of --threads is run.\n",
            "      --list             the tasks and who takes part\n",
            "  shoal-bench peers --quick\n"
            "  shoal-bench peers --filter kmeans --threads 2 -o peers.jsonl\n",
            true,
            true,
        },
    [BENCH_REPORT] =
        {
            "report FILE… [options]",
            "Turns records into tables and figures; of rows measured twice the newest counts.\n",
            "  -o, --output FILE.html the page\n"
            "      --markdown FILE    tables in Markdown, \"-\" for standard output\n",
            "  shoal-bench report scaling.jsonl peers.jsonl -o bench.html\n"
            "  shoal-bench report bench/results/*.jsonl --markdown -\n",
            false,
            false,
        },
    [BENCH_COMPARE] =
        {
            "compare OLD NEW [options]",
            "Compares the rows that both files have by a rank test (1% level over all rows) and ends with exit\n"
            "status 1 where one became slower by more than the threshold.\n",
            "      --threshold X      relative change that counts; default 0.05\n",
            "  shoal-bench scaling --quick -o old.jsonl   # before the patch\n"
            "  shoal-bench scaling --quick -o new.jsonl   # after it\n"
            "  shoal-bench compare old.jsonl new.jsonl\n",
            false,
            false,
        },
    [BENCH_INSTRUCTIONS] =
        {
            "instructions [options]",
            "Counts the instructions of fixed small inputs with callgrind, which noise cannot touch, and compares "
            "them\n"
            "with the committed counts.\n",
            "      --list             the cases\n"
            "      --threshold X      relative growth that fails; default 0.02\n"
            "      --update           write the counts as the new committed ones\n"
            "      --baseline FILE    the committed counts; default bench/instructions/counts.json of the source\n"
            "  -o, --output FILE      write the counts as JSON, as the committed ones are\n"
            "      --threads N        children at a time; the largest number counts\n",
            "  shoal-bench instructions\n"
            "  shoal-bench instructions --update\n",
            false,
            false,
        },
};

void bench_help(FILE *out)
{
    fputs(general, out);
}

void bench_help_command(FILE *out, bench_command command)
{
    const struct command_help *help = &helps[command];
    fprintf(out, "Usage: shoal-bench %s\n\n%s\nOptions\n%s%s%s%s%s\nExamples\n%s", help->usage, help->about, help->own,
            filter, help->measures ? common : "", help->records ? records : "", ending, help->examples);
}

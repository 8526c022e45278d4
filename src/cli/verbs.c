/* The verbs: what they are for, and an example of each. */
#include <string.h>

#include "cli/options.h"

const shoal_cli_verb shoal_cli_verbs[SHOAL_CLI_N_VERBS] = {
    [SHOAL_CLI_SEGMENT] =
        {"segment",
         "TRANSACTIONS.csv",
         true,
         "from a file of transactions to named segments and a report",
         "Reads transactions, scores recency, frequency and money, estimates the lifetime value of every customer, "
         "clusters the customers, names the segments and writes DIR/store.h5, DIR/segments.csv, DIR/report.html and "
         "DIR/summary.json. Columns are recognised by their headers; what was recognised is printed.",
         {"shoal segment transactions.csv -o out",
          "shoal segment orders.csv.gz -o out --customer client_no --date ordered --amount total --n-clusters 6",
          "shoal segment cdnow.txt -o out --no-header --columns customer,date,quantity,amount --delimiter blank"}},
    [SHOAL_CLI_IMPORT] =
        {"import",
         "FILE.csv",
         true,
         "a CSV file to a new store",
         "Reads transactions (one row a purchase) or customers (one row a customer with features and categories), "
         "checks every row and writes a store. Rows read are rows kept plus rows rejected, by reason.",
         {"shoal import transactions.csv -o customers.h5",
          "shoal import wholesale.csv --kind customers -o wholesale.h5",
          "zcat orders.gz | shoal import - -o orders.h5"}},
    [SHOAL_CLI_INFO] = {"info",
                        "STORE",
                        false,
                        "what is in a store",
                        "Shows customers, transactions and period, every column with its range and missing values, and "
                        "the models that were fitted.",
                        {"shoal info customers.h5", "shoal info customers.h5 --json"}},
    [SHOAL_CLI_RFM] = {"rfm",
                       "STORE",
                       false,
                       "recency, frequency and money: summary, scores, segments",
                       "Summarises the transactions of every customer, scores recency, frequency and money by "
                       "quantiles or own cuts and puts the customers into named segments. Equal values get the same "
                       "score; a value equal to a cut belongs below it. The cuts are stored under the model's name and "
                       "--model scores other customers, or the same ones later, by them.",
                       {"shoal rfm customers.h5 --as-of 2011-09-30 --name rfm-september",
                        "shoal rfm may.h5 --model rfm --model-store april.h5",
                        "shoal rfm customers.h5 --recency-cuts 30,90,365 --frequency-cuts 1,3,10 --monetary-cuts "
                        "50,200,1000",
                        "shoal rfm customers.h5 --binning nested --weights 3,2,1 --segment-map segments.json"}},
    [SHOAL_CLI_CLV] = {"clv",
                       "STORE",
                       false,
                       "customer lifetime value: BG/NBD and Gamma-Gamma",
                       "Fits the BG/NBD model of purchases and the Gamma-Gamma model of spend and predicts for every "
                       "customer the probability to be alive, the purchases and the discounted value within the "
                       "horizon. With --calibration-end the forecast is checked against the days after it.",
                       {"shoal clv customers.h5",
                        "shoal clv cdnow.h5 --unit week --calibration-end 1997-09-30 --observation-end 1998-06-30"}},
    [SHOAL_CLI_KMEANS] = {"kmeans",
                          "STORE",
                          false,
                          "k-means clusters of customers",
                          "Scales the features and clusters the customers by exact k-means. Without --n-clusters the "
                          "number of clusters is chosen. The same seed gives the same clusters for any number of "
                          "threads. Clusters are numbered by size; --label-order monetary numbers them by a feature, "
                          "and --align-to keeps the numbers of an older model, so that segment 3 stays segment 3.",
                          {"shoal kmeans customers.h5 --n-clusters 6 --label-order monetary",
                           "shoal kmeans wholesale.h5 --features 'log(Fresh),log(Milk),log(Grocery)' --k-max 8",
                           "shoal kmeans may.h5 --n-clusters 6 --align-to kmeans --model-store april.h5",
                           "shoal kmeans visitors.h5 --n-clusters 20 --mini-batch --algorithm bounded"}},
    [SHOAL_CLI_ASSIGN] = {"assign",
                          "STORE",
                          false,
                          "puts customers into the segments of a stored model",
                          "Scales and assigns the customers of a store by a model that was fitted before, on the same "
                          "or on another store. For each customer it writes the segment, the one that comes "
                          "next, and the distance to both.",
                          {"shoal assign may.h5 --model kmeans --model-store april.h5"}},
    [SHOAL_CLI_REPORT] = {"report",
                          "STORE",
                          false,
                          "an HTML report of a store's results",
                          "Writes one HTML file that needs no network, with a section for everything the store has "
                          "results of.",
                          {"shoal report customers.h5 -o report.html --title 'Spring 2026'"}},
    [SHOAL_CLI_EXPORT] = {"export",
                          "STORE",
                          false,
                          "a table of a store as CSV or JSON",
                          "Writes the columns of one table. Cells that a spreadsheet would run as a formula get an "
                          "apostrophe before them.",
                          {"shoal export customers.h5 --table results/clv -o clv.csv",
                           "shoal export customers.h5 --columns recency_days,monetary --format json"}},
};

int shoal_cli_verb_by_name(const char *name)
{
    for (int i = 0; i < SHOAL_CLI_N_VERBS; i++)
        if (strcmp(shoal_cli_verbs[i].name, name) == 0) return i;
    return -1;
}

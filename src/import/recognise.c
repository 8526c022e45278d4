#include "import/recognise.h"

#include <stddef.h>
#include <string.h>

/* Plain names by role, the surest first. */
static const char *const customer_names[] = {"customerid",
                                             "customerno",
                                             "customernumber",
                                             "customerkey",
                                             "customercode",
                                             "custid",
                                             "custno",
                                             "customer",
                                             "clientid",
                                             "clientno",
                                             "clientnumber",
                                             "clientkey",
                                             "clientcode",
                                             "client",
                                             "userid",
                                             "userno",
                                             "userkey",
                                             "user",
                                             "memberid",
                                             "memberno",
                                             "membernumber",
                                             "member",
                                             "accountid",
                                             "accountno",
                                             "accountnumber",
                                             "accountkey",
                                             "account",
                                             "buyerid",
                                             "buyer",
                                             "shopperid",
                                             "shopper",
                                             "householdid",
                                             "householdkey",
                                             "household",
                                             "loyaltyid",
                                             "loyaltycard",
                                             "loyaltycardno",
                                             "cardid",
                                             "cardno",
                                             "contactid",
                                             "visitorid",
                                             "cust",
                                             "externalid",
                                             "customeruniqueid",
                                             "customeremail",
                                             "email",
                                             NULL};
static const char *const date_names[] = {"date",
                                         "datetime",
                                         "timestamp",
                                         "transactiondate",
                                         "transactiondatetime",
                                         "transactiontime",
                                         "transactiontimestamp",
                                         "txndate",
                                         "invoicedate",
                                         "invoicedatetime",
                                         "orderdate",
                                         "orderdatetime",
                                         "ordertimestamp",
                                         "ordertime",
                                         "purchasedate",
                                         "purchasedatetime",
                                         "purchasetimestamp",
                                         "purchasetime",
                                         "orderpurchasetimestamp",
                                         "saledate",
                                         "salesdate",
                                         "paymentdate",
                                         "paymenttime",
                                         "bookingdate",
                                         "donationdate",
                                         "giftdate",
                                         "visitdate",
                                         "eventdate",
                                         "eventtime",
                                         "eventtimestamp",
                                         "createdat",
                                         "orderedat",
                                         "purchasedat",
                                         "paidat",
                                         "day",
                                         "time",
                                         NULL};
static const char *const amount_names[] = {"amount",
                                           "transactionamount",
                                           "purchaseamount",
                                           "orderamount",
                                           "invoiceamount",
                                           "lineamount",
                                           "saleamount",
                                           "salesamount",
                                           "paymentamount",
                                           "donationamount",
                                           "giftamount",
                                           "totalamount",
                                           "amountpaid",
                                           "amountspent",
                                           "netamount",
                                           "grossamount",
                                           "amt",
                                           "value",
                                           "transactionvalue",
                                           "purchasevalue",
                                           "ordervalue",
                                           "invoicevalue",
                                           "linevalue",
                                           "salevalue",
                                           "salesvalue",
                                           "totalvalue",
                                           "monetaryvalue",
                                           "dollarvalue",
                                           "paymentvalue",
                                           "total",
                                           "ordertotal",
                                           "invoicetotal",
                                           "linetotal",
                                           "salestotal",
                                           "totalprice",
                                           "totalsales",
                                           "totalspent",
                                           "totalspend",
                                           "grandtotal",
                                           "subtotal",
                                           "revenue",
                                           "netrevenue",
                                           "grossrevenue",
                                           "sales",
                                           "netsales",
                                           "grosssales",
                                           "sale",
                                           "spend",
                                           "spent",
                                           "spending",
                                           "monetary",
                                           "money",
                                           "payment",
                                           "turnover",
                                           "dollars",
                                           NULL};
static const char *const price_names[] = {
    "unitprice",    "priceperunit", "priceeach", "itemprice", "pieceprice", "productprice",
    "sellingprice", "salesprice",   "saleprice", "price",     NULL};
static const char *const quantity_names[] = {"quantity",         "qty",
                                             "orderquantity",    "quantityordered",
                                             "quantitysold",     "units",
                                             "unitssold",        "numberofunits",
                                             "numberofitems",    "numberofpieces",
                                             "numberofproducts", "numberofcds",
                                             "noofitems",        "noofunits",
                                             "numitems",         "numunits",
                                             "itemcount",        "items",
                                             "pieces",           NULL};
static const char *const order_names[] = {"invoiceno",
                                          "invoiceid",
                                          "invoicenumber",
                                          "invoice",
                                          "orderid",
                                          "orderno",
                                          "ordernumber",
                                          "ordercode",
                                          "orderkey",
                                          "order",
                                          "basketid",
                                          "basketno",
                                          "basketkey",
                                          "basket",
                                          "transactionid",
                                          "transactionno",
                                          "transactionnumber",
                                          "transaction",
                                          "txnid",
                                          "receiptid",
                                          "receiptno",
                                          "receiptnumber",
                                          "receipt",
                                          "ticketid",
                                          "ticketno",
                                          "ticket",
                                          "billno",
                                          "billnumber",
                                          "cartid",
                                          NULL};
static const char *const product_names[] = {"stockcode",     "productid",  "productno",   "productcode", "productkey",
                                            "productnumber", "sku",        "skuid",       "itemid",      "itemno",
                                            "itemcode",      "itemnumber", "articleid",   "articleno",   "articlecode",
                                            "article",       "product",    "productname", "item",        "itemname",
                                            "asin",          "isbn",       "upc",         "ean",         NULL};
static const char *const channel_names[] = {"channel",   "saleschannel", "orderchannel", "purchasechannel",
                                            "channelid", "channelname",  "channelcode",  NULL};
static const char *const country_names[] = {
    "country",        "countryname", "countrycode", "customercountry", "shipcountry",
    "billingcountry", "region",      "regionname",  "customerregion",  NULL};
static const char *const cost_names[] = {"cost",      "totalcost", "costamount", "linecost",
                                         "ordercost", "unitcost",  "cogs",       NULL};
static const char *const discount_names[] = {
    "discount", "discountamount", "totaldiscount", "discountvalue", "coupondiscount", "rebate", NULL};

static const char *const *const role_names[SHOAL_N_ROLES] = {
    customer_names, date_names,    amount_names,  price_names, quantity_names, order_names,
    product_names,  channel_names, country_names, cost_names,  discount_names,
};

const char *shoal_plain_name(const char *name, char *buffer)
{
    size_t used = 0;
    for (; *name != '\0' && used + 1 < SHOAL_PLAIN_SIZE; name++) {
        const char c = *name;
        if (c >= 'A' && c <= 'Z') buffer[used++] = (char)(c - 'A' + 'a');
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80) buffer[used++] = c;
    }
    buffer[used] = '\0';
    return buffer;
}

int64_t shoal_recognise(shoal_role role, char *const *names, int64_t n, const uint8_t *taken, bool *twice)
{
    int64_t best = -1;
    ptrdiff_t best_rank = PTRDIFF_MAX;
    *twice = false;
    for (int64_t i = 0; i < n; i++) {
        if (taken[i]) continue;
        char plain[SHOAL_PLAIN_SIZE];
        shoal_plain_name(names[i], plain);
        for (ptrdiff_t rank = 0; rank <= best_rank && role_names[role][rank] != NULL; rank++) {
            if (strcmp(plain, role_names[role][rank]) != 0) continue;
            *twice = rank == best_rank;
            if (rank < best_rank) best = i;
            best_rank = rank;
            break;
        }
    }
    return best;
}

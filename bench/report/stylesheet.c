#include "document.h"

static const char style[] =
    "table.bench{width:auto;min-width:min(100%,560px);font-size:13px}\n"
    "table.bench td,table.bench th{padding:4px 7px;white-space:nowrap}\n"
    "table.bench tbody th,table.bench th{font-size:13px}\n"
    "table.bench .long{white-space:normal;min-width:34ch;max-width:60ch}\n"
    "table.bench .again{color:#a9b3bd;font-weight:400}\n"
    ".lines{max-width:520px}\n.roofline{max-width:900px}\n.ratios{max-width:760px}\n"
    ".chart .plot{fill:none;stroke:#c3ccd5;stroke-width:1}\n"
    ".chart .ideal{fill:none;stroke:#8b97a3;stroke-width:1.3;stroke-dasharray:5 4}\n"
    ".chart .curve{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}\n"
    ".chart .dot-mark{stroke:#fff;stroke-width:1.2}\n"
    ".chart .hollow{fill:#fff;stroke-width:1.8}\n"
    ".chart .lead{stroke:#b9c2cb;stroke-width:1}\n"
    ".chart .name{font-size:12.5px;paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}\n"
    ".chart .roof{fill:none;stroke:#51606e;stroke-width:1.6}\n"
    ".chart .roof-thin{fill:none;stroke:#8b97a3;stroke-width:1.1;stroke-dasharray:3 3}\n"
    ".chart .roof-name{fill:var(--soft);font-size:11.5px;paint-order:stroke;stroke:#fff;stroke-width:3px}\n"
    ".chart .group{font-weight:600;font-size:12.5px;paint-order:stroke;stroke:#fff;stroke-width:5px}\n"
    ".chart .whisker{stroke:#1b2733;stroke-width:1.3}\n"
    ".chart .one{stroke:#1b2733;stroke-width:1.4}\n"
    ".chart .front{fill:none;stroke:#d55e00;stroke-width:1.8;stroke-linejoin:round}\n"
    "@media (max-width:700px){\n"
    ".scroll .roofline{min-width:640px}\n.scroll .ratios{min-width:540px}\n"
    "table.bench .long{min-width:24ch}\n}\n"
    "@media print{\ntable.bench{font-size:7.5pt}\ntable.bench td,table.bench th{padding:.8mm 1.2mm}\n}\n";

void bench_stylesheet(shoal_text *html)
{
    shoal_text_add(html, "<style>\n");
    shoal_text_add(html, style);
    shoal_text_add(html, "</style>\n");
}

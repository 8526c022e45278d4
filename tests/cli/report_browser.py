#!/usr/bin/env python3
"""Opens reports in headless Chromium: nothing runs, nothing is fetched, everything is seen.

usage: report_browser.py REPORT.html ...   or   report_browser.py --demo REPORT_DEMO
With --demo the reports are made by that program, of several shapes. Exit status 77 where the browser is missing.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
except ImportError:
    print("skipped: python3-selenium is missing")
    sys.exit(77)

WIDTHS = (1200, 390)
SECTIONS = {"summary", "segments", "profile", "rfm", "models", "choice", "data"}


def find(*names):
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    print("skipped: %s is missing" % " or ".join(names))
    sys.exit(77)


def start(profile):
    options = Options()
    options.binary_location = find("chromium", "chromium-browser", "google-chrome")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                     "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
                     "--disable-sync", "--hide-scrollbars", "--user-data-dir=" + profile):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(service=Service(find("chromedriver")), options=options)


def requests_of(driver):
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] in ("Network.requestWillBeSent", "Network.webSocketCreated"):
            yield message["params"].get("request", message["params"])["url"]


OVERFLOW = """
const wide = document.documentElement.clientWidth;
return [...document.body.querySelectorAll('*')].filter(e => {
    if (e.closest('.scroll') && !e.matches('.scroll')) return false;
    if (e.closest('svg') && !e.matches('svg')) return false;
    const box = e.getBoundingClientRect();
    return box.width > 0 && (box.right > wide + 1 || box.left < -1);
}).map(e => e.tagName + '.' + e.getAttribute('class') + ' ' + e.textContent.slice(0, 40));
"""

# texts of a chart that lie outside the picture
CLIPPED = """
const out = [];
for (const svg of document.querySelectorAll('svg.chart')) {
    const frame = svg.getBoundingClientRect();
    for (const text of svg.querySelectorAll('text')) {
        const box = text.getBoundingClientRect();
        if (box.left < frame.left - 20 || box.right > frame.right + 20 || box.top < frame.top - 4 ||
            box.bottom > frame.bottom + 4) out.push(svg.getAttribute('class') + ': ' + text.textContent);
    }
}
return out;
"""


def check(condition, *what):
    if not condition:
        print("FAILED:", *what)
        sys.exit(1)


def check_page(driver, path, must_have):
    url = pathlib.Path(path).resolve().as_uri()
    driver.get("about:blank")
    list(requests_of(driver))
    driver.get_log("browser")
    for width in WIDTHS:
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                               {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
        driver.get(url)
        check(driver.title, path, "has no title")
        ids = {e.get_attribute("id") for e in driver.find_elements("css selector", "main section")}
        check(must_have <= ids, path, "lacks sections", must_have - ids)
        for section in driver.find_elements("css selector", "main section"):
            check(section.size["height"] > 40, path, "empty section", section.get_attribute("id"))
        charts = driver.find_elements("css selector", "svg.chart")
        check(charts or not must_have, path, "has no charts")
        for chart in charts:
            check(chart.size["width"] > 100 and chart.size["height"] > 30, path, "chart without size")
            check(chart.get_attribute("role") == "img", path, "chart without a role")
        wide = driver.execute_script("return document.documentElement.scrollWidth")
        check(wide <= width, path, "scrolls sideways: %d in %d" % (wide, width))
        overflow = driver.execute_script(OVERFLOW)
        check(not overflow, path, "at width", width, "these stick out:", overflow)
        clipped = driver.execute_script(CLIPPED)
        check(not clipped, path, "at width", width, "labels outside their chart:", clipped)
        check(driver.execute_script("return window.hacked") is None, path, "ran a script from the data")
        check(not driver.execute_script("return document.scripts.length + document.images.length"), path,
              "holds scripts or images")
        check(driver.execute_script("return document.styleSheets.length") == 1, path, "holds foreign styles")
        targets = driver.execute_script(
            "return [...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
        check(all(t.startswith("#") and t[1:] in ids for t in targets), path, "dead or outside links", targets)
    fetched = [u for u in requests_of(driver) if u != url and not u.startswith("data:,")]
    check(not fetched, path, "fetched", fetched)
    log = driver.get_log("browser")
    check(not log, path, "console says", log)
    print("ok", os.path.basename(path))


def check_policy(driver, folder, path):
    """The policy is live: were a script to slip in, it would not run."""
    page = pathlib.Path(path).read_text(encoding="utf-8")
    trap = pathlib.Path(folder, "trap.html")
    trap.write_text(page.replace("</main>", "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'></main>"),
                    encoding="utf-8")
    driver.get(trap.as_uri())
    check(driver.execute_script("return window.hacked") is None, "the content security policy let a script run")
    driver.get_log("browser")


def demo_reports(program, folder):
    for segments, money in ((1, "money"), (3, "no-money"), (10, "money")):
        path = os.path.join(folder, "report-%d-%s.html" % (segments, money))
        subprocess.run([program, str(segments), money, path], check=True)
        yield path


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        demo = sys.argv[1] == "--demo"
        paths = list(demo_reports(sys.argv[2], folder)) if demo else sys.argv[1:]
        driver = start(os.path.join(folder, "profile"))
        try:
            for path in paths:
                check_page(driver, path, SECTIONS if demo else {"summary"})
            if demo:
                page = pathlib.Path(paths[-1]).read_text(encoding="utf-8")
                check("&lt;script&gt;window.hacked=1&lt;/script&gt;" in page, "the demo lost its hostile names")
            check_policy(driver, folder, paths[0])
        finally:
            driver.quit()


main()

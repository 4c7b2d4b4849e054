"""Whether a page, as it stands in a tab, is open to everyone: what axe finds wrong with it."""

from axe_playwright_python.base import AXE_SCRIPT

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# In the dark only colors change.
COLORS = []
# A contrast takes axe milliseconds, and the book has a hundred thousand words in a few looks: what
# their letters look like, and what lies behind them. Of each look that axe has not passed yet it is
# asked about the first; and about all, where it could not tell of that one. A drawing is a picture
# to axe: of the words in it, it tells nothing.
ASK = """async ([rules, passed]) => {
    const behind = new Map([[null, ""]]), looks = new Map();
    for (const e of document.querySelectorAll("*")) {
        if (e.closest("svg")) continue;
        const s = getComputedStyle(e), below = behind.get(e.parentElement);
        const own = [s.backgroundColor, s.backgroundImage, s.opacity, s.filter, s.position].join();
        behind.set(e, own == "rgba(0, 0, 0, 0),none,1,none,static" ? below : `${below};${own}`);
        const says = e.matches("input, select, textarea") || [...e.childNodes].some(
            n => n.nodeType == Node.TEXT_NODE && n.data.trim().length > 1);
        if (!says || !e.checkVisibility({visibilityProperty: true})) continue;
        const asleep = e.closest("[aria-hidden=true], :disabled, [aria-disabled=true]")
            || e.closest("label")?.control?.disabled;
        const look = [e.localName, !asleep, s.color, s.fontSize, s.fontWeight, s.textShadow,
            behind.get(e)].join();
        looks.set(look, [...looks.get(look) ?? [], e]);
    }
    passed.forEach(look => looks.delete(look));
    const violations = [];
    const ask = async (runOnly, resultTypes = ["violations"]) => {
        // preload: false, because a page opened as a file may not fetch its own style sheets.
        const found = await axe.run(document, {runOnly, resultTypes, preload: false,
            elementRef: true});
        violations.push(...found.violations);
        return found;
    };
    axe.configure({rules: [{id: "color-contrast", selector: "[data-asked]"}]});
    if (rules.length) await ask(rules);
    const told = {passes: new Set(), violations: new Set()};
    for (const some of [all => all.slice(0, 1), all => all.slice(1)]) {
        const open = [...looks.values()].filter(([first]) => !told.passes.has(first)
            && !told.violations.has(first)).flatMap(some);
        if (!open.length) continue;
        open.forEach(e => e.setAttribute("data-asked", ""));
        const found = await ask(["color-contrast"], ["violations", "passes"]);
        open.forEach(e => e.removeAttribute("data-asked"));
        for (const how in told)
            found[how].flatMap(v => v.nodes).forEach(node => told[how].add(node.element));
    }
    const good = [...looks].filter(([look, all]) => all.some(e => told.passes.has(e))
        && !all.some(e => told.violations.has(e))).map(([look]) => look);
    return [violations.map(v => [v.id, v.nodes.map(node => node.html)]), good];
}"""
passed = set()


def broken(tab, rules=RULES):
    """The rules that the page in a tab breaks, each with the elements that break it."""
    if tab.evaluate("typeof axe") == "undefined":
        tab.evaluate(AXE_SCRIPT)
    violations, good = tab.evaluate(ASK, [rules, [*passed]])
    passed.update(good)
    return violations

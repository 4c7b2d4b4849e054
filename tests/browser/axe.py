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
    // Behind an element: what lies over it (opacity, filters), and the grounds down to a solid one.
    const behind = new Map([[null, ["", ""]]]), looks = new Map();
    for (const e of document.querySelectorAll("*:not(svg *)")) {
        const s = getComputedStyle(e), size = parseFloat(s.fontSize);
        let [veil, ground] = behind.get(e.parentElement);
        if (s.opacity != 1 || s.filter != "none") veil += `;${s.opacity},${s.filter}`;
        if (s.backgroundColor.startsWith("rgb(")) ground = "";
        const own = [s.backgroundColor, s.backgroundImage,
            s.position == "relative" ? "static" : s.position].join();
        if (own != "rgba(0, 0, 0, 0),none,static") ground += `;${own}`;
        behind.set(e, [veil, ground]);
        const says = e.matches("input, select, textarea") || [...e.childNodes].some(
            n => n.nodeType == Node.TEXT_NODE && n.data.trim().length > 1);
        if (!says || !e.checkVisibility({visibilityProperty: true})) continue;
        const asleep = e.closest("[aria-hidden=true], :disabled, [aria-disabled=true]")
            || e.closest("label")?.control?.disabled;
        // Small letters need the same contrast, be they bold or not.
        const large = size >= 18.5 && [s.fontSize, s.fontWeight];
        const field = e.matches("input, select, textarea") && [e.localName, e.type];
        const look = [field, !asleep, s.color, large, s.textShadow, veil, ground].join();
        looks.set(look, [...looks.get(look) ?? [], e]);
    }
    passed.forEach(look => looks.delete(look));
    axe.configure({rules: [{id: "color-contrast", selector: "[data-asked]"}]});
    // Of what passes it makes no words: they would take longer than all rules.
    axe.addReporter("bare", (found, options, done) => done(found));
    const violations = [], verdicts = {passes: new Set(), violations: new Set()};
    for (const some of [all => all.slice(0, 1), all => all.slice(1)]) {
        const open = [...looks.values()].filter(([first]) => !verdicts.passes.has(first)
            && !verdicts.violations.has(first)).flatMap(some);
        if (!open.length && !rules.length) continue;
        open.forEach(e => e.setAttribute("data-asked", ""));
        // preload: false, because a page opened as a file may not fetch its own style sheets.
        const found = await axe.run(document, {runOnly: rules.length ? rules
            : ["color-contrast"], preload: false, elementRef: true, reporter: "bare"});
        open.forEach(e => e.removeAttribute("data-asked"));
        for (const {id, violations: bad} of found.filter(rule => rule.violations.length))
            violations.push([id, bad.map(({node}) => node.source)]);
        const contrast = found.find(rule => rule.id == "color-contrast");
        for (const how in verdicts)
            contrast[how].forEach(({node}) => verdicts[how].add(node.element));
        rules = [];
    }
    const good = [...looks].filter(([look, all]) => all.some(e => verdicts.passes.has(e))
        && !all.some(e => verdicts.violations.has(e))).map(([look]) => look);
    return [violations, good];
}"""
passed = set()


def broken(tab, rules=RULES):
    """The rules that the page in a tab breaks, each with the elements that break it."""
    if tab.evaluate("typeof axe") == "undefined":
        tab.evaluate(AXE_SCRIPT)
    violations, good = tab.evaluate(ASK, [rules, [*passed]])
    passed.update(good)
    return violations

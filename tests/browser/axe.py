"""Whether a page, as it stands in a tab, is open to everyone: what axe finds wrong with it."""

from axe_playwright_python.base import AXE_SCRIPT

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# In the dark only colors change.
COLORS = ["color-contrast"]
# A contrast takes axe milliseconds, and a page has thousands of words in a few looks: what their
# letters look like, and what lies behind them. Of each look it is asked about the first; and
# about all, where it could not tell of that one.
ASK = """async rules => {
    const behind = new Map([[null, ""]]), looks = new Map();
    for (const e of document.querySelectorAll("*")) {
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
    const ask = async (rules, elements) => {
        elements.forEach(e => e.setAttribute("data-asked", ""));
        // preload: false, because a page opened as a file may not fetch its own style sheets.
        const found = await axe.run(document, {runOnly: rules, preload: false, elementRef: true,
            resultTypes: ["violations", "incomplete"]});
        elements.forEach(e => e.removeAttribute("data-asked"));
        const open = found.incomplete.filter(v => v.id == "color-contrast").flatMap(v => v.nodes);
        return [found.violations, open.map(node => node.element)];
    };
    axe.configure({rules: [{id: "color-contrast", selector: "[data-asked]"}]});
    const alike = [...looks.values()];
    const [violations, open] = await ask(rules, alike.map(([first]) => first));
    const others = alike.filter(([first]) => open.includes(first)).flatMap(all => all.slice(1));
    if (others.length) violations.push(...(await ask(["color-contrast"], others))[0]);
    return violations.map(v => [v.id, v.nodes.map(node => node.html)]);
}"""


def broken(tab, rules=RULES):
    """The rules that the page in a tab breaks, each with the elements that break it."""
    if tab.evaluate("typeof axe") == "undefined":
        tab.evaluate(AXE_SCRIPT)
    return tab.evaluate(ASK, rules)

// The form above the ledger: only rows of a document, a place, a verdict.
{
  const form = document.querySelector(".ledger-filter");
  const { source, place, verdict } = form.elements;
  const tables = [...document.querySelectorAll('.book-table[id^="table-ledger-"]')];
  const show = () => {
    let shown = 0, all = 0;
    for (const group of place.querySelectorAll("optgroup"))
      group.disabled = !["all", group.label].includes(source.selectedOptions[0].text);
    if (place.selectedOptions[0].parentNode.disabled) place.value = "";
    for (const table of tables) {
      for (const body of table.querySelectorAll("tbody")) {
        const [heading, ...rows] = body.rows;
        const here = ["", table.id].includes(source.value)
          && ["", `${table.id}/${heading.textContent}`].includes(place.value);
        const fits = (row) =>
          here && ["", row.querySelector(".tag").textContent].includes(verdict.value);
        for (const row of rows) row.hidden = !fits(row);
        body.hidden = !rows.some(fits);
        shown += rows.filter(fits).length;
        all += rows.length;
      }
      table.hidden = !table.querySelector("tbody:not([hidden])");
    }
    form.querySelector("output").textContent = `${shown} of ${all} numbers shown`;
  };
  form.addEventListener("change", show);
  form.querySelector("button").addEventListener("click", () => { form.reset(); show(); });
  form.hidden = false;
  show();
}

// The three desks, one a tab: results, and beside them the article that is open. A desk's element
// keeps what becomes of it: its requests (`searches`, `opens`), whether the reader closed the
// article (`closed`), what opened it (`opener`) and how it is shown (`present`).

export const desk = (element) => element.closest(".desk");
export const deskOf = (name) => document.getElementById(`${name}-results`)?.closest(".desk");
export const tabName = (table) => table.querySelector("[id$=-results]").id.split("-")[0];

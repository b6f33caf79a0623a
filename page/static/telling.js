// Words for those who do not see what has happened.
let untell;
export function tell(words) {
  const told = document.querySelector(".told");
  told.textContent = words;
  clearTimeout(untell);
  untell = setTimeout(() => { told.textContent = ""; }, 2000);
}

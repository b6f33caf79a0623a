// Keeps an answer as a file.
export function save(event) {
  const button = event.target.closest("[data-save]");
  if (!button) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([button.dataset.save], { type: "text/markdown" }));
  link.download = button.dataset.name;
  link.click();
  URL.revokeObjectURL(link.href);
}

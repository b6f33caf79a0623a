export function panel(element, trigger, watch) {
  let following = false;
  element.addEventListener("click", (event) => {
    const update = event.target.closest("[data-update]");
    const cancel = event.target.closest("[data-cancel]");
    if (update) {
      update.disabled = true;
      following = true;
      trigger("update", {});
    } else if (cancel) {
      cancel.disabled = true;
      trigger("cancel", {});
    }
  });
  // An update that somebody else started is shown as it goes.
  function follow() {
    const running = element.querySelector("[data-cancel]") !== null;
    if (running && !following) trigger("watch", {});
    following = running;
  }
  watch("value", follow);
  follow();
  document.addEventListener("kutip:generation", (event) => {
    if (!event.detail.first && !following && element.offsetParent) trigger("watch", {});
  });
}

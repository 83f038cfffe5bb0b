// Links inside our tables and cards move within the app instead of loading it again: Streamlit follows browser history.
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (event.target.closest(".erp-q")) { event.preventDefault(); return; }
  const link = event.target.closest('[data-testid="stHtml"] a[href^="/"]');
  // The door and downloads are answered by the server, not by a screen.
  if (!link || /^\/(auth|download|sign-in)/.test(link.getAttribute("href"))) return;
  event.preventDefault();
  history.pushState({}, "", link.getAttribute("href"));
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 });
});

// Light or dark: what the system says, until the button says otherwise; kept where the browser allows it.
function theme() {
  const button = byId("theme"),
    root = document.documentElement;
  const dark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const show = () => {
    button.textContent = dark() ? "Light" : "Dark";
  };
  try {
    root.dataset.theme = localStorage.getItem("theme") || "";
  } catch {
    /* storage may be shut for files */
  }
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      /* then it is not kept */
    }
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
}

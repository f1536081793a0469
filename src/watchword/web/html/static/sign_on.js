// Presses the one button of the page on which people arrive from their identity provider.
document.querySelector("form[data-sign-on]").requestSubmit();

// Passkeys: a form marked data-passkey="create" or "get" is sent once the device has made or used a key.
// The options stand in the page (data-options names the element), or are fetched when asked (data-options-url).

const forms = document.querySelectorAll("form[data-passkey]");
const able = Boolean(window.PublicKeyCredential && window.webauthnJSON);

async function options(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`no passkey options: ${answer.status}`);
  return answer.json();
}

async function use(form) {
  const given = await options(form);
  const credential =
    form.dataset.passkey === "create"
      ? await window.webauthnJSON.create(given.creation_options)
      : await window.webauthnJSON.get(given.request_options);
  form.elements.credential.value = JSON.stringify(credential);
  form.submit();
}

for (const form of forms) {
  if (!able) {
    form.querySelector("[data-passkey-unable]").hidden = false;
    form.querySelector("button").disabled = true;
    continue;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = form.querySelector("[data-passkey-failed]");
    const button = form.querySelector("button");
    failed.hidden = true;
    button.disabled = true;
    try {
      await use(form);
    } catch {
      // The person closed the device's question, or has no key here: they can try again or take another way.
      failed.hidden = false;
      button.disabled = false;
    }
  });
}

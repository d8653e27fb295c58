// "Tell me on this device": asks the browser, gives the server the way to it, and takes both back.

const KNOWN = "linli-push"; // { who, url }: whose this browser's subscription is, and where to take it back
const box = document.querySelector("[data-push]");
const part = (name) => box.querySelector(`[data-push-${name}]`);
const known = () => JSON.parse(localStorage.getItem(KNOWN) ?? "null");
const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

function bytes(base64url) {
  const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64.padEnd(Math.ceil(base64.length / 4) * 4, "=")), (sign) => sign.charCodeAt(0));
}

async function manager() {
  await navigator.serviceWorker.register("/sw.js");
  return (await navigator.serviceWorker.ready).pushManager;
}

async function show() {
  const subscription = await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();
  const on = Boolean(subscription) && known()?.who === box.dataset.who;
  const denied = Notification.permission === "denied";
  part("denied").hidden = !denied;
  part("on").hidden = on || denied;
  part("off").hidden = !on;
  box.hidden = false;
}

async function begin() {
  part("failed").hidden = true;
  if ((await Notification.requestPermission()) !== "granted") return show();
  try {
    const push = await manager();
    await (await push.getSubscription())?.unsubscribe(); // it may be somebody else's who used this device before
    const { key } = await (await fetch("/push/")).json();
    const subscription = await push.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
    const answer = await fetch("/push/", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(subscription),
    });
    if (!answer.ok) throw new Error(answer.statusText);
    localStorage.setItem(KNOWN, JSON.stringify({ who: box.dataset.who, url: (await answer.json()).url }));
    location.reload();
  } catch {
    part("failed").hidden = false;
  }
}

async function end() {
  const { url } = known();
  await (await (await manager()).getSubscription())?.unsubscribe();
  localStorage.removeItem(KNOWN);
  await fetch(url, { method: "DELETE", headers: { "X-CSRFToken": token() } });
  location.reload();
}

if ("PushManager" in window && "Notification" in window && navigator.serviceWorker) {
  part("on").addEventListener("click", begin);
  part("off").addEventListener("click", end);
  show();
}

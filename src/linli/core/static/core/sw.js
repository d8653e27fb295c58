// The service worker: pages that the server lets a phone keep, files of the release, and push messages.
// RELEASE and FILES_AT are written in front by the server (core/views/offline.py).
//
// Nothing is kept of what somebody reads: copies are asked for by name (`keep`) with a header, and only an answer that
// bears the header too is kept, with whose it is. Another person's answer, signing in, signing out and changing the
// post wipe them all; after a shift each is gone.

const FILES = `linli-files-${RELEASE}`;
const PAGES = `linli-pages-${RELEASE}`;
const KEEP = "X-Linli-Keep";
const STAMP = "X-Linli-Stamp";
const AT = "X-Linli-At";
const NO_SIGNAL = "/no-signal/";
const OWNER = "/.owner"; // beside the copies: whose they are
const WIPES = ["/sign-out/", "/sign-in/", "/account/sign-out-everywhere/", "/post/", "/demo/"];

const PATIENCE = 4_000; // before a kept page is shown
const SHIFT = 12 * 60 * 60 * 1000;
const FRESH = 30 * 60 * 1000;
const AWAY = new Set([502, 503, 504]);

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepNoSignal(""));
});

self.addEventListener("activate", (event) => event.waitUntil(begin()));

async function begin() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== FILES && name !== PAGES).map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (WIPES.some((path) => url.pathname.startsWith(path))) event.respondWith(leave(request));
  else if (request.method !== "GET") return;
  else if (url.pathname.startsWith(FILES_AT)) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(request));
  else if (request.destination === "image" && url.pathname.startsWith("/files/")) event.respondWith(picture(request));
});

// --- reading

async function page(request) {
  const kept = await copyOf(request.url);
  try {
    const answer = await (kept ? soon(fetch(request)) : fetch(request));
    return kept && AWAY.has(answer.status) ? kept : answer;
  } catch {
    return kept ?? (await noSignal());
  }
}

function soon(answer) {
  const late = new Promise((_, fail) => setTimeout(fail, PATIENCE, new Error("no signal")));
  return Promise.race([answer, late]);
}

async function noSignal() {
  return (await (await caches.open(FILES)).match(NO_SIGNAL)) ?? Response.error();
}

async function copyOf(address) {
  const { pathname, search } = new URL(address);
  const pages = await caches.open(PAGES);
  const kept = await pages.match(pathname + search);
  if (!kept) return undefined;
  if (Date.now() - Number(kept.headers.get(AT)) < SHIFT) return kept;
  await pages.delete(pathname + search);
  return undefined;
}

// The address of a file bears the release: what is there never changes.
async function file(request) {
  const files = await caches.open(FILES);
  const known = await files.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await files.put(request, answer.clone());
  return answer;
}

async function picture(request) {
  try {
    return await fetch(request);
  } catch {
    return (await (await caches.open(PAGES)).match(request.url)) ?? Response.error();
  }
}

// Whoever leaves is told no more on this device, either: the server forgets the subscription when it finds it gone.
async function leave(request) {
  await wipe();
  const goes = request.method === "POST" && request.url.includes("sign-out");
  if (goes) await (await self.registration.pushManager?.getSubscription())?.unsubscribe();
  const answer = await fetch(request).catch(noSignal);
  await wipe(); // another tab may have kept something while the server was asked
  return answer;
}

// --- keeping

let work = Promise.resolve();
let wiped = 0; // how often: what was asked for before a wipe is not kept after it

self.addEventListener("message", (event) => {
  work = work.then(() => keepAll(event.data)).catch(() => undefined); // without signal nothing new is kept
  event.waitUntil(work);
});

async function keepAll({ keep, language }) {
  const begun = wiped;
  await keepNoSignal(language);
  await expire();
  for (const named of keep) {
    if (wiped !== begun) return;
    const [path, version = ""] = named.split("#");
    await keepPage(path, version && `${version} ${language}`, begun);
  }
}

async function keepPage(path, stamp, begun) {
  const pages = await caches.open(PAGES);
  const known = await pages.match(path);
  if (known && stamp && known.headers.get(STAMP) === stamp && Date.now() - Number(known.headers.get(AT)) < FRESH) return;
  const answer = await fetch(path, { headers: { [KEEP]: "1" }, redirect: "manual", cache: "no-store" });
  const whose = answer.headers.get(KEEP);
  if (!answer.ok || !whose) return void (await pages.delete(path));
  await belongTo(whose, begun);
  const html = await answer.text();
  await put(path, copy(html, { [KEEP]: whose, [STAMP]: stamp, [AT]: String(Date.now()) }), begun);
  await Promise.all([...addresses(html)].map((address) => keepFile(address, begun)));
}

// The cache is opened first: what is put into one that is wiped meanwhile is gone with it.
async function put(key, answer, begun) {
  const pages = await caches.open(PAGES);
  if (wiped === begun) await pages.put(key, answer);
}

// One person's copies at a time: those of anybody else go first.
async function belongTo(whose, begun) {
  const owner = await (await caches.open(PAGES)).match(OWNER);
  if (owner && (await owner.text()) === whose) return;
  await caches.delete(PAGES);
  await put(OWNER, new Response(whose), begun);
}

function copy(html, headers) {
  return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8", ...headers } });
}

// Styles, scripts and small pictures that a kept page shows.
function addresses(html) {
  const named = [...html.matchAll(/(?:href|src)="([^"#?]+)/g)].map(([, address]) => address);
  return new Set(named.filter((address) => address.startsWith(FILES_AT) || /^\/files\/[^/]+\/320\.webp$/.test(address)));
}

async function keepFile(address, begun = wiped) {
  const release = address.startsWith(FILES_AT);
  if (await (await caches.open(release ? FILES : PAGES)).match(address)) return;
  const answer = await fetch(address);
  if (!answer.ok) return;
  const headers = { "Content-Type": answer.headers.get("Content-Type"), [AT]: String(Date.now()) };
  const kept = new Response(await answer.blob(), { headers });
  if (release) await (await caches.open(FILES)).put(address, kept);
  else await put(address, kept, begun);
}

async function keepNoSignal(language) {
  const files = await caches.open(FILES);
  const known = await files.match(NO_SIGNAL);
  if (known && (!language || known.headers.get(STAMP) === language)) return;
  const html = await (await fetch(NO_SIGNAL, { cache: "no-store" })).text();
  await files.put(NO_SIGNAL, copy(html, { [STAMP]: language }));
  await Promise.all([...addresses(html)].map((address) => keepFile(address)));
}

async function expire() {
  const pages = await caches.open(PAGES);
  const kept = (await pages.keys()).filter(({ url }) => new URL(url).pathname !== OWNER);
  await Promise.all(kept.map(({ url }) => copyOf(url)));
}

async function wipe() {
  wiped += 1;
  await caches.delete(PAGES);
}

// --- push messages: no more than that there is news

self.addEventListener("push", (event) => {
  const { title = "Linli", text = "", page = "/" } = event.data?.json() ?? {};
  const options = { body: text, tag: page, data: page, icon: `${FILES_AT}core/mark.svg` };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(new URL(event.notification.data, location.origin)));
});

async function show(url) {
  if (url.origin !== location.origin) return undefined;
  const windows = await self.clients.matchAll({ type: "window" });
  const open = windows.find((each) => new URL(each.url).pathname === url.pathname);
  return open ? open.focus() : self.clients.openWindow(url.pathname);
}

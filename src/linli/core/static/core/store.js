// What waits on this phone: one row for each act, photos and all, in the browser's own database.
//
// An act: { uuid, who, url, page, label, about, at, follows, versioned, fields: [[name, text]],
//           words: [[label, text]], photos: [[name, blob, filename]], state, told }.  `done` remembers the last act of a case that was sent.

const CHANGED = new BroadcastChannel("linli-queue");

let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("linli", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("acts", { keyPath: "uuid" });
      asked.result.createObjectStore("done", { keyPath: "about" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

// Resolves when the disk has it, not when it was asked for.
async function change(store, act) {
  const transaction = (await database()).transaction(store, "readwrite", { durability: "strict" });
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
    act(transaction.objectStore(store));
  });
  tell();
}

async function read(store, ask) {
  const asked = ask((await database()).transaction(store).objectStore(store));
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

export const put = (act) => change("acts", (store) => store.put(act));
export const remove = (uuid) => change("acts", (store) => store.delete(uuid));
export const get = (uuid) => read("acts", (store) => store.get(uuid));
export const remember = (done) => change("done", (store) => store.put(done));
export const lastDone = (about) => read("done", (store) => store.get(about));

// In the order in which things were done.
export async function all() {
  return (await read("acts", (store) => store.getAll())).sort((one, other) => one.at - other.at);
}

const listeners = new Set();

function tell() {
  CHANGED.postMessage("");
  listeners.forEach((listener) => listener());
}

CHANGED.addEventListener("message", () => listeners.forEach((listener) => listener()));

export const onChange = (listener) => listeners.add(listener);

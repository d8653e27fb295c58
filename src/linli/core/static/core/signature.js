// <linli-signature>: signing with a finger, a pen or the mouse. See docs/kit.md.
// Without this script, or without a pointer, the typed name below it is the signature.

const STROKE = 4;

class Signature extends HTMLElement {
  connectedCallback() {
    this.value = this.querySelector("input[type=hidden]");
    this.pad = this.querySelector(".signature-pad");
    this.canvas = this.querySelector("canvas");
    this.said = this.querySelector("[role=status]");
    this.pen = this.canvas.getContext("2d");
    if (!this.pen) return; // nothing can be drawn on this device: the typed name is there
    this.pad.hidden = false;
    this.again();
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.draw(event));
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, (event) => this.end(event));
    this.pad.querySelector("button").addEventListener("click", () => this.clear());
  }

  // What was signed before the page came back with something to put right, or with signal.
  again() {
    if (!this.pen || !this.value.value) return;
    const picture = new Image();
    picture.addEventListener("load", () => this.pen.drawImage(picture, 0, 0, this.canvas.width, this.canvas.height));
    picture.src = this.value.value;
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * this.canvas.width,
      ((event.clientY - box.top) / box.height) * this.canvas.height,
    ];
  }

  begin(event) {
    if (this.drawing !== undefined || event.button > 0) return;
    event.preventDefault();
    this.drawing = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    Object.assign(this.pen, { lineWidth: STROKE, lineCap: "round", lineJoin: "round" });
    this.pen.strokeStyle = getComputedStyle(this.canvas).color;
    this.last = this.at(event);
    this.line(this.last); // a dot is a stroke too
  }

  draw(event) {
    if (event.pointerId !== this.drawing) return;
    for (const each of event.getCoalescedEvents?.() ?? []) this.line(this.at(each));
    this.line(this.at(event));
  }

  line(to) {
    this.pen.beginPath();
    this.pen.moveTo(...this.last);
    this.pen.lineTo(...to);
    this.pen.stroke();
    this.last = to;
  }

  end(event) {
    if (event.pointerId !== this.drawing) return;
    this.drawing = undefined;
    this.value.value = this.canvas.toDataURL("image/png");
    this.said.textContent = this.dataset.saySigned;
    this.dispatchEvent(new CustomEvent("linli:signed", { bubbles: true }));
  }

  clear() {
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.value.value = "";
    this.said.textContent = this.dataset.sayCleared;
  }
}

customElements.define("linli-signature", Signature);

/**
 * Memory of one thread that is used again by every task, and grows to the largest. Fresh megabytes for every batch would cost a
 * twentieth of its time: the system hands them out page by page, and V8 collects garbage because of them.
 */
export class Scratch {
  #buffer = new Uint8Array(0);

  /** Holds what was there before. Valid until the next call. */
  take(lengthBytes: number): Uint8Array {
    if (this.#buffer.byteLength < lengthBytes) this.#buffer = new Uint8Array(lengthBytes);
    return this.#buffer.subarray(0, lengthBytes);
  }
}

/** Work of one key follows each other, in the order in which it came; work of different keys does not wait. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Whether earlier work of the key failed makes no difference. @throws what the work throws */
  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const result = (this.#last.get(key) ?? Promise.resolve()).then(work);
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(key, settled);
    void settled.then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    });
    return result;
  }
}

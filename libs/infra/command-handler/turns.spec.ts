import { setImmediate as later } from 'node:timers/promises';
import { Turns } from './turns.ts';

describe('turns', () => {
  it('of one key follow each other, whatever came of the one before', async () => {
    const turns = new Turns();
    const done: number[] = [];
    const failed = turns.take('a', async () => {
      await later();
      done.push(1);
      throw new Error('no');
    });
    const after = turns.take('a', async () => done.push(2));
    await expect(failed).rejects.toThrow('no');
    await after;
    expect(done).toEqual([1, 2]);
  });

  it('of different keys do not wait for each other', async () => {
    const turns = new Turns();
    void turns.take('a', () => new Promise(() => undefined));
    expect(await turns.take('b', async () => 'b')).toBe('b');
  });

  it('answer with what the work answers', async () => {
    const turns = new Turns();
    expect(await Promise.all([1, 2, 3].map((n) => turns.take('a', async () => n)))).toEqual([
      1, 2, 3,
    ]);
  });
});

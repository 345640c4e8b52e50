import { type Contest, type Most, type Part } from './contest.ts';
import { askedForNothing, nothingYet, runParts } from './run-parts.ts';

const ROUNDS = 5;
const contest = (part: Partial<Contest> = {}): Contest => ({
  ours: async () => 2,
  yardstick: async () => 4,
  close: async () => undefined,
  ...part,
});
const part = (name: string, fields: Partial<Part> = {}): Part => ({
  name,
  ours: 'ours',
  yardstick: 'yardstick',
  unit: 'MB',
  goal: { atMost: 0.5 },
  open: async () => contest(),
  ...fields,
});

async function ran(parts: readonly Part[], unbuilt = (): string | undefined => undefined) {
  const outcome = nothingYet();
  const said: string[] = [];
  await runParts(parts, ROUNDS, outcome, (line) => said.push(line), unbuilt);
  return { outcome, said: said.join('\n') };
}

describe('a part that fails', () => {
  const cause = new Error('connect ECONNREFUSED');
  const failing = part('second', {
    open: async () => contest({ ours: () => Promise.reject(new Error('fetch failed', { cause })) }),
  });

  it('is said to have, with its reason, and the others are measured', async () => {
    const { outcome, said } = await ran([part('first'), failing, part('third')]);
    expect(outcome.results.map((result) => result.part)).toEqual(['first', 'third']);
    expect(outcome.failed).toEqual({ second: 'fetch failed: connect ECONNREFUSED' });
    expect(outcome.skipped).toEqual({});
    expect(said).toContain('second: FAILED: fetch failed: connect ECONNREFUSED\nthird: ours\n');
  });

  it('may fail before it has measured anything', async () => {
    const open = () => {
      throw new Error('ENOENT: no such file or directory');
    };
    const { outcome } = await ran([part('first', { open }), part('second')]);
    expect(outcome.failed).toEqual({ first: 'ENOENT: no such file or directory' });
    expect(outcome.results).toHaveLength(1);
  });
});

it('a part of the build fails where there is no build of these sources, and others do not', async () => {
  const parts = [part('one', { ofBuild: true }), part('two')];
  const { outcome } = await ran(parts, () => 'the build is older than a.ts');
  expect(outcome.failed).toEqual({ one: 'the build is older than a.ts' });
  expect(outcome.results.map((result) => result.part)).toEqual(['two']);
  expect((await ran(parts)).outcome.results).toHaveLength(2);
});

it('what was asked for by name and was skipped in whole is no run of it', async () => {
  const missing = () => 'it is not here';
  const parts = [part('one-a', { missing }), part('one-b'), part('two', { missing })];
  const { outcome, said } = await ran(parts);
  expect(said).toContain('two: SKIPPED: it is not here');
  const asked = [
    { word: 'one', parts: parts.slice(0, 2) },
    { word: 'two', parts: parts.slice(2) },
  ];
  expect(askedForNothing(asked, outcome)).toEqual(['two']);
  expect(askedForNothing([], outcome)).toEqual([]);
});

describe('a goal', () => {
  const reachedWith = async (most?: Most, ours = 2) => {
    const open = async () => contest({ ours: async () => ours, ...(most && { most: () => most }) });
    const { outcome, said } = await ran([part('one', { open })]);
    return { reached: outcome.results[0]!.reached, said };
  };

  it('is reached by its ratio', async () => {
    expect((await reachedWith()).reached).toBe(true);
    expect((await reachedWith(undefined, 3)).reached).toBe(false);
  });

  it('is not reached where a side exceeds what it may, whatever the ratio', async () => {
    expect((await reachedWith({ allowed: 400, was: 400 })).reached).toBe(true);
    const { reached, said } = await reachedWith({ allowed: 400, was: 427 });
    expect(reached).toBe(false);
    expect(said).toContain('to reach: at most 0.5, with no side over 400 MB (it was 427): MISSED');
  });
});

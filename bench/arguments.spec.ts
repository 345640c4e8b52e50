import { BenchRefused, choiceOf } from './arguments.ts';
import { type Part } from './contest.ts';

const part = (name: string): Part => ({
  name,
  ours: name,
  yardstick: name,
  unit: 'ms',
  open: () => Promise.reject(new Error('Nobody opens it here.')),
});
const KNOWN = [part('append-1'), part('append-32'), part('approve')];
const chosen = (words: readonly string[], env = {}) => choiceOf(words, KNOWN, env);
const namesOf = (words: readonly string[]) => chosen(words).parts.map(({ name }) => name);

/** One line, which is all that is said. */
function expectRefused(words: readonly string[], said: string, env = {}): void {
  const choosing = () => chosen(words, env);
  expect(choosing).toThrow(BenchRefused);
  expect(choosing).toThrow(said);
  expect(choosing).not.toThrow('\n');
}

describe('parts', () => {
  it('are all where none is named, with five rounds', () => {
    expect(chosen([])).toEqual({ list: false, rounds: 5, parts: KNOWN, asked: [] });
  });

  it('are named by name, or by what names begin with, and measured once', () => {
    expect(namesOf(['approve', 'append'])).toEqual(['approve', 'append-1', 'append-32']);
    expect(namesOf(['append-32', 'append'])).toEqual(['append-32', 'append-1']);
  });

  it('that are not there are refused, with those that are', () => {
    for (const word of ['aprove', 'app', 'append-']) {
      expectRefused([word], `There is no part "${word}". There are: append-1, append-32, approve.`);
    }
  });
});

describe('a flag', () => {
  it('that is not there, or lacks its value, is refused in one line, with the parts', () => {
    expectRefused(['--fast'], "Unknown option '--fast'. npm run bench [-- part ...]");
    for (const words of [['--fast'], ['--rounds'], ['--list=yes']]) {
      expectRefused(words, 'Parts: append-1, append-32, approve.');
    }
  });
});

describe('rounds', () => {
  it.each(['abc', '3', '4', '5.5', 'Infinity', '-7', '', '0x10', '1e2'])(
    'of %j are refused',
    (rounds) => expectRefused([`--rounds=${rounds}`], 'it takes a whole number, of at least 5'),
  );

  it('are taken from five on', () => {
    expect(chosen(['--rounds', '5']).rounds).toBe(5);
    expect(chosen(['--rounds', '21']).rounds).toBe(21);
  });

  it('are refused where a part that is asked for has no work for so many', () => {
    const known = [...KNOWN, { ...part('queue-next'), roundsMax: 16 }];
    const rounds = (...words: string[]) => choiceOf(words, known, {}).rounds;
    expect(() => rounds('--rounds', '17')).toThrow('queue-next has work for 16 rounds at most');
    expect(rounds('--rounds', '16')).toBe(16);
    expect(rounds('--rounds', '17', 'append')).toBe(17);
  });
});

describe('BENCH_QUEUE_MAX', () => {
  it.each(['abc', '', '1e5', '-1'])('of %j is refused', (max) =>
    expectRefused([], 'it takes a whole number, of reviews', { BENCH_QUEUE_MAX: max }),
  );

  it('is taken as a whole number', () => {
    expect(chosen([], { BENCH_QUEUE_MAX: '100000' }).parts).toEqual(KNOWN);
  });
});

describe('BENCH_FOLDER', () => {
  it('that is no folder is refused before anything is measured', () => {
    for (const folder of ['/no/such/folder', import.meta.filename, '']) {
      expectRefused([], 'there is no such folder', { BENCH_FOLDER: folder });
    }
    expect(chosen([], { BENCH_FOLDER: import.meta.dirname }).parts).toEqual(KNOWN);
  });
});

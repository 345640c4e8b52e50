import { duration, figure } from './figures.ts';
import { importLine, tellProgress } from './progress.ts';

describe('the progress of an import', () => {
  it('tells events, rate and, by the size of the file, the time left', () => {
    const progress = { bytesRead: 250, bytesTotal: 1_000, traces: 1_200, logEvents: 30_000 };
    expect(importLine(progress, 2_000)).toBe(
      '30,000 events, 1,200 traces, 15,000 events/s, 25 %, 6.0 s left',
    );
  });

  it('tells no time left where nothing is left, or nothing known', () => {
    const begun = { bytesRead: 0, bytesTotal: 1_000, traces: 0, logEvents: 0 };
    expect(importLine(begun, 0)).toBe('0 events, 0 traces, 0 events/s');
    const done = { bytesRead: 1_000, bytesTotal: 1_000, traces: 1, logEvents: 2 };
    expect(importLine(done, 1_000)).toBe('2 events, 1 traces, 2 events/s, 100 %');
    const stream = { bytesRead: 10, bytesTotal: undefined, traces: 1, logEvents: 2 };
    expect(importLine(stream, 1_000)).toBe('2 events, 1 traces, 2 events/s');
  });

  it('is rewritten in place on a terminal, and one line below the other elsewhere', () => {
    const told = (errIsTerminal: boolean): string => {
      let text = '';
      tellProgress({ err: (more) => (text += more), errIsTerminal, line: () => 'so far' })();
      return text;
    };
    expect(told(true)).toBe('\r\u001b[2Kso far\n');
    expect(told(false)).toBe('so far\n');
  });
});

describe('figures', () => {
  it('are grouped, and durations in seconds or minutes', () => {
    expect(figure(1_234_567)).toBe('1,234,567');
    expect([3_240, 59_990, 245_000].map(duration)).toEqual(['3.2 s', '60.0 s', '4 min 05 s']);
  });
});

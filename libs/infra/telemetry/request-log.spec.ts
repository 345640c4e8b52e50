import { type Clock } from '#kernel/clock';
import { instant } from '#kernel/instants';
import { StoreUnusable } from '../event-store/event-store.errors.ts';
import { JsonLogger } from './logger.ts';
import { RequestLog } from './request-log.ts';

const clock: Clock = { now: () => instant('2026-11-29T08:00:00Z') };
const FEED = { code: 'store-unusable', method: 'GET', route: '/v1/events' };

describe('an outage', () => {
  it('is told once in a while, and another cause of it at once', () => {
    const lines: string[] = [];
    const logger = new JsonLogger({
      level: 'info',
      destination: { write: (line) => void lines.push(line) },
    });
    const requests = new RequestLog(logger, clock);
    for (const stream of ['foreign-1', 'foreign-1', 'foreign-2', 'foreign-1']) {
      requests.outage(FEED, new StoreUnusable(`${stream}@0 is no event of ours.`), 'trace');
    }
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('foreign-1@0');
    expect(lines[1]).toContain('foreign-2@0');
  });
});

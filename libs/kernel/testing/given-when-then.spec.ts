import { z } from 'zod';
import { SYSTEM } from '#kernel/actor';
import { type Decider } from '#kernel/decider';
import { defineEvent, EventCatalogue, type EventOf } from '#kernel/event-definition';
import { violationsOf } from '#kernel/violation';
import { at, MONDAY_9, specify } from './given-when-then.ts';

const Added = defineEvent(
  'Added',
  'Something was put in.',
  z.strictObject({ n: z.number().int() }),
);
type Event = EventOf<typeof Added>;
const violation = violationsOf({
  negative: { kind: 'form', en: 'Only up.', zhCN: '只能增加。' },
});
const added = (n: number): Event => ({ type: 'Added', data: { n } });
const counter: Decider<number, { sum: number; since: string }, Event, number> = {
  initial: { sum: 0, since: '' },
  evolve: (state, event, moment) => ({ sum: state.sum + event.data.n, since: moment.at }),
  decide: (n, _state, _moment, factor) =>
    n < 0 ? violation('negative', { field: 'n' }) : n === 0 ? [] : [added(n * factor)],
};
const given = specify(counter, new EventCatalogue([Added]));
const facts = 1;

describe('given-when-then', () => {
  it('folds the past, each fact at its own moment', () => {
    expect(given([added(1)]).state()).toEqual({ sum: 1, since: MONDAY_9 });
    const later = at('2026-03-02T10:00:00+08:00');
    expect(given([added(1), [added(2), { at: later, by: SYSTEM }], added(3)]).state()).toEqual({
      sum: 6,
      since: '2026-03-02T02:00:00.000Z',
    });
  });

  it('tells events, nothing and violations apart', () => {
    given([])
      .when(3, { facts: 2 })
      .then([added(6)]);
    given([]).when(0, { facts }).thenNothing();
    given([]).when(-1, { facts }).thenViolation('negative', 'n');
    expect(() =>
      given([])
        .when(3, { facts })
        .then([added(4)]),
    ).toThrow();
    expect(() => given([]).when(3, { facts }).thenNothing()).toThrow();
    expect(() => given([]).when(3, { facts }).thenViolation('negative')).toThrow('events followed');
    expect(() => given([]).when(-1, { facts }).thenNothing()).toThrow('refused');
    expect(() => given([]).when(-1, { facts }).thenViolation('other')).toThrow();
    expect(() => given([]).when(-1, { facts }).thenViolation('negative', 'm')).toThrow();
  });

  it('goes on from what a command left', () => {
    const outcome = given([added(1)])
      .when(2, { facts })
      .when(3, { facts });
    expect(outcome.state().sum).toBe(6);
    expect(outcome.events()).toEqual([added(3)]);
  });

  it('fails on an event that breaks its schema or is not declared, past or new', () => {
    expect(() => given([added(0.5)])).toThrow('breaks its schema');
    expect(() => given([]).when(1.5, { facts })).toThrow('breaks its schema');
    expect(() => specify(counter, new EventCatalogue([]))([added(1)])).toThrow('does not declare');
  });
});

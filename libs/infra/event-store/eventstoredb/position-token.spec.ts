import { START, type Position } from '#kernel/position';
import { UnknownPosition } from '../event-store.errors.ts';
import { LOG_START, PositionTokens } from './position-token.ts';

const tokens = new PositionTokens('log-1');

describe('a position token', () => {
  it('compares as text where positions compare as numbers, beyond what a double holds', () => {
    const places = [
      LOG_START,
      { commit: 0n, prepare: 0n },
      { commit: 9n, prepare: 9n },
      { commit: 10n, prepare: 9n },
      { commit: 10n, prepare: 10n },
      { commit: 2n ** 53n + 1n, prepare: 2n ** 53n },
      { commit: 2n ** 53n + 1n, prepare: 2n ** 53n + 1n },
      { commit: 2n ** 63n - 1n, prepare: 0n },
    ];
    const given = places.map((place) => tokens.tokenOf(place));
    expect([...given].sort()).toEqual(given);
    expect(new Set(given).size).toBe(given.length);
    expect(given.map((token) => tokens.positionOf(token))).toEqual(places);
    expect(given[0]).toBe(START);
  });

  it('of another log is refused', () => {
    const token = new PositionTokens('log-2').tokenOf({ commit: 7n, prepare: 7n });
    expect(() => tokens.positionOf(token)).toThrow(UnknownPosition);
  });

  it('that was made up or altered is refused', () => {
    const token = tokens.tokenOf({ commit: 7n, prepare: 7n });
    for (const other of [token.replace('7', '8'), token.toUpperCase(), `${token}0`, '7', ' ']) {
      if (other === token) continue;
      expect(() => tokens.positionOf(other as Position)).toThrow(UnknownPosition);
    }
  });
});
